// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"fmt"
	"net/http"
	"strings"
)

// principal is who calls: the unit that rate limits are shared out to.
type principal struct {
	name        string
	seesNothing bool
}

// authenticate finds out who calls, or why the request is refused (Okta, error codes; API token management).
func (o *Org) authenticate(r *http.Request) (principal, *apiError) {
	scheme, credential, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case strings.EqualFold(scheme, "SSWS"):
		return o.authenticateToken(strings.TrimSpace(credential))
	case strings.EqualFold(scheme, "Bearer"), strings.EqualFold(scheme, "DPoP"):
		return principal{}, oauthError(http.StatusUnauthorized, scheme, "invalid_token", "The access token is invalid.", r.Host)
	default:
		return principal{}, failure(http.StatusForbidden, "E0000005")
	}
}

func (o *Org) authenticateToken(token string) (principal, *apiError) {
	o.mu.Lock()
	state := o.tokens[token]
	o.mu.Unlock()
	switch state {
	case TokenValid:
		return principal{name: token}, nil
	case TokenSeesNothing:
		return principal{name: token, seesNothing: true}, nil
	case TokenWithoutRole:
		return principal{}, failure(http.StatusForbidden, "E0000006")
	default:
		return principal{}, failure(http.StatusUnauthorized, "E0000011")
	}
}

// SetToken changes what Okta thinks of a token from now on, for example to revoke it or to let an admin repair it.
func (o *Org) SetToken(token string, state TokenState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tokens[token] = state
}

// oauthError is the answer to an OAuth problem on a resource: the cause is in WWW-Authenticate and the body is empty (seen on real orgs).
// The http in the quoted URLs is Okta's.
func oauthError(status int, scheme, code, description, host string) *apiError {
	algorithms := ""
	if strings.EqualFold(scheme, "DPoP") {
		algorithms = `algs="RS256 RS384 RS512 ES256 ES384 ES512", `
	}
	challenge := fmt.Sprintf(
		`%s %sauthorization_uri="http://%s/oauth2/v1/authorize", realm="http://%s", scope="okta.logs.read", error=%q, error_description=%q, resource=%q`,
		scheme, algorithms, host, host, code, description, logsPath)
	return &apiError{status: status, noBody: true, header: http.Header{"Www-Authenticate": {challenge}}}
}
