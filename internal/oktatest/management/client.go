// SPDX-License-Identifier: Apache-2.0

package management

import (
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

// publish makes the authorization server see an app as it is now. What a test has set there beside that, such as the
// lifetime of tokens, stays. It needs the lock.
func (s *Server) publish(a *app) {
	if !s.env.Clients.ChangeApp(a.clientID, func(client *authserver.App) { s.describe(a, client) }) {
		var client authserver.App
		s.describe(a, &client)
		s.env.Clients.SetApp(a.clientID, client)
	}
}

// describe writes what the authorization server needs to know of an app. A secret never gets a service app a token of
// the org authorization server (Okta, "Implement OAuth for Okta with a service app"), so secrets are not among it; keys
// at a URL are not fetched.
func (s *Server) describe(a *app, client *authserver.App) {
	settings := a.config.Settings.OAuth
	client.Kind = authserver.WebApp
	if settings.ApplicationType == service {
		client.Kind = authserver.ServiceApp
	}
	client.Inactive, client.LoneKeyNeedsNoID = a.inactive, true
	client.GrantTypes = slices.Clone(settings.GrantTypes)
	client.RequireDPoP = *settings.BoundTokens
	client.Keys = nil
	if a.config.Credentials.OAuth.Method == privateKeyJWT {
		for _, k := range a.keys {
			client.Keys = append(client.Keys, authserver.AppKey{Key: k.public, Inactive: k.inactive, KnownFrom: k.knownFrom})
		}
	}
	client.Scopes = []string{}
	for _, g := range s.grants[a.clientID] {
		client.Scopes = append(client.Scopes, g.scope)
	}
	client.Role, client.Admin = s.authority(a)
}

// authority returns what the roles of an app let it see and change (Okta, standard administrator roles; the split
// between those who make apps and those who grant scopes is in "Implement OAuth for Okta with a service app"). Roles
// that read the log manage event hooks only when they manage the org.
func (s *Server) authority(a *app) (authserver.AppRole, authserver.Admin) {
	has := func(kind string) bool { return s.roleOf(a, kind) != nil }
	admin := authserver.AdminOfNothing
	switch {
	case has(superAdminRole):
		return authserver.RoleAssigned, authserver.AdminOfAll
	case has("ORG_ADMIN"):
		return authserver.RoleAssigned, authserver.AdminOfApps
	case has("APP_ADMIN"):
		admin = authserver.AdminOfApps
	}
	if has("READ_ONLY_ADMIN") || has("REPORT_ADMIN") && !s.options.ReportRoleRefused {
		return authserver.RoleLogsOnly, admin
	}
	return authserver.RoleMissing, admin
}
