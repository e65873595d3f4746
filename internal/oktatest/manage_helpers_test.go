// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

// managed is an org whose clock stands still at noon, and in which DefaultAdminToken is that of a super admin and
// "apps" that of an admin of apps.
func managed(options management.Options) *Org {
	opts := clockAt(noon)
	opts.AdminToken, opts.Management = DefaultAdminToken, options
	opts.Tokens = map[string]TokenState{"apps": TokenAppAdmin}
	return NewOrg(opts)
}

// do sends a request to the management API with the token of the super admin, or with the credential given.
func do(t *testing.T, org *Org, method, path, body string, authorization ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, orgURL+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", append(authorization, "SSWS "+DefaultAdminToken)[0])
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return send(t, org, r)
}

// object is the JSON object of a successful answer.
func (a answer) object(t *testing.T, status int) map[string]any {
	t.Helper()
	require.Equal(t, status, a.status, a.body)
	var object map[string]any
	require.NoError(t, json.Unmarshal([]byte(a.body), &object), a.body)
	return object
}

// objects is the JSON array of a successful answer.
func (a answer) objects(t *testing.T) []map[string]any {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status, a.body)
	var objects []map[string]any
	require.NoError(t, json.Unmarshal([]byte(a.body), &objects), a.body)
	return objects
}

// requireRefused requires an error answer of the management API.
func requireRefused(t *testing.T, a answer, status int, code, summary string, causes ...string) {
	t.Helper()
	require.Equal(t, status, a.status, a.body)
	var e struct{ ErrorCode, ErrorSummary string }
	require.NoError(t, json.Unmarshal([]byte(a.body), &e), a.body)
	require.Equal(t, code, e.ErrorCode, a.body)
	require.Equal(t, summary, e.ErrorSummary)
	require.Equal(t, causes, a.causes(t))
}

// at returns what is at a path of keys in an object.
func at(t *testing.T, object any, path ...string) any {
	t.Helper()
	for _, name := range path {
		members, ok := object.(map[string]any)
		require.True(t, ok, "%s in %v", name, object)
		object = members[name]
	}
	return object
}

// jwk is a public key as JSON, with members of one's own.
func jwk(t *testing.T, key any, kid string, more ...map[string]any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: kid})
	require.NoError(t, err)
	var members map[string]any
	require.NoError(t, json.Unmarshal(raw, &members))
	for _, extra := range more {
		for name, value := range extra {
			members[name] = value
		}
	}
	return members
}

// ecKey is a public key of the tests as JSON.
func ecKey(t *testing.T, kid string) map[string]any { return jwk(t, clientKey().Public(), kid) }

func asJSON(t *testing.T, value any) string {
	t.Helper()
	raw, err := json.Marshal(value)
	require.NoError(t, err)
	return string(raw)
}

// appBody is a service app that the API accepts, changed.
func appBody(t *testing.T, change func(app, credentials, settings map[string]any)) string {
	t.Helper()
	credentials := map[string]any{"token_endpoint_auth_method": "private_key_jwt"}
	settings := map[string]any{
		"application_type": "service", "grant_types": []any{"client_credentials"}, "response_types": []any{"token"}, "dpop_bound_access_tokens": true,
		"jwks": map[string]any{"keys": []any{ecKey(t, keyID)}},
	}
	app := map[string]any{
		"name": "oidc_client", "label": "otel", "signOnMode": "OPENID_CONNECT", "profile": map[string]any{"managedBy": "a test"},
		"credentials": map[string]any{"oauthClient": credentials}, "settings": map[string]any{"oauthClient": settings},
	}
	if change != nil {
		change(app, credentials, settings)
	}
	return asJSON(t, app)
}

// labelled is a service app with a label.
func labelled(t *testing.T, label string) string {
	return appBody(t, func(app, _, _ map[string]any) { app["label"] = label })
}

// withSecret is a service app that proves who it is with a secret.
func withSecret(t *testing.T) string {
	return appBody(t, func(_, credentials, settings map[string]any) {
		credentials["token_endpoint_auth_method"] = "client_secret_basic"
		delete(settings, "jwks")
	})
}

// makeApp makes an app and returns its id, which is its client id too.
func makeApp(t *testing.T, org *Org, body string) string {
	t.Helper()
	id, _ := do(t, org, "POST", api.AppsPath, body).object(t, http.StatusOK)["id"].(string)
	require.NotEmpty(t, id)
	return id
}

// grant grants a scope to an app.
func grant(t *testing.T, org *Org, id, scope string) string {
	t.Helper()
	made := do(t, org, "POST", api.AppsPath+"/"+id+"/grants", `{"issuer":"`+orgURL+`","scopeId":"`+scope+`"}`).object(t, http.StatusOK)
	return made["id"].(string)
}

// assign assigns a role to a client.
func assign(t *testing.T, org *Org, id, role string) string {
	t.Helper()
	made := do(t, org, "POST", api.ClientsPath+"/"+id+"/roles", `{"type":"`+role+`"}`).object(t, http.StatusCreated)
	return made["id"].(string)
}
