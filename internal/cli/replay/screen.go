// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/replay"
)

const (
	// barWidth is that of the bar where there is room for it beside the figures, which take up to figuresWidth.
	barWidth, figuresWidth = 30, 60
	// sameAgain is the time within which a line that was said is not said again: a far end that is away is tried all
	// the time.
	sameAgain = time.Minute
	// lineEvery is the time between two lines of progress where there is no terminal.
	lineEvery = 10 * time.Second
	// maxText bounds what is printed of a line of the collector.
	maxText = 4 << 10
)

// screen shows a replay to people: on a terminal by a bar that is drawn again, elsewhere by a line now and then.
type screen struct {
	to       io.Writer
	terminal bool
	columns  func() int // of a terminal
	now      func() time.Time

	drawn  bool                 // the bar is the last line
	said   map[string]time.Time // what was said, and when
	lately time.Time
	began  moment // the first figures
}

// moment is how far the replay was at a time.
type moment struct {
	at time.Time
	replay.Progress
}

func newScreen(to io.Writer, now func() time.Time) *screen {
	s := &screen{to: to, now: now, said: map[string]time.Time{}}
	if file, ok := to.(*os.File); ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb" {
		s.terminal = true
		s.columns = func() int {
			width, _, err := term.GetSize(int(file.Fd()))
			if err != nil || width <= 0 {
				return 80
			}
			return width
		}
	}
	return s
}

func (s *screen) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.to, format, args...) // who does not read it sees the status
}

// plan says what is read again, and what is different from the live collector.
func (s *screen) plan(p *replay.Plan, o replay.Options) {
	s.printf("%s up to %s\n", o.From.UTC().Format(time.RFC3339Nano), o.To.UTC().Format(time.RFC3339Nano))
	const most = 5
	for i, source := range p.Sources {
		if i == most {
			s.printf("  and %d receivers more\n", len(p.Sources)-most)
			break
		}
		s.printf("  %s, with the position of %s in %s\n", wire.Printable(source.Receiver, maxText), wire.Printable(source.Replay, maxText), wire.Printable(source.Storage, maxText))
	}
	if o.Share < 1 {
		s.printf("  %-20s takes %v %% of what the receiver may use\n", "rate limit", 100*o.Share)
	}
	for _, change := range p.Changes {
		s.printf("  %-20s %s\n", wire.Printable(change.What, maxText), wire.Printable(change.How, maxText))
	}
}

// Said implements [replay.Reporter].
func (s *screen) Said(level, component, message string) {
	now, line := s.now(), level+component+message
	if before, ok := s.said[line]; ok && now.Sub(before) < sameAgain {
		return
	}
	maps.DeleteFunc(s.said, func(_ string, before time.Time) bool { return now.Sub(before) >= sameAgain })
	s.said[line] = now
	s.erase()
	prefix := ""
	if level != "" && level != "info" {
		prefix = level + ": "
	}
	if component != "" {
		prefix += component + ": "
	}
	s.printf("%s\n", wire.Printable(prefix+message, maxText))
}

// Came implements [replay.Reporter].
func (s *screen) Came(p replay.Progress) {
	now := s.now()
	if s.began.at.IsZero() {
		s.began = moment{now, p}
	}
	text := s.figures(moment{now, p})
	switch {
	case s.terminal:
		columns := s.columns()
		if columns >= barWidth+figuresWidth {
			filled := int(p.Read * barWidth)
			text = fmt.Sprintf("[%s%s] %s", strings.Repeat("=", filled), strings.Repeat(" ", barWidth-filled), text)
		}
		s.erase()
		s.printf("%.*s", columns-1, text)
		s.drawn = true
	case now.Sub(s.lately) >= lineEvery:
		s.lately = now
		s.printf("%s\n", text)
	}
}

// figures are how much was read, how fast, and how long the rest takes.
func (s *screen) figures(is moment) string {
	text := fmt.Sprintf("%.0f %%, %s", 100*is.Read, count(is.Events, "event"))
	passed := is.at.Sub(s.began.at)
	if passed < time.Second {
		return text
	}
	text += fmt.Sprintf(", %s/s", connection.Grouped(int(float64(is.Events-s.began.Events)/passed.Seconds())))
	if read := is.Read - s.began.Read; read > 0 && is.Read < 1 {
		left := time.Duration((1 - is.Read) / read * float64(passed))
		text += fmt.Sprintf(", about %s left", left.Round(time.Second))
	}
	return text
}

// erase takes the bar away, so that a line can be printed in its place.
func (s *screen) erase() {
	if s.drawn {
		s.printf("\r\x1b[K")
		s.drawn = false
	}
}

// end leaves the screen for what follows.
func (s *screen) end() { s.erase() }
