// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
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

	client *Client
	room   *room // holds the bytes of Events; nil once released
}

// Release gives the memory of Events to another page: call it once nobody reads them any more. A page that is never
// released is left to the garbage collector. Releasing twice does nothing.
func (p *Page) Release() {
	room := p.room
	p.Events, p.Tapes, p.room = nil, nil, nil
	if room != nil {
		p.client.rooms.giveBack(room, p.Full)
	}
}

// bytes are those of the body, as far as it was read.
func (p *Page) bytes() []byte {
	if p.room == nil {
		return nil
	}
	return p.room.body.Bytes()
}

// read fills the page from an answer with status 200. An answer is a page only when its whole body has come and is a
// valid JSON array, and its next link, where there is one, leads to this org's System Log. Anything else is an error,
// never an empty page.
func (p *Page) read(resp *http.Response, at Position) error {
	err := p.room.read(resp)
	if err != nil {
		return err
	}
	p.Tapes = &p.room.tapes
	p.Events, err = splitEvents(p.Tapes, p.bytes(), at.limit())
	if errors.Is(err, errNotAPage) {
		err = p.mend(resp, at)
	}
	if err != nil {
		return err
	}
	full := len(p.Events) >= at.limit()
	link, ok := wire.Link(resp.Header, "next")
	if ok {
		if p.Next, p.OtherHost, err = positionFromLink(link, p.client.org); err != nil {
			return &oktaerr.Error{Kind: oktaerr.Misdirected, Cause: oktaerr.CauseNextLink, Err: err}
		}
	}
	if at.isBounded() {
		_, hasSelf := wire.Link(resp.Header, "self")
		return p.readEnd(ok, hasSelf)
	}
	// Okta once left the link out where nothing was new. The way on is then the same request again, never a new
	// since. But behind a full page there may be more: one that leads nowhere is trouble, and never the end.
	if full && p.Next == at && at.isPolling() {
		return LeadsNowhere()
	}
	p.Full = full && p.Next != at
	return nil
}

// LeadsNowhere is the error of a full page behind which nothing can be asked for.
func LeadsNowhere() *oktaerr.Error {
	return wrongLinks("a full page has no next link, or one that leads back to the page")
}

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
