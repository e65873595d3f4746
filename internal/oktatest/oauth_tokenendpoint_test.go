// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

const (
	allGrantTypes = "authorization_code, refresh_token, implicit, password, urn:ietf:params:oauth:grant-type:device_code, " +
		"urn:ietf:params:oauth:grant-type:token-exchange, urn:openid:params:grant-type:ciba, client_credentials"
	twoCredentials = "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, " +
		"credentials in the post body, or a client_assertion in the post body."
	notYours    = "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method."
	notIncluded = "OAuth Integration Client Credentials requests to the Org Authorization Server must use either private_key_jwt or client_secret_basic " +
		"as the token_endpoint_auth_method."
)

// integration is an API service integration with a secret in use and one withdrawn.
func integration() authserver.App {
	return authserver.App{Kind: authserver.APIServiceIntegration, Secrets: []authserver.AppSecret{{Value: "new-secret"}, {Value: "old-secret", Inactive: true}}}
}

func TestTokenRequestsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change            func(app *authserver.App, a *asking)
		status            int
		code, description string
	}{
		"from a browser":      {func(_ *authserver.App, a *asking) { a.header.Set("Origin", orgURL) }, 401, "invalid_client", "Browser requests to the token endpoint must use Proof Key for Code Exchange."},
		"assertion in query":  {func(_ *authserver.App, a *asking) { a.url += "?client_assertion=x" }, 400, "invalid_request", "Client credentials cannot be supplied via query parameters."},
		"secret in query":     {func(_ *authserver.App, a *asking) { a.url += "?client_secret=x" }, 400, "invalid_request", "Client credentials cannot be supplied via query parameters."},
		"broken query":        {func(_ *authserver.App, a *asking) { a.url += "?%zz" }, 400, "invalid_request", "Invalid request"},
		"too long":            {func(_ *authserver.App, a *asking) { a.form.Set("x", strings.Repeat("x", 1<<20)) }, 400, "invalid_request", "Invalid request"},
		"no grant type":       {func(_ *authserver.App, a *asking) { a.form.Del("grant_type") }, 400, "invalid_request", "The token request must specify a 'grant_type'. Valid values: [" + allGrantTypes + "]"},
		"unknown grant type":  {func(_ *authserver.App, a *asking) { a.form.Set("grant_type", "magic") }, 400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server. Configured grant types: [" + allGrantTypes + "]."},
		"other grant type":    {func(_ *authserver.App, a *asking) { a.form.Set("grant_type", "password") }, 400, "unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: [client_credentials]."},
		"grant type withheld": {func(app *authserver.App, _ *asking) { app.GrantTypes = []string{"authorization_code", "refresh_token"} }, 400, "unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code, refresh_token]."},
		"app for people":      {func(app *authserver.App, _ *asking) { app.Kind = authserver.WebApp }, 401, "invalid_client", "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server."},
		"outside the zone":    {func(app *authserver.App, _ *asking) { app.OutsideZone = true }, 403, "access_denied", "The request is made from outside the client's permitted network zones."},

		"no credentials": {func(_ *authserver.App, a *asking) { a.assertion = nil; a.form.Del("client_assertion_type") }, 401, "invalid_client", "No client credentials found."},
		"client id only": {func(_ *authserver.App, a *asking) {
			a.assertion = nil
			a.form.Del("client_assertion_type")
			a.form.Set("client_id", clientID)
		}, 401, "invalid_client", "No client credentials found."},
		"unknown id only": {func(_ *authserver.App, a *asking) {
			a.assertion = nil
			a.form.Del("client_assertion_type")
			a.form.Set("client_id", "0oaOther")
		}, 401, "invalid_client", "Invalid value for 'client_id' parameter."},
		"no assertion type": {func(_ *authserver.App, a *asking) { a.form.Del("client_assertion_type") }, 400, "invalid_request", "The client_assertion_type is invalid."},
		"other assertion type": {func(_ *authserver.App, a *asking) {
			a.form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")
		}, 400, "invalid_request", "The client_assertion_type is invalid."},
		"type and no JWT":      {func(_ *authserver.App, a *asking) { a.assertion = nil }, 401, "invalid_client", "The parsing of the client_assertion failed."},
		"assertion and basic":  {func(_ *authserver.App, a *asking) { a.header.Set("Authorization", "Basic "+basicAuth(clientID, "s")) }, 401, "invalid_request", twoCredentials},
		"assertion and secret": {func(_ *authserver.App, a *asking) { a.form.Set("client_secret", "s") }, 401, "invalid_request", twoCredentials},

		"basic of a service app": {func(_ *authserver.App, a *asking) { a.basic(clientID, "s") }, 401, "invalid_client", notYours},
		"post of a service app":  {func(_ *authserver.App, a *asking) { post(a, clientID, "s") }, 401, "invalid_client", notYours},
		"basic that is none":     {func(_ *authserver.App, a *asking) { a.basic(clientID, "s"); a.header.Set("Authorization", "Basic ???") }, 401, "invalid_client", "Found Authentication header but was not valid client credentials."},
		"basic, unknown client":  {func(_ *authserver.App, a *asking) { a.basic("0oaOther", "s") }, 401, "invalid_client", "Invalid value for 'client_id' parameter."},
		"basic, wrong secret":    {func(app *authserver.App, a *asking) { *app = integration(); a.basic(clientID, "s") }, 401, "invalid_client", "The client secret supplied for a confidential client is invalid."},
		"basic, empty secret": {func(app *authserver.App, a *asking) {
			*app = authserver.App{Kind: authserver.APIServiceIntegration, Secrets: []authserver.AppSecret{{}}}
			a.basic(clientID, "")
		}, 401, "invalid_client", "The client secret supplied for a confidential client is invalid."},
		"basic, inactive secret": {func(app *authserver.App, a *asking) { *app = integration(); a.basic(clientID, "old-secret") }, 401, "invalid_client", "The client secret supplied for a confidential client is invalid."},
		"basic, deactivated": {func(app *authserver.App, a *asking) {
			*app = integration()
			app.Inactive = true
			a.basic(clientID, "new-secret")
		}, 401, "invalid_client", "Client authentication failed. Either the client or the client credentials are invalid."},
		"basic and post": {func(app *authserver.App, a *asking) {
			*app = integration()
			a.basic(clientID, "new-secret")
			a.form.Set("client_secret", "new-secret")
		}, 401, "invalid_request", twoCredentials},
		"post of an integration": {func(app *authserver.App, a *asking) { *app = integration(); post(a, clientID, "new-secret") }, 401, "invalid_client", notIncluded},
		"third secret is nothing": {func(app *authserver.App, a *asking) {
			*app = integration()
			app.Secrets = append(app.Secrets, authserver.AppSecret{Value: "third"})
			a.basic(clientID, "third")
		}, 401, "invalid_client", "The client secret supplied for a confidential client is invalid."},

		"no scope":          {func(_ *authserver.App, a *asking) { a.form.Del("scope") }, 400, "invalid_scope", "No scopes were requested."},
		"blank scope":       {func(_ *authserver.App, a *asking) { a.form.Set("scope", " ") }, 400, "invalid_scope", "No scopes were requested."},
		"malformed scope":   {func(_ *authserver.App, a *asking) { a.form.Set("scope", `okta.logs"read`) }, 400, "invalid_scope", "The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner."},
		"unknown scope":     {func(_ *authserver.App, a *asking) { a.form.Set("scope", "okta.logs.read logs") }, 400, "invalid_scope", "One or more scopes are not configured for the authorization server resource."},
		"openid":            {func(_ *authserver.App, a *asking) { a.form.Set("scope", "openid") }, 400, "invalid_scope", "Cannot request 'openid' scopes using client credentials."},
		"scope not granted": {func(_ *authserver.App, a *asking) { a.form.Set("scope", "okta.users.read") }, 400, "consent_required", "You are not allowed any of the requested scopes."},
		"nothing granted":   {func(app *authserver.App, _ *asking) { app.Scopes = []string{} }, 400, "consent_required", "You are not allowed any of the requested scopes."},
	} {
		t.Run(name, func(t *testing.T) {
			app, a := serviceApp(), ask(noon)
			c.change(&app, a)
			org := orgWith(app)
			requireFailure(t, a.send(t, org), c.status, c.code, c.description)
			assert.Zero(t, org.Issued())
			assert.Equal(t, map[string]int{c.code: 1}, org.FailedGrants())
		})
	}
}

// post replaces the assertion with a secret in the body.
func post(a *asking, id, secret string) {
	a.assertion = nil
	a.form.Del("client_assertion_type")
	a.form.Set("client_id", id)
	a.form.Set("client_secret", secret)
}

func TestTokenRequestsThatAreNoForms(t *testing.T) {
	opts := optionsWith(serviceApp())
	opts.RequireHTTPS = true
	for name, c := range map[string]struct {
		change func(r *http.Request)
		status int
		code   string
	}{
		"JSON":       {func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, http.StatusBadRequest, "E0000021"},
		"no type":    {func(r *http.Request) { r.Header.Del("Content-Type") }, http.StatusBadRequest, "E0000021"},
		"GET":        {func(r *http.Request) { r.Method = http.MethodGet }, http.StatusMethodNotAllowed, "E0000022"},
		"plain http": {func(r *http.Request) { r.URL.Scheme = "http" }, http.StatusMethodNotAllowed, "E0000022"},
	} {
		t.Run(name, func(t *testing.T) {
			r := ask(noon).request(t)
			c.change(r)
			a := send(t, NewOrg(opts), r)
			assert.Equal(t, c.status, a.status)
			assert.Equal(t, c.code, a.errorCode(t))
		})
	}
}

func TestASecretOpensAnIntegration(t *testing.T) {
	org := orgWith(integration())
	a := ask(noon)
	a.basic(clientID, "new-secret")
	assert.Equal(t, http.StatusOK, readPlain(a.send(t, org).granted(t).Token).send(t, org).status)

	require.True(t, org.ChangeApp(clientID, func(app *authserver.App) { app.Secrets[0].Inactive, app.Secrets[1].Inactive = true, false }))
	requireFailure(t, a.send(t, org), http.StatusUnauthorized, "invalid_client", "The client secret supplied for a confidential client is invalid.")
	a.basic(clientID, "old-secret")
	a.send(t, org).granted(t)
}

func TestKeysCanBeRotated(t *testing.T) {
	org := orgWith(serviceApp())
	require.True(t, org.ChangeApp(clientID, func(app *authserver.App) {
		app.Keys = append(app.Keys, authserver.ActiveKey("key-2", otherKey().Public()))
	}))
	issuePlain(t, org)
	require.True(t, org.ChangeApp(clientID, func(app *authserver.App) { app.Keys[0].Inactive = true }))
	requireFailure(t, ask(noon).send(t, org), http.StatusUnauthorized, "invalid_client", "The client_assertion JWT kid is invalid.")
	a := ask(noon)
	a.assertion.key, a.assertion.header["kid"] = otherKey(), "key-2"
	a.send(t, org).granted(t)
	assert.False(t, org.ChangeApp("0oaOther", func(*authserver.App) {}))
}

func TestWhatSetAppWasGivenIsNotShared(t *testing.T) {
	app := serviceApp()
	org := orgWith(authserver.App{})
	org.SetApp(clientID, app)
	app.Keys[0].Inactive = true
	issuePlain(t, org)
}

func TestOnlyGrantedScopesAreGranted(t *testing.T) {
	app := serviceApp()
	app.Scopes = []string{"okta.users.read", api.LogsScope}
	a := ask(noon)
	a.form.Set("scope", "okta.logs.read okta.apps.read okta.logs.read")
	assert.Equal(t, api.LogsScope, a.send(t, orgWith(app)).granted(t).Scope)
}

func TestTheTokenEndpointsRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := NewOrg(Options{Apps: map[string]authserver.App{clientID: serviceApp()}, OAuth: authserver.Options{RateLimit: 2}})
		first := ask(org.Now()).send(t, org)
		assert.Equal(t, []string{"2", "1"}, []string{first.header.Get("X-Rate-Limit-Limit"), first.header.Get("X-Rate-Limit-Remaining")})
		a := ask(org.Now())
		a.form.Del("scope")
		require.Equal(t, http.StatusBadRequest, a.send(t, org).status)

		org.InjectToken(fault.Status(http.StatusBadGateway, fault.HTMLPage))
		refused := ask(org.Now()).send(t, org)
		assert.Equal(t, http.StatusTooManyRequests, refused.status)
		assert.Equal(t, "E0000047", refused.errorCode(t))
		assert.Equal(t, 0, org.RateReport().Windows, "the bucket of the logs API is another one")

		pass(time.Minute)
		assert.Equal(t, http.StatusBadGateway, ask(org.Now()).send(t, org).status, "a request over the limit uses up no fault")
		issuePlain(t, org)
	})
}

func TestATokenRequestTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := NewOrg(Options{Apps: map[string]authserver.App{clientID: serviceApp()}, OAuth: authserver.Options{Latency: 3 * time.Second}})
		before := time.Now()
		issuePlain(t, org)
		assert.Equal(t, 3*time.Second, time.Since(before))
	})
}

func TestRequestsShowsTokenRequests(t *testing.T) {
	org := orgWith(serviceApp())
	a := ask(noon)
	a.send(t, org).granted(t)
	all := org.Requests()
	require.Len(t, all, 1)
	assert.Equal(t, []any{http.MethodPost, api.TokenPath, http.StatusOK}, []any{all[0].Method, all[0].URL, all[0].Status})
	assert.Equal(t, a.form, all[0].Form)

	get(t, org, "")
	assert.Nil(t, org.Requests()[1].Form)
}

func TestTheTokenEndpointOverTLS(t *testing.T) {
	opts := optionsWith(dpopApp())
	opts.RequireHTTPS = true
	org := NewOrg(opts)
	server := httptest.NewTLSServer(org)
	defer server.Close()
	asks := func(nonce string) answer {
		a := askBound(noon)
		a.url = server.URL + api.TokenPath
		a.assertion.claims["aud"], a.proofs[0].claims["htu"] = a.url, a.url
		a.proofs[0].claims["nonce"] = nonce
		got, err := trySend(server.Client().Transport, a.request(t))
		require.NoError(t, err)
		return got
	}
	access := asks(asks("").header.Get("DPoP-Nonce")).granted(t).Token
	x := readBound(access, noon)
	x.proofs[0].claims["htu"] = server.URL + api.LogsPath
	r := request(t, server.URL+api.LogsPath+"?"+url.Values{"limit": {"5"}}.Encode())
	r.Header.Set("Authorization", x.authorization)
	r.Header.Set("DPoP", x.proofs[0].sign(t))
	got, err := trySend(server.Client().Transport, r)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, got.status)
}
