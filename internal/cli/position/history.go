// SPDX-License-Identifier: Apache-2.0

package position

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/url"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/check"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/filestore"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// history is what is shown of one stored history.
type history struct {
	Org   string `json:"org"`
	OrgID string `json:"org_id,omitempty"`
	// Polled is that the receiver, as it is configured, resumes from it.
	Polled bool `json:"polled"`
	// Cursor is where polling resumes, Since the same where it is a time. Neither is set where only an event hook has
	// delivered.
	Cursor string    `json:"cursor,omitempty"`
	Since  string    `json:"since,omitempty"`
	Start  time.Time `json:"start,omitzero"`
	Newest time.Time `json:"newest_event,omitzero"`
	// Age is that of the newest event, in seconds.
	Age        int64     `json:"newest_event_age_seconds,omitempty"`
	Answered   time.Time `json:"answered,omitzero"`
	Remembered int       `json:"remembered_ids"`
	Epoch      string    `json:"epoch,omitempty"`
	Error      string    `json:"error,omitempty"`
}

// state is what is shown of the file of one receiver.
type state struct {
	Receiver string `json:"receiver"`
	File     string `json:"file,omitempty"`
	// Histories are those of all orgs that the receiver has polled with this file.
	Histories []history `json:"histories"`
	Error     string    `json:"error,omitempty"`
}

// stateOf reads what a storage holds.
func stateOf(ctx context.Context, place check.Stored, client checkpoint.Listed) (state, error) {
	entries, err := checkpoint.Entries(ctx, client, zap.NewNop())
	if err != nil {
		return state{}, err
	}
	return describe(place, entries, time.Now()), nil
}

func describe(place check.Stored, entries []*checkpoint.Entry, now time.Time) state {
	s := state{Receiver: place.Receiver.String(), File: filestore.Path(place.Directory, place.Receiver), Histories: []history{}}
	for _, e := range entries {
		s.Histories = append(s.Histories, historyOf(e, place.Host, now))
	}
	return s
}

func historyOf(e *checkpoint.Entry, host string, now time.Time) history {
	h := history{Org: printable(e.Host), Polled: host != "" && e.Serves(host)}
	if e.Err != nil {
		h.Error = printable(e.Err.Error())
		return h
	}
	p, _ := e.Store.Position()
	if next, err := url.Parse(p.Next); err == nil {
		h.Cursor = printable(next.Query().Get("after"))
		if h.Cursor == "" {
			h.Since = printable(next.Query().Get("since"))
		}
	}
	h.OrgID, h.Epoch = printable(e.Store.OrgID()), printable(e.Store.Epoch())
	h.Start, h.Newest, h.Answered, h.Remembered = p.Start, p.Newest, p.Answered, e.Store.Remembered()
	if !p.Newest.IsZero() {
		h.Age = int64(now.Sub(p.Newest).Seconds())
	}
	return h
}

// equals reports whether two histories are the same, whenever they were read.
func (h history) equals(other history) bool {
	h.Age, other.Age = 0, 0
	return h == other
}

// maxText bounds what is printed of a stored text, in bytes.
const maxText = 200

// printable is a stored text as a terminal may show it.
func printable(text string) string { return wire.Printable(text, maxText) }

// print prints a state for people.
func (s *state) print(to io.Writer) {
	line := func(name, format string, args ...any) {
		printf(to, "  %-13s %s\n", name, fmt.Sprintf(format, args...))
	}
	if s.File != "" {
		line("file", "%s", s.File)
	}
	if s.Error != "" {
		line("error", "%s", s.Error)
		return
	}
	if len(s.Histories) == 0 {
		line("position", "none, polling begins at start_at")
	}
	for _, h := range s.Histories {
		h.print(line)
	}
}

func (h *history) print(line func(name, format string, args ...any)) {
	org := cmp.Or(h.Org, "not known")
	if h.OrgID != "" {
		org += ", id " + h.OrgID
	}
	if h.Polled {
		org += ", which the receiver polls"
	}
	line("org", "%s", org)
	if h.Error != "" {
		line("error", "%s", h.Error)
		return
	}
	switch {
	case h.Cursor != "":
		line("position", "the cursor %s", h.Cursor)
	case h.Since != "":
		line("position", "the events since %s", h.Since)
	default:
		line("position", "none yet, events came from the event hook alone")
	}
	if h.Newest.IsZero() {
		line("newest event", "none yet")
	} else {
		line("newest event", "%s, %s old", h.Newest.Format(time.RFC3339), time.Duration(h.Age)*time.Second)
	}
	if !h.Answered.IsZero() {
		line("answered", "%s", h.Answered.Format(time.RFC3339))
	}
	line("began at", "%s", h.Start.Format(time.RFC3339))
	line("delivered", "the ids of %d events are remembered", h.Remembered)
	if h.Epoch != "" {
		line("epoch", "%s", h.Epoch)
	}
}
