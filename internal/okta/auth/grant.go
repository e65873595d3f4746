// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"net/http"
	"slices"
	"time"
)

// Grant is what the access token in use allows, without the token itself.
type Grant struct {
	// Scopes are what it allows.
	Scopes []string
	// Bound is whether it is bound to a key (DPoP).
	Bound bool
	// Ends is when it ends, on the local clock.
	Ends time.Time
}

// GrantOf returns the grant of the token that a transport uses now, and whether there is one. There is none before
// the first request, after Okta refused the token, and with a transport that [OAuth] did not make.
func GrantOf(transport http.RoundTripper) (Grant, bool) {
	o, ok := transport.(*oauth)
	if !ok {
		return Grant{}, false
	}
	return o.tokens.grant()
}

func (t *tokenCache) grant() (Grant, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.good(time.Now()) {
		return Grant{}, false
	}
	return Grant{Scopes: slices.Clone(t.current.scopes), Bound: t.current.hash != "", Ends: t.current.Expiry}, true
}
