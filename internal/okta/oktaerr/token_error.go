// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// FromTokenEndpoint makes an error of an answer of the token endpoint that is no access token. body is the part of its
// body that was read, and answered the instant of the answer on Okta's clock.
//
// Its Kind is never [Rejected]: the endpoint refuses the credential, and not the position or the filter of the request
// that waits for the token.
func FromTokenEndpoint(resp *http.Response, body []byte, answered time.Time) *Error {
	e := newError(resp, tokenKindOf(resp.StatusCode))
	e.TokenEndpoint = true
	// The endpoint's errors are those of OAuth 2.0 (RFC 6749, section 5.2), except at its rate limit, where it
	// answers with Okta's error object.
	e.read(body)
	e.readOAuth(body)
	switch e.Kind {
	case RateLimited:
		e.Wait = wire.WaitAfter429(wire.RateLimitFrom(resp.Header, answered), resp.Header)
	case Unauthorized:
		switch e.Code {
		case "consent_required", "invalid_scope", "unauthorized_client", "access_denied":
			e.Kind = Forbidden
		case "server_error", "temporarily_unavailable":
			e.Kind = Unavailable
		}
	}
	e.conclude(resp, body)
	return e
}

// tokenKindOf decides by the status. What can be wrong with a token request is its credential.
func tokenKindOf(status int) Kind {
	if kind := kindOf(status); kind != Rejected {
		return kind
	}
	return Unauthorized
}

// readOAuth takes the error of OAuth 2.0 from the body.
func (e *Error) readOAuth(body []byte) {
	var said struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(body, &said) != nil || said.Error == "" {
		return
	}
	e.Code = wire.Printable(said.Error, 40)
	e.Summary = wire.Printable(said.Description, 500)
	e.marked = e.marked || isOAuthCode(e.Code)
}
