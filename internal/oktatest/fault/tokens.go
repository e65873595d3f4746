// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"encoding/json"
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// OAuthError is the JSON error object of the token endpoint, to be sent with Status (RFC 6749 §5.2).
func OAuthError(code, description string) Body {
	return Body{"application/json", apierror.OAuthBody(code, description)}
}

// TokenWith sets a member of the token endpoint's successful answer to any JSON value: "3600", 0, -1, 1e12 for
// expires_in, "bearer" for token_type. The token has been issued all the same.
func TokenWith(member string, value any) Fault {
	return onToken("token with another "+member, func(members map[string]any) { members[member] = value })
}

// TokenWithout leaves a member out of the token endpoint's successful answer.
func TokenWithout(member string) Fault {
	return onToken("token without "+member, func(members map[string]any) { delete(members, member) })
}

// WithoutNonce leaves the dpop-nonce header out of the answer, of a challenge too.
func WithoutNonce() Fault {
	return onHeader("without nonce", func(_ int, h http.Header) { h.Del("DPoP-Nonce") })
}

// ResetAfterGrant lets the token endpoint do its work and breaks the connection before the answer: what the request
// used up is used up.
func ResetAfterGrant() Fault {
	return onBody("reset after grant", "identity", func(http.ResponseWriter, *http.Request, *recorded) {
		panic(http.ErrAbortHandler)
	})
}

// onToken makes a fault of a change to the members of a successful answer. Refusals go out as they are.
func onToken(name string, change func(members map[string]any)) Fault {
	return onBody(name, "identity", func(w http.ResponseWriter, _ *http.Request, caught *recorded) {
		var members map[string]any
		if caught.status == http.StatusOK && json.Unmarshal(caught.body, &members) == nil {
			change(members)
			changed, err := json.Marshal(members)
			if err != nil {
				panic(err) // the test asked for a value that is no JSON
			}
			caught.body = changed
		}
		api.Send(w, caught.status, caught.body)
	})
}
