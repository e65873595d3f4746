// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

func TestAppThroughItsLife(t *testing.T) {
	org := managed(management.Options{})
	made := do(t, org, "POST", api.AppsPath, appBody(t, nil))
	app := made.object(t, http.StatusOK)
	id := app["id"].(string)
	self := api.AppsPath + "/" + id
	assert.Regexp(t, `^0oa.{17}$`, id)
	assert.Equal(t, "orn:okta:idp:00oSyntheticOrg00005d7:apps:oidc_client:"+id, app["orn"])
	assert.Equal(t, "ACTIVE", app["status"])
	assert.Equal(t, "2026-11-21T12:00:00.000Z", app["created"])
	assert.Equal(t, map[string]any{"managedBy": "a test"}, app["profile"])
	assert.Equal(t, map[string]any{"client_id": id, "token_endpoint_auth_method": "private_key_jwt", "autoKeyRotation": true, "pkce_required": false},
		at(t, app, "credentials", "oauthClient"))
	assert.Equal(t, true, at(t, app, "settings", "oauthClient", "dpop_bound_access_tokens"))
	keys := at(t, app, "settings", "oauthClient", "jwks", "keys").([]any)
	require.Len(t, keys, 1)
	assert.Regexp(t, `^pks.{17}$`, at(t, keys[0], "id"))
	assert.Equal(t, "ACTIVE", at(t, keys[0], "status"))
	assert.Contains(t, keys[0], "use")
	assert.Nil(t, at(t, keys[0], "use"), "it was not sent")
	assert.Equal(t, orgURL+self+"/lifecycle/deactivate", at(t, app, "_links", "deactivate", "href"))
	assert.Equal(t, made.body, do(t, org, "GET", self, "").body)

	requireRefused(t, do(t, org, "DELETE", self, ""), http.StatusForbidden, "E0000056", "Delete application forbidden.",
		"The application must be deactivated before deletion.")
	assert.Empty(t, do(t, org, "POST", self+"/lifecycle/deactivate", "").object(t, http.StatusOK))
	inactive := do(t, org, "GET", self, "").object(t, http.StatusOK)
	assert.Equal(t, "INACTIVE", inactive["status"])
	assert.Equal(t, orgURL+self+"/lifecycle/activate", at(t, inactive, "_links", "activate", "href"))
	assert.Empty(t, do(t, org, "POST", self+"/lifecycle/activate", "").object(t, http.StatusOK))
	do(t, org, "POST", self+"/lifecycle/deactivate", "")
	gone := do(t, org, "DELETE", self, "")
	assert.Equal(t, http.StatusNoContent, gone.status)
	assert.Empty(t, gone.body)
	for _, c := range [][2]string{
		{"GET", self}, {"PUT", self}, {"DELETE", self}, {"POST", self + "/lifecycle/activate"}, {"POST", self + "/lifecycle/deactivate"},
		{"GET", self + "/grants"}, {"GET", self + "/credentials/jwks"}, {"GET", self + "/credentials/secrets"},
	} {
		requireRefused(t, do(t, org, c[0], c[1], ""), http.StatusNotFound, "E0000007", "Not found: Resource not found: "+id+" (AppInstance)")
	}
}

func TestAppsRefused(t *testing.T) {
	private := jwk(t, clientKey(), "k")
	for name, c := range map[string]struct {
		change  func(app, credentials, settings map[string]any)
		summary string
		causes  []string
	}{
		"no name":         {func(a, _, _ map[string]any) { delete(a, "name") }, "name", []string{"name: The field cannot be left blank"}},
		"no label":        {func(a, _, _ map[string]any) { a["label"] = "" }, "label", []string{"label: The field cannot be left blank"}},
		"long label":      {func(a, _, _ map[string]any) { a["label"] = strings.Repeat("x", 101) }, "label", []string{"label: The field is too long, 100 characters at most"}},
		"no sign-on mode": {func(a, _, _ map[string]any) { delete(a, "signOnMode") }, "signOnMode", []string{"signOnMode: The field cannot be left blank"}},
		"no settings":     {func(a, _, _ map[string]any) { delete(a, "settings") }, "grant_types", []string{"grant_types: The field cannot be left blank"}},
		"no grant types":  {func(_, _, s map[string]any) { delete(s, "grant_types") }, "grant_types", []string{"grant_types: The field cannot be left blank"}},
		"grant type": {func(_, _, s map[string]any) { s["grant_types"] = []any{"telepathy"} }, "grant_types",
			[]string{`grant_types: "telepathy" is not a valid value`}},
		"grant type for people": {func(_, _, s map[string]any) { s["grant_types"] = []any{"authorization_code"} }, "grant_types",
			[]string{`grant_types: "authorization_code" is not valid for an application_type of service`}},
		"response type":    {func(_, _, s map[string]any) { s["response_types"] = []any{"x"} }, "response_types", []string{`response_types: "x" is not a valid value`}},
		"application type": {func(_, _, s map[string]any) { s["application_type"] = "toaster" }, "application_type", []string{`application_type: "toaster" is not a valid value`}},
		"network":          {func(_, _, s map[string]any) { s["network"] = map[string]any{"connection": "X"} }, "network", []string{"network: The connection must be ANYWHERE or ZONE"}},
		"consent":          {func(_, _, s map[string]any) { s["consent_method"] = "ASK" }, "consent_method", []string{`consent_method: "ASK" is not a valid value`}},
		"issuer mode":      {func(_, _, s map[string]any) { s["issuer_mode"] = "ASK" }, "issuer_mode", []string{`issuer_mode: "ASK" is not a valid value`}},
		"method": {func(_, c, _ map[string]any) { c["token_endpoint_auth_method"] = "x" }, "token_endpoint_auth_method",
			[]string{`token_endpoint_auth_method: "x" is not a valid value`}},
		"no method at all": {func(_, c, _ map[string]any) { c["token_endpoint_auth_method"] = "none" }, "token_endpoint_auth_method",
			[]string{`token_endpoint_auth_method: "none" is not valid for an application_type of service`}},
		"no key": {func(_, _, s map[string]any) { delete(s, "jwks") }, "jwks",
			[]string{"jwks: Either 'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'"}},
		"keys in two places": {func(_, _, s map[string]any) { s["jwks_uri"] = "https://a.example.com/keys" }, "jwks", []string{"jwks: 'jwks' and 'jwks_uri' cannot both be set"}},
		"key URL": {func(_, _, s map[string]any) { delete(s, "jwks"); s["jwks_uri"] = "http://a.example.com/keys" }, "jwks_uri",
			[]string{"jwks_uri: The value must be a valid https URL"}},
		"client id": {func(_, c, _ map[string]any) { c["client_id"] = "a b c d e" }, "client_id", []string{"client_id: The value is not valid"}},
		"short client id": {func(_, c, _ map[string]any) { c["client_id"] = "abc" }, "client_id",
			[]string{"client_id: The value must have from 6 to 100 characters"}},
		"all clients":       {func(_, c, _ map[string]any) { c["client_id"] = "ALL_CLIENTS" }, "client_id", []string{"client_id: The value is not valid"}},
		"known client":      {func(_, c, _ map[string]any) { c["client_id"] = clientID }, "client_id", []string{"client_id: Another client of the org has this client ID"}},
		"secret beside key": {func(_, c, _ map[string]any) { c["client_secret"] = "a-secret-of-the-tests" }, "client_secret", []string{"client_secret: A secret is not allowed with the token_endpoint_auth_method private_key_jwt"}},
		"weak key": {func(_, _, s map[string]any) { s["jwks"] = keysOf(jwk(t, weakKey().Public(), "k")) }, "JsonWebKey",
			[]string{"RSA key length in the 'jwks' is less than '2,048' bits for the given key."}},
		"private key": {func(_, _, s map[string]any) { s["jwks"] = keysOf(private) }, "JsonWebKey",
			[]string{"The JSON Web Key must be a public key: it has the private member 'd'."}},
		"one kid twice": {func(_, _, s map[string]any) { s["jwks"] = keysOf(ecKey(t, "k"), jwk(t, otherKey().Public(), "k")) }, "JsonWebKey",
			[]string{"All keys in the 'jwks' must have a unique `kid`."}},
		"two keys, one kid": {func(_, _, s map[string]any) { s["jwks"] = keysOf(ecKey(t, "k"), jwk(t, otherKey().Public(), "")) }, "JsonWebKey",
			[]string{"Each key should have a unique kid when adding multiple keys."}},
		"used label": {func(a, _, _ map[string]any) { a["label"] = "taken" }, "label",
			[]string{`label: An active OpenID Connect Client instance with the label "taken" already exists.`}},
	} {
		t.Run(name, func(t *testing.T) {
			org := managed(management.Options{})
			org.SetApp(clientID, serviceApp())
			makeApp(t, org, labelled(t, "taken"))
			before := org.Objects()
			requireRefused(t, do(t, org, "POST", api.AppsPath, appBody(t, c.change)), http.StatusBadRequest, "E0000001", "Api validation failed: "+c.summary, c.causes...)
			assert.Equal(t, before, org.Objects(), "nothing was made")
		})
	}
}

// keysOf is a JWKS.
func keysOf(keys ...map[string]any) map[string]any { return map[string]any{"keys": keys} }

func TestAppRequestsRefused(t *testing.T) {
	org := managed(management.Options{MaxApps: 1})
	requireRefused(t, do(t, org, "POST", api.AppsPath, "{"), http.StatusBadRequest, "E0000003", "The request body was not well-formed.")
	requireRefused(t, do(t, org, "POST", api.AppsPath, `{"label":5}`), http.StatusBadRequest, "E0000003", "The request body was not well-formed.")
	requireRefused(t, do(t, org, "POST", api.AppsPath, ""), http.StatusBadRequest, "E0000019",
		"Bad request.  Accept and/or Content-Type headers likely do not match supported values.")
	requireRefused(t, do(t, org, "POST", api.AppsPath+"?activate=perhaps", appBody(t, nil)), http.StatusBadRequest, "E0000001", "Api validation failed: RequestParams",
		"activate: The value must be true or false")
	requireRefused(t, do(t, org, "PATCH", api.AppsPath, ""), http.StatusMethodNotAllowed, "E0000022", "The endpoint does not support the provided HTTP method")
	requireRefused(t, do(t, org, "GET", api.AppsPath+"/a/b", ""), http.StatusNotFound, "E0000008", "The requested path was not found")
	makeApp(t, org, appBody(t, nil))
	requireRefused(t, do(t, org, "POST", api.AppsPath, labelled(t, "second")), http.StatusBadRequest, "E0000001", "Api validation failed: generalSettings",
		"Cannot create application instance. Maximum number of instances has been reached.")
}

func TestLabelsOfActiveAppsAreUnique(t *testing.T) {
	org := managed(management.Options{})
	first := makeApp(t, org, appBody(t, nil))
	second := do(t, org, "POST", api.AppsPath+"?activate=false", appBody(t, nil)).object(t, http.StatusOK)
	assert.Equal(t, "INACTIVE", second["status"])
	activate := api.AppsPath + "/" + second["id"].(string) + "/lifecycle/activate"
	requireRefused(t, do(t, org, "POST", activate, ""), http.StatusBadRequest, "E0000001", "Api validation failed: label",
		`label: An active OpenID Connect Client instance with the label "otel" already exists.`)
	do(t, org, "POST", api.AppsPath+"/"+first+"/lifecycle/deactivate", "")
	assert.Equal(t, http.StatusOK, do(t, org, "POST", activate, "").status)
}

func TestReplacingAnAppResetsWhatIsLeftOut(t *testing.T) {
	without := appBody(t, func(_, _, settings map[string]any) {
		delete(settings, "dpop_bound_access_tokens")
		delete(settings, "jwks")
	})
	setting := func(a answer) any {
		return at(t, a.object(t, http.StatusOK), "settings", "oauthClient", "dpop_bound_access_tokens")
	}
	org := managed(management.Options{})
	path := api.AppsPath + "/" + makeApp(t, org, appBody(t, nil))
	requireRefused(t, do(t, org, "PUT", path, without), http.StatusBadRequest, "E0000001", "Api validation failed: jwks",
		"jwks: Either 'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'")
	withKey := appBody(t, func(_, _, settings map[string]any) { delete(settings, "dpop_bound_access_tokens") })
	keyBefore := do(t, org, "GET", path+"/credentials/jwks", "").objects(t)[0]["id"]
	assert.Equal(t, false, setting(do(t, org, "PUT", path, withKey)))
	assert.Equal(t, keyBefore, do(t, org, "GET", path+"/credentials/jwks", "").objects(t)[0]["id"], "it is the same key")
	requireRefused(t, do(t, org, "PUT", path, appBody(t, func(_, c, _ map[string]any) { c["client_id"] = "another" })), http.StatusBadRequest, "E0000001",
		"Api validation failed: client_id", "client_id: The client ID of an app cannot be changed")

	kept := managed(management.Options{KeepsOmitted: true})
	path = api.AppsPath + "/" + makeApp(t, kept, appBody(t, nil))
	assert.Equal(t, true, setting(do(t, kept, "PUT", path, without)))
	assert.Len(t, do(t, kept, "GET", path+"/credentials/jwks", "").objects(t), 1)
}

func TestWhatIsReadCanBePutBack(t *testing.T) {
	org := managed(management.Options{})
	path := api.AppsPath + "/" + makeApp(t, org, appBody(t, nil))
	before := org.Objects()
	assert.Equal(t, http.StatusOK, do(t, org, "PUT", path, do(t, org, "GET", path, "").body).status)
	assert.Equal(t, before, org.Objects())
}
