// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"net/http"
	"net/url"
)

// assertionTypeJWT is the only client_assertion_type (RFC 7523 §2.2).
const assertionTypeJWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// authenticateClient finds out who asks for a token. A request must carry exactly one kind of credential.
func (s *Server) authenticateClient(r *http.Request) (client, *failure) {
	form := r.PostForm
	basic := r.Header.Get("Authorization") != ""
	post := form.Has("client_secret")
	assertion := form.Has("client_assertion") || form.Has("client_assertion_type")
	switch {
	case basic && (post || assertion), post && assertion:
		return client{}, manyCredentials
	case basic:
		id, secret, ok := basicCredentials(r)
		if !ok {
			return client{}, unreadableBasic
		}
		return s.authenticateSecret(id, secret, "client_secret_basic")
	case post:
		return s.authenticateSecret(form.Get("client_id"), form.Get("client_secret"), "client_secret_post")
	case form.Get("client_assertion_type") != assertionTypeJWT && assertion:
		return client{}, assertionType
	case assertion:
		return s.authenticateAssertion(r)
	}
	if _, known := s.app(form.Get("client_id")); form.Has("client_id") && !known {
		return client{}, unknownClient
	}
	return client{}, noCredentials
}

// basicCredentials are form-encoded before they are joined (RFC 6749 §2.3.1); Okta's own ids and secrets need no
// encoding.
func basicCredentials(r *http.Request) (id, secret string, ok bool) {
	rawID, rawSecret, ok := r.BasicAuth()
	if !ok {
		return "", "", false
	}
	id, errID := url.QueryUnescape(rawID)
	secret, errSecret := url.QueryUnescape(rawSecret)
	if errID != nil || errSecret != nil {
		return rawID, rawSecret, true
	}
	return id, secret, true
}

func (s *Server) authenticateSecret(id, secret, method string) (client, *failure) {
	app, known := s.app(id)
	switch {
	case !known:
		return client{}, unknownClient
	case app.Inactive:
		return client{}, clientFailed
	case app.Kind == ServiceApp:
		return client{}, assertionOnly
	case app.Kind == APIServiceIntegration && method != "client_secret_basic":
		return client{}, integrationsOnly
	case !app.accepts(secret):
		return client{}, wrongSecret
	}
	return client{id: id, app: app, method: method}, nil
}
