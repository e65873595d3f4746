// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// Page is one answer of the System Log API: events in the order in which Okta persisted them, or of a bounded query by
// their published time, and the position of the next ones.
type Page struct {
	// Events are the JSON texts of the events, each one valid JSON, byte for byte as Okta sent it, but for those of a page
	// that was mended.
	Events [][]byte
	// At is the position that was asked for.
	At Position
	// Next is where to continue. Okta's next link, or, when there was none, the page's own position.
	Next Position
	// OtherHost is the host that the next link names where that is not the org's; it was not asked for anything.
	OtherHost string
	// Mended says where the page was no JSON and what was there, "" where it was as it should be. It has come so twice.
	Mended string
	// Full means that Okta has more events for now: as many came as were asked for, or some of a bounded query that has
	// not ended, and Next leads on.
	Full bool
	// Last means that a bounded query has ended with this page, unless something on the way has removed its next link.
	Last bool
	// Asked is when the request was sent, on the local clock.
	Asked time.Time
	// Received is when the answer arrived, on the local clock.
	Received time.Time
	// Answered is when Okta answered, on Okta's clock.
	Answered time.Time
	// RateLimit is what is left of the rate limit bucket.
	RateLimit wire.RateLimit

	// Tapes has the tapes of Events, or some of them; nil once released.
	Tapes *jsontape.Elements

	body   *bytes.Buffer // holds the bytes of Events; nil once released
	before *malformed    // what the client remembers of pages that were no JSON
}

// Release gives the memory of Events to another page: call it once nobody reads them any more. A page that is never
// released is left to the garbage collector. Releasing twice does nothing.
func (p *Page) Release() {
	body, tapes := p.body, p.Tapes
	p.Events, p.body, p.Tapes = nil, nil, nil
	if body != nil && body.Cap() <= maxKeptBody {
		bodies.Put(body)
	}
	if tapes != nil {
		tapes.Release()
		allTapes.Put(tapes)
	}
}

// bytes are those of the body, as far as it was read.
func (p *Page) bytes() []byte {
	if p.body == nil {
		return nil
	}
	return p.body.Bytes()
}

// allTapes are those of pages that were released, for the next ones.
var allTapes = sync.Pool{New: func() any { return new(jsontape.Elements) }}

// splitEvents returns the elements of a page's array without copying them, of which limit were asked for. Only a
// complete, valid JSON array is a page: anything else is an error, never an empty page. Text that is not UTF-8 and
// duplicate names are accepted: refusing them would keep back all other events of the page.
func splitEvents(tapes *jsontape.Elements, body []byte, limit int) ([][]byte, error) {
	events, err := tapes.Read(body, limit+pageSlack)
	switch {
	case errors.Is(err, jsontape.ErrTooMany):
		return nil, fmt.Errorf("the page has more than %d events, and %d were asked for: check what is between this machine and okta",
			limit+pageSlack, limit)
	case err != nil:
		return nil, errNotAPage
	}
	return events, nil
}
