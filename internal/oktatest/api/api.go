// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"
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
)

// Scopes. The simulator takes them as Okta lists them: to manage does not include to read.
const (
	// LogsScope opens /api/v1/logs.
	LogsScope = "okta.logs.read"
	// HooksReadScope opens the GET requests to /api/v1/eventHooks.
	HooksReadScope = "okta.eventHooks.read"
	// HooksManageScope opens all other requests to /api/v1/eventHooks.
	HooksManageScope = "okta.eventHooks.manage"
)

// AboutHooks reports whether the request is for the Event Hooks API.
func AboutHooks(r *http.Request) bool {
	return r.URL.Path == HooksPath || strings.HasPrefix(r.URL.Path, HooksPath+"/")
}

// NeededScope returns the scope that an access token must have for the request.
func NeededScope(r *http.Request) string {
	switch {
	case !AboutHooks(r):
		return LogsScope
	case r.Method == http.MethodGet:
		return HooksReadScope
	default:
		return HooksManageScope
	}
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
