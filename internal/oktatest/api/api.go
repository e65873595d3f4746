// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"
	"slices"
	"strings"
)

// Paths of the endpoints.
const (
	// LogsPath is the System Log API.
	LogsPath = "/api/v1/logs"
	// HooksPath is the Event Hooks API.
	HooksPath = "/api/v1/eventHooks"
	// TokenPath is the token endpoint of the org authorization server, the only one that issues scopes of Okta's own
	// APIs.
	TokenPath = "/oauth2/v1/token"
	// AppsPath is the Applications API.
	AppsPath = "/api/v1/apps"
	// ClientsPath is where the admin roles of OAuth 2.0 clients are, each below its client id.
	ClientsPath = "/oauth2/v1/clients"
	// PrivilegesPath is the org's setting that makes every new service app a super admin.
	PrivilegesPath = "/api/v1/org/settings/clientPrivilegesSetting"
)

// Scopes of the log and of event hooks. The simulator takes them as Okta lists them: to manage does not include to
// read.
const (
	// LogsScope opens /api/v1/logs.
	LogsScope = "okta.logs.read"
	// HooksReadScope opens the GET requests to /api/v1/eventHooks.
	HooksReadScope = "okta.eventHooks.read"
	// HooksManageScope opens all other requests to /api/v1/eventHooks.
	HooksManageScope = "okta.eventHooks.manage"
)

// manage and read are how the scopes of the management API end.
const (
	read   = ".read"
	manage = ".manage"
)

// AboutHooks reports whether the request is for the Event Hooks API.
func AboutHooks(r *http.Request) bool {
	return r.URL.Path == HooksPath || strings.HasPrefix(r.URL.Path, HooksPath+"/")
}

// AboutManagement reports whether the request is for what sets an org up: apps with their keys and grants, roles of
// clients, settings of the org.
func AboutManagement(r *http.Request) bool {
	return managed(r) != ""
}

// managed returns the scope, without its ending, of a request for what sets an org up; empty for all other requests
// (Okta, OAuth 2.0 scopes).
func managed(r *http.Request) string {
	path := r.URL.Path
	app, below := strings.CutPrefix(path, AppsPath+"/")
	parts := strings.Split(app, "/")
	switch {
	case below && len(parts) > 1 && parts[1] == "grants":
		return "okta.appGrants"
	case below, path == AppsPath:
		return "okta.apps"
	case strings.HasPrefix(path, ClientsPath+"/"):
		return "okta.roles"
	case path == PrivilegesPath:
		return "okta.orgs"
	}
	return ""
}

// NeededScope returns the scope that an access token must have for the request.
func NeededScope(r *http.Request) string {
	reads := r.Method == http.MethodGet
	switch scope := managed(r); {
	case scope != "" && reads:
		return scope + read
	case scope != "":
		return scope + manage
	case !AboutHooks(r):
		return LogsScope
	case reads:
		return HooksReadScope
	default:
		return HooksManageScope
	}
}

// Opens reports whether one of the scopes opens the request. To manage includes to read in the management API (Okta,
// "Implement OAuth for Okta"); event hooks are taken as Okta lists them.
func Opens(r *http.Request, scopes []string) bool {
	if slices.Contains(scopes, NeededScope(r)) {
		return true
	}
	scope := managed(r)
	return scope != "" && slices.Contains(scopes, scope+manage)
}

// Origin returns scheme and host of the org as the client named them. A forwarded scheme is not trusted. A request that
// did not come over a socket keeps the scheme of its URL.
func Origin(r *http.Request) string { return Scheme(r) + "://" + r.Host }

// Scheme returns the scheme of [Origin].
func Scheme(r *http.Request) string {
	switch {
	case r.URL.Scheme != "":
		return r.URL.Scheme
	case r.TLS != nil:
		return "https"
	default:
		return "http"
	}
}
