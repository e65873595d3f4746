// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

// hookApp is a service app with the scopes of event hooks.
func hookApp(scopes ...string) authserver.App {
	app := serviceApp()
	app.Scopes = append([]string{api.LogsScope}, scopes...)
	return app
}

// issueFor gets a Bearer token with the scopes.
func issueFor(t *testing.T, org *Org, scopes string) string {
	t.Helper()
	a := ask(org.Now())
	a.form.Set("scope", scopes)
	return a.send(t, org).granted(t).Token
}

func TestHookRolesOfAPITokens(t *testing.T) {
	org := NewOrg(Options{Tokens: map[string]TokenState{"logs": TokenLogsOnly, "nothing": TokenSeesNothing, "none": TokenWithoutRole}})
	for token, logs := range map[string]int{DefaultToken: 200, "logs": 200, "nothing": 200, "none": 403} {
		r := request(t, "")
		r.Header.Set("Authorization", "SSWS "+token)
		assert.Equal(t, logs, send(t, org, r).status, token)
		a := apiCall{method: "GET", authorization: "SSWS " + token}.send(t, org)
		if token == DefaultToken {
			assert.Equal(t, http.StatusOK, a.status)
			continue
		}
		assert.Equal(t, http.StatusForbidden, a.status, token)
		assert.Equal(t, "E0000006", a.errorCode(t))
	}
}

func TestHookScopes(t *testing.T) {
	challenge := `Bearer authorization_uri="http://acme.okta.com/oauth2/v1/authorize", realm="http://acme.okta.com", scope="okta.eventHooks.manage", ` +
		`error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/eventHooks"`
	org := orgWith(hookApp(api.HooksReadScope, api.HooksManageScope))
	for _, c := range []struct {
		scopes        string
		read, written int
	}{
		{api.LogsScope, 403, 403},
		{api.HooksReadScope, 200, 403},
		{api.HooksManageScope, 403, 200},
		{api.HooksReadScope + " " + api.HooksManageScope, 200, 200},
	} {
		token := issueFor(t, org, c.scopes)
		assert.Equal(t, c.read, apiCall{method: "GET", authorization: "Bearer " + token}.send(t, org).status, c.scopes)
		a := apiCall{method: "POST", authorization: "Bearer " + token, body: hookJSON(t, nil)}.send(t, org)
		assert.Equal(t, c.written, a.status, c.scopes)
		if c.written == http.StatusOK {
			assert.Equal(t, clientID, a.hookIn(t).CreatedBy)
			continue
		}
		assert.Empty(t, a.body)
		assert.Equal(t, challenge, a.header.Get("WWW-Authenticate"))
	}
	assert.Equal(t, http.StatusForbidden, (&reading{url: logsURL, authorization: "Bearer " + issueFor(t, org, api.HooksReadScope)}).send(t, org).status)
}

func TestHookRolesOfApps(t *testing.T) {
	for role, logs := range map[authserver.AppRole]int{authserver.RoleMissing: 403, authserver.RoleSeesNothing: 200, authserver.RoleLogsOnly: 200} {
		app := hookApp(api.HooksReadScope)
		app.Role = role
		org := orgWith(app)
		token := issueFor(t, org, api.LogsScope+" "+api.HooksReadScope)
		assert.Equal(t, logs, readPlain(token).send(t, org).status)
		a := apiCall{method: "GET", authorization: "Bearer " + token}.send(t, org)
		assert.Equal(t, http.StatusForbidden, a.status, role)
		assert.Equal(t, "E0000006", a.errorCode(t))
	}
}

func TestHookRequestsWithDPoP(t *testing.T) {
	app := dpopApp()
	app.Scopes = []string{api.HooksReadScope}
	org := orgWith(app)
	first := askBound(org.Now())
	first.form.Set("scope", api.HooksReadScope)
	second := askBound(org.Now())
	second.form.Set("scope", api.HooksReadScope)
	second.proofs[0].claims["nonce"] = first.send(t, org).header.Get("DPoP-Nonce")
	token := second.send(t, org).granted(t).Token

	read := func(target string) answer {
		p := proofFor(http.MethodGet, target, org.Now())
		p.claims["ath"] = tokenHash(token)
		return (&reading{url: hooksURL, authorization: "DPoP " + token, proofs: []*draft{p}}).send(t, org)
	}
	assert.Equal(t, http.StatusOK, read(hooksURL).status)
	assert.Equal(t, http.StatusBadRequest, read(logsURL).status, "the proof is for another URL")
	assert.Equal(t, http.StatusBadRequest, apiCall{method: "GET", authorization: "DPoP " + token}.send(t, org).status, "no proof")
	assert.Equal(t, http.StatusBadRequest, apiCall{method: "GET", authorization: "Bearer " + token}.send(t, org).status, "the wrong scheme")
}
