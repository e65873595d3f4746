// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"errors"
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// readEnd finds out from the links of an answer to a bounded query whether it has ended. The self link "always exists",
// and the last page has no next link (Okta, System Log query reference; link headers). An answer without either was
// changed on the way, and says nothing about the end. One that has lost its next link alone looks like the last page:
// whoever reads confirms the end with [Query.Backwards].
func (p *Page) readEnd(hasNext, hasSelf bool) error {
	switch {
	case !hasNext && !hasSelf:
		return wrongLinks("an answer has neither a next link nor a self link, so it does not tell whether it is the last one")
	case !hasNext:
		p.Last = true
	case p.Next == p.At:
		return wrongLinks("the next link leads back to the page")
	case !p.Next.isBounded():
		return wrongLinks("the next link has lost the until of the request, so it would lead beyond end_at")
	default:
		// Okta promises no full pages, and the link says that there are more. A page without events is no reason to
		// hurry.
		p.Full = len(p.Events) > 0
	}
	return nil
}

// wrongLinks is the error of a page with links that can't be Okta's.
func wrongLinks(says string) *oktaerr.Error {
	return &oktaerr.Error{Kind: oktaerr.Misdirected, Cause: oktaerr.CauseNextLink, Status: http.StatusOK, Err: errors.New(says)}
}
