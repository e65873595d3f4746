// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

var errNotAPage = errors.New("the body is not a complete, valid JSON array of events")

// ErrMendable is in the error of a page that is not JSON only because of control characters in strings, or of NaN or
// Infinity. Asked for once more, it is a page where it comes so again.
var ErrMendable = errors.New("it is read as it is meant when it comes so again")

// malformed remembers the last page that could be mended. What comes a second time as it was up to the first mistake is
// what Okta sends, and no damage on the way: without that, one event would keep back all those behind it.
type malformed struct {
	mu   sync.Mutex
	at   Position
	upTo [sha256.Size]byte
}

// again reports whether the page at a position has come before as it is now, up to a mistake.
func (m *malformed) again(at Position, upTo []byte) bool {
	sum := sha256.Sum256(upTo)
	m.mu.Lock()
	defer m.mu.Unlock()
	repeated := m.at == at && m.upTo == sum
	m.at, m.upTo = at, sum
	return repeated
}

// mend reads a page that is no JSON, if that can be done in one way only and it has come so before. An event that was
// mended is not byte for byte what Okta sent; all others are. The error says where the first mistake is.
func (p *Page) mend(resp *http.Response, at Position) error {
	body := p.bytes()
	offset, what, begun := firstMistake(body)
	err := fmt.Errorf("%w: %s (content type %q, %d bytes)", errNotAPage, what, wire.Printable(resp.Header.Get("Content-Type"), 100), len(body))
	if !begun {
		return err // it is something else than a page
	}
	mended, changes := jsontape.Mend(body)
	if changes > 0 {
		if events, invalid := splitEvents(p.Tapes, mended, at.limit()); invalid == nil {
			if p.client.malformed.again(at, body[:offset]) {
				p.room.body, p.Events, p.Mended = *bytes.NewBuffer(mended), events, what
				return nil
			}
			err = fmt.Errorf("%w: %w", err, ErrMendable)
		}
	}
	return &oktaerr.Error{Kind: oktaerr.Unavailable, Cause: oktaerr.CauseMalformed, Err: err}
}

// firstMistake is where a body stops being a JSON array, and what is there: the number of the event, counted from 1,
// and of the byte, counted from 0. begun tells whether it begins as one.
func firstMistake(body []byte) (offset int, what string, begun bool) {
	start := bytes.TrimLeft(body, " \t\r\n")
	switch {
	case len(start) == 0:
		return 0, "it is empty", false
	case start[0] == '{':
		return 0, "it begins as a JSON object", false
	case start[0] == '<':
		return 0, "it begins as HTML or XML", false
	case start[0] != '[':
		return 0, fmt.Sprintf("it begins with the byte %q", start[0]), false
	}
	var whole json.RawMessage
	var mistake *json.SyntaxError
	if !errors.As(json.Unmarshal(body, &whole), &mistake) {
		return 0, "it is too long", true
	}
	// The offset is that behind the byte at which reading ended, or of the end.
	if offset = int(mistake.Offset); offset > 0 && mistake.Error() != "unexpected end of JSON input" {
		offset--
	}
	return offset, fmt.Sprintf("in event %d, at byte %d: %s", 1+eventsBefore(body, offset), offset, mistake), true
}

// eventsBefore is how many events are complete before a byte.
func eventsBefore(body []byte, offset int) int {
	decoder := json.NewDecoder(bytes.NewReader(body[:offset]))
	if _, err := decoder.Token(); err != nil { // the opening bracket
		return 0
	}
	for n := 0; ; n++ {
		var event json.RawMessage
		if decoder.Decode(&event) != nil {
			return n
		}
	}
}
