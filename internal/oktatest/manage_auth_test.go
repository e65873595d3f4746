// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

func TestWhatAPITokensMayManage(t *testing.T) {
	opts := clockAt(noon)
	opts.AdminToken = DefaultAdminToken
	opts.Tokens = map[string]TokenState{"apps": TokenAppAdmin, "logs": TokenLogsOnly, "nothing": TokenSeesNothing, "none": TokenWithoutRole}
	org := NewOrg(opts)
	app := makeApp(t, org, appBody(t, nil))
	grant(t, org, app, "okta.logs.read")
	assign(t, org, app, "REPORT_ADMIN")
	fresh := makeApp(t, org, labelled(t, "fresh"))
	paths := func(id string) string { return api.AppsPath + "/" + id }
	const everybody, appAdmins, superAdmins = 1, 2, 3
	for _, c := range []struct {
		method, path, body string
		least              int
	}{
		{"GET", api.AppsPath, "", appAdmins},
		{"GET", paths(app), "", appAdmins},
		{"POST", api.AppsPath + "?activate=false", labelled(t, "another"), appAdmins},
		{"GET", paths(app) + "/credentials/jwks", "", appAdmins},
		{"POST", paths(fresh) + "/credentials/jwks", asJSON(t, jwk(t, rsaKey().Public(), "rsa", map[string]any{"status": "INACTIVE"})), appAdmins},
		{"POST", paths(app) + "/credentials/jwks", asJSON(t, jwk(t, rsaKey().Public(), "rsa")), superAdmins},
		{"PUT", paths(app), appBody(t, nil), appAdmins},
		{"PUT", paths(app), appBody(t, func(_, _, s map[string]any) { s["jwks"] = keysOf(jwk(t, otherKey().Public(), "new")) }), superAdmins},
		{"GET", paths(app) + "/grants", "", superAdmins},
		{"POST", paths(app) + "/grants", `{"issuer":"` + orgURL + `","scopeId":"okta.apps.read"}`, superAdmins},
		{"GET", api.ClientsPath + "/" + app + "/roles", "", superAdmins},
		{"POST", api.ClientsPath + "/" + app + "/roles", `{"type":"ORG_ADMIN"}`, superAdmins},
		{"GET", api.PrivilegesPath, "", appAdmins},
		{"PUT", api.PrivilegesPath, `{"clientPrivilegesSetting":false}`, superAdmins},
	} {
		for token, rank := range map[string]int{DefaultToken: everybody, "logs": everybody, "nothing": everybody, "none": everybody, "apps": appAdmins} {
			before := org.Objects()
			a := do(t, org, c.method, c.path, c.body, "SSWS "+token)
			if rank >= c.least {
				assert.Less(t, a.status, 300, "%s %s by %s: %s", c.method, c.path, token, a.body)
				continue
			}
			requireRefused(t, a, http.StatusForbidden, "E0000006", "You do not have permission to perform the requested action")
			assert.Equal(t, before, org.Objects())
		}
	}
	requireRefused(t, do(t, org, "GET", api.AppsPath, "", "SSWS unknown"), http.StatusUnauthorized, "E0000011", "Invalid token provided")
	requireRefused(t, do(t, org, "GET", api.AppsPath, "", "Basic x"), http.StatusForbidden, "E0000005", "Invalid session")
	for token, want := range map[string]int{DefaultAdminToken: http.StatusOK, "apps": http.StatusForbidden} {
		assert.Equal(t, want, do(t, org, "GET", api.LogsPath, "", "SSWS "+token).status, token)
		assert.Equal(t, want, do(t, org, "GET", api.HooksPath, "", "SSWS "+token).status, token)
	}
}

// issueTo gets a Bearer token for a client whose key is clientKey.
func issueTo(t *testing.T, org *Org, id, scopes string) string {
	t.Helper()
	a := ask(org.Now())
	a.assertion.claims["iss"], a.assertion.claims["sub"] = id, id
	a.form.Set("scope", scopes)
	return a.send(t, org).granted(t).Token
}

func TestWhatScopesOpen(t *testing.T) {
	org := managed(management.Options{RateLimit: NoRateLimit})
	app := makeApp(t, org, appBody(t, nil))
	paths := map[string]string{
		"okta.apps": api.AppsPath, "okta.appGrants": api.AppsPath + "/" + app + "/grants", "okta.roles": api.ClientsPath + "/" + app + "/roles", "okta.orgs": api.PrivilegesPath,
	}
	client := serviceApp()
	client.Admin = authserver.AdminOfAll
	client.Scopes = []string{api.LogsScope}
	for name := range paths {
		client.Scopes = append(client.Scopes, name+".read", name+".manage")
	}
	org.SetApp(clientID, client)
	for _, scope := range client.Scopes {
		token := issueFor(t, org, scope)
		for name, path := range paths {
			want := http.StatusForbidden
			if strings.TrimSuffix(strings.TrimSuffix(scope, ".read"), ".manage") == name {
				want = http.StatusOK
			}
			assert.Equal(t, want, do(t, org, "GET", path, "", "Bearer "+token).status, "%s with %s", path, scope)
			method := "POST"
			if name == "okta.orgs" {
				method = "PUT"
			}
			a := do(t, org, method, path, "{}", "Bearer "+token)
			if name+".manage" == scope {
				assert.Equal(t, http.StatusBadRequest, a.status, "%s with %s", path, scope)
				continue
			}
			assert.Equal(t, http.StatusForbidden, a.status, "%s with %s", path, scope)
			assert.Contains(t, a.header.Get("WWW-Authenticate"), `scope="`+name+`.manage", error="insufficient_scope"`)
		}
	}
}

func TestRolesLetAClientManage(t *testing.T) {
	for role, want := range map[string][4]int{ // log, hooks, apps, grants
		"":                {403, 403, 403, 403},
		"SUPER_ADMIN":     {200, 200, 200, 200},
		"ORG_ADMIN":       {200, 200, 200, 403},
		"APP_ADMIN":       {403, 403, 200, 403},
		"READ_ONLY_ADMIN": {200, 403, 403, 403},
		"REPORT_ADMIN":    {200, 403, 403, 403},
		"HELP_DESK_ADMIN": {403, 403, 403, 403},
	} {
		org := managed(management.Options{})
		app := makeApp(t, org, appBody(t, func(_, _, s map[string]any) { s["dpop_bound_access_tokens"] = false }))
		scopes := []string{api.LogsScope, api.HooksReadScope, "okta.apps.read", "okta.appGrants.read"}
		for _, scope := range scopes {
			grant(t, org, app, scope)
		}
		if role != "" {
			assign(t, org, app, role)
		}
		token := issueTo(t, org, app, strings.Join(scopes, " "))
		for i, path := range []string{api.LogsPath, api.HooksPath, api.AppsPath, api.AppsPath + "/" + app + "/grants"} {
			assert.Equal(t, want[i], do(t, org, "GET", path, "", "Bearer "+token).status, "%s as %q", path, role)
		}
	}
}

func TestAClientThatManagesIsNamedAsWhoDidIt(t *testing.T) {
	org := managed(management.Options{})
	app := makeApp(t, org, appBody(t, func(_, _, s map[string]any) { s["dpop_bound_access_tokens"] = false }))
	grant(t, org, app, "okta.appGrants.manage")
	assign(t, org, app, "SUPER_ADMIN")
	token := issueTo(t, org, app, "okta.appGrants.manage")
	made := do(t, org, "POST", api.AppsPath+"/"+app+"/grants", `{"issuer":"`+orgURL+`","scopeId":"okta.logs.read"}`, "Bearer "+token).object(t, http.StatusOK)
	assert.Equal(t, app, at(t, made, "createdBy", "id"))
	events := eventsOf(t, org)
	last := events[len(events)-1]
	require.Equal(t, "app.oauth2.admin.consent.grant", last["eventType"])
	assert.Equal(t, []any{app, "PublicClientApp"}, []any{at(t, last, "actor", "id"), at(t, last, "actor", "type")})
}
