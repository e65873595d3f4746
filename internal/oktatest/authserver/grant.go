// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// grant is a token request that is granted.
type grant struct {
	who    client
	scopes []string
	// thumbprint is that of the DPoP key the token will be bound to; empty for a plain token.
	thumbprint string
}

// decide grants or refuses a token request. Okta does not document the order of its checks; this one goes from the
// request to who asks, from where, with what proof, and for what. A refused request keeps what it has used up until
// then: the jti of its assertion, then that of its proof.
func (s *Server) decide(r *http.Request) (grant, *failure) {
	if refused := checkGrantRequest(r); refused != nil {
		return grant{}, refused
	}
	who, refused := s.authenticateClient(r)
	if refused != nil {
		return grant{}, refused
	}
	if refused := who.mayAsk(r.PostForm.Get("grant_type")); refused != nil {
		return grant{}, refused
	}
	thumbprint, refused := s.bind(r, who.app)
	if refused != nil {
		return grant{}, refused
	}
	scopes, refused := who.app.grants(r.PostForm.Get("scope"))
	return grant{who, scopes, thumbprint}, refused
}

// grantTypes are those the org authorization server knows; a machine may use the last one only.
var grantTypes = []string{"authorization_code", "refresh_token", "implicit", "password", "urn:ietf:params:oauth:grant-type:device_code",
	"urn:ietf:params:oauth:grant-type:token-exchange", "urn:openid:params:grant-type:ciba", ClientCredentials}

func checkGrantRequest(r *http.Request) *failure {
	grantType := r.PostForm.Get("grant_type")
	query := r.URL.Query()
	switch {
	case r.Header.Get("Origin") != "":
		return browserRequest
	case query.Has("client_assertion"), query.Has("client_secret"), query.Has("client_id"):
		return credentialsInQuery
	case grantType == "":
		return invalidRequest(fmt.Sprintf("The token request must specify a 'grant_type'. Valid values: [%s]", strings.Join(grantTypes, ", ")))
	case !slices.Contains(grantTypes, grantType):
		return &failure{status: http.StatusBadRequest, code: "unsupported_grant_type", description: fmt.Sprintf(
			"The authorization grant type is not supported by the authorization server. Configured grant types: [%s].", strings.Join(grantTypes, ", "))}
	}
	return nil
}

// mayAsk refuses a client that is known but not entitled.
func (c client) mayAsk(grantType string) *failure {
	switch {
	case !slices.Contains(c.app.GrantTypes, grantType), grantType != ClientCredentials:
		return &failure{status: http.StatusBadRequest, code: "unauthorized_client", description: fmt.Sprintf(
			"The client is not authorized to use the provided grant type. Configured grant types: [%s].", strings.Join(c.app.GrantTypes, ", "))}
	case c.app.Kind == WebApp:
		return notService
	case c.app.OutsideZone:
		return outsideZone
	}
	return nil
}

// grants returns those of the requested scopes that the app was granted.
func (a App) grants(requested string) ([]string, *failure) {
	var granted []string
	scopes := strings.Fields(requested)
	for _, scope := range scopes {
		switch {
		case strings.ContainsFunc(scope, func(c rune) bool { return c < '!' || c > '~' || c == '"' || c == '\\' }): // RFC 6749 §3.3
			return nil, malformedScope
		case scope == "openid":
			return nil, openIDScope
		case !strings.HasPrefix(scope, "okta."):
			return nil, unknownScope
		case slices.Contains(a.Scopes, scope) && !slices.Contains(granted, scope):
			granted = append(granted, scope)
		}
	}
	switch {
	case len(scopes) == 0:
		return nil, noScopes
	case len(granted) == 0:
		return nil, scopeNotGranted
	}
	return granted, nil
}
