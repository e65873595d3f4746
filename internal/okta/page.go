// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"bytes"
	"errors"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// Page is one answer of the System Log API: events in the order in which Okta persisted them, and
// where the next ones are.
type Page struct {
	// Events are the JSON texts of the events, each one valid JSON, byte for byte as Okta sent it.
	Events [][]byte
	// At is the position that was asked for.
	At Position
	// Next is where to continue. Okta's next link, or, when there was none, the page's own position.
	Next Position
	// OtherHost is the host that the next link names where that is not the org's; it was not asked for anything.
	OtherHost string
	// Full means that Okta has more events for now: as many came as were asked for, and Next leads on.
	Full bool
	// Asked is when the request was sent, on the local clock.
	Asked time.Time
	// Received is when the answer arrived, on the local clock.
	Received time.Time
	// Answered is when Okta answered, on Okta's clock.
	Answered time.Time
	// RateLimit is what is left of the rate limit bucket.
	RateLimit wire.RateLimit

	body *bytes.Buffer // what Events are parts of; nil once released
}

// maxKeptBody is how large a released page's buffer in bytes may be to be used again: twice the
// page of 1,000 events that is large already.
const maxKeptBody = 8 << 20

// Release gives up Events, so that another page can have their memory: call it once nobody reads
// them any more. A page that is never released is left to the garbage collector, which is safe.
// Releasing twice does nothing.
func (p *Page) Release() {
	body := p.body
	p.Events, p.body = nil, nil
	if body != nil && body.Cap() <= maxKeptBody {
		bodies.Put(body)
	}
}

var errNotAPage = errors.New("the body is not a complete, valid JSON array of events")

// splitEvents takes the array of a page apart without copying. Only a complete, valid JSON array
// is a page: anything else is an error, never an empty page. Text that is not UTF-8 and names that
// stand twice are no reason to refuse a page with everything else in it.
func splitEvents(body []byte) ([][]byte, error) {
	events, ok := jsontape.Split(body)
	if !ok {
		return nil, errNotAPage
	}
	return events, nil
}
