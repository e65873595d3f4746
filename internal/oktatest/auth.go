// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

// principal is who calls: the unit that rate limits are shared out to.
type principal struct {
	name        string
	clientID    string // of an access token; empty for an API token
	seesNothing bool
	logsOnly    bool
	noLogs      bool
	admin       authserver.Admin
}

// mayRead reports whether who calls may read the System Log, if only to find it empty.
func (p principal) mayRead() bool { return !p.noLogs }

// mayHook reports whether who calls may manage event hooks.
func (p principal) mayHook() bool { return !p.logsOnly && !p.seesNothing && !p.noLogs }

// authenticate finds out who calls, or why the request is refused (Okta, error codes; API token management). h is the
// answer's header.
func (o *Org) authenticate(r *http.Request, h http.Header) (principal, *apierror.Error) {
	scheme, credential, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case strings.EqualFold(scheme, "SSWS"):
		return o.authenticateToken(strings.TrimSpace(credential))
	case strings.EqualFold(scheme, "Bearer"):
		return o.authenticateAccessToken(r, h, "Bearer", strings.TrimSpace(credential))
	case strings.EqualFold(scheme, "DPoP"):
		return o.authenticateAccessToken(r, h, "DPoP", strings.TrimSpace(credential))
	default:
		return principal{}, apierror.New(http.StatusForbidden, "E0000005")
	}
}

// authenticateAccessToken finds out which client calls.
func (o *Org) authenticateAccessToken(r *http.Request, h http.Header, scheme, credential string) (principal, *apierror.Error) {
	caller, refused := o.Authenticate(r, h, scheme, credential)
	return principal{
		name: caller.ClientID, clientID: caller.ClientID, admin: caller.Admin,
		seesNothing: caller.Role == authserver.RoleSeesNothing, logsOnly: caller.Role == authserver.RoleLogsOnly, noLogs: caller.Role == authserver.RoleMissing,
	}, refused
}

func (o *Org) authenticateToken(token string) (principal, *apierror.Error) {
	o.mu.Lock()
	state := o.tokens[token]
	o.mu.Unlock()
	switch state {
	case TokenValid:
		return principal{name: token}, nil
	case TokenSeesNothing:
		return principal{name: token, seesNothing: true}, nil
	case TokenLogsOnly:
		return principal{name: token, logsOnly: true}, nil
	case TokenSuperAdmin:
		return principal{name: token, admin: authserver.AdminOfAll}, nil
	case TokenAppAdmin:
		return principal{name: token, noLogs: true, admin: authserver.AdminOfApps}, nil
	case TokenWithoutRole:
		return principal{}, apierror.New(http.StatusForbidden, "E0000006")
	default:
		return principal{}, apierror.New(http.StatusUnauthorized, "E0000011")
	}
}

// SetToken changes what Okta thinks of a token from now on, for example to revoke it or to let an admin repair it.
func (o *Org) SetToken(token string, state TokenState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tokens[token] = state
}
