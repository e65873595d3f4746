// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

const (
	badKeyID = "The client_assertion JWT kid is invalid."
	noKeys   = "The client does not have a JWKSet configured, but the client_assertion requires one."
)

// receiverApp makes an app that may read the log without DPoP, and returns its id.
func receiverApp(t *testing.T, org *Org, change func(settings map[string]any)) string {
	t.Helper()
	id := makeApp(t, org, appBody(t, func(_, _, settings map[string]any) {
		settings["dpop_bound_access_tokens"] = false
		if change != nil {
			change(settings)
		}
	}))
	grant(t, org, id, api.LogsScope)
	assign(t, org, id, "REPORT_ADMIN")
	return id
}

// askAs is a token request of a client, signed with a key.
func askAs(org *Org, id, kid string, key any) *asking {
	a := ask(org.Now())
	a.assertion.claims["iss"], a.assertion.claims["sub"] = id, id
	a.assertion.key, a.assertion.header["kid"] = key, kid
	if kid == "" {
		delete(a.assertion.header, "kid")
	}
	return a
}

func TestAnAppIsAClient(t *testing.T) {
	org := managed(management.Options{})
	app := receiverApp(t, org, nil)
	path := api.AppsPath + "/" + app
	token := askAs(org, app, keyID, clientKey()).send(t, org).granted(t).Token
	assert.Equal(t, http.StatusOK, readPlain(token).send(t, org).status)

	do(t, org, "POST", path+"/lifecycle/deactivate", "")
	assert.Equal(t, http.StatusUnauthorized, askAs(org, app, keyID, clientKey()).send(t, org).status)
	assert.Equal(t, http.StatusUnauthorized, readPlain(token).send(t, org).status)
	do(t, org, "POST", path+"/lifecycle/activate", "")
	assert.Equal(t, http.StatusOK, readPlain(token).send(t, org).status)
	do(t, org, "DELETE", api.ClientsPath+"/"+app+"/roles/KJCVAT2SKRPUCRCNJFHA", "")
	assert.Equal(t, http.StatusForbidden, readPlain(token).send(t, org).status)
	assign(t, org, app, "READ_ONLY_ADMIN")
	assert.Equal(t, http.StatusOK, readPlain(token).send(t, org).status)

	do(t, org, "POST", path+"/lifecycle/deactivate", "")
	do(t, org, "DELETE", path, "")
	requireFailure(t, askAs(org, app, keyID, clientKey()).send(t, org), http.StatusUnauthorized, "invalid_client",
		"The issuer claim for client_assertion is not a valid client_id.")
}

func TestAnAppIsWhatItsSettingsSay(t *testing.T) {
	org := managed(management.Options{})
	app := makeApp(t, org, appBody(t, nil))
	grant(t, org, app, api.LogsScope)
	requireFailure(t, askAs(org, app, keyID, clientKey()).send(t, org), http.StatusBadRequest, "invalid_dpop_proof", "The DPoP proof JWT header is missing.")

	secret := makeApp(t, org, strings.Replace(withSecret(t), `"otel"`, `"secret"`, 1))
	requireFailure(t, askAs(org, secret, keyID, clientKey()).send(t, org), http.StatusUnauthorized, "invalid_client", noKeys)
	none := makeApp(t, org, appBody(t, func(app, _, s map[string]any) { app["label"] = "none"; s["dpop_bound_access_tokens"] = false }))
	requireFailure(t, askAs(org, none, keyID, clientKey()).send(t, org), http.StatusBadRequest, "consent_required", "You are not allowed any of the requested scopes.")
	web := makeApp(t, org, appBody(t, func(app, _, s map[string]any) { app["label"], s["application_type"] = "web", "web" }))
	requireFailure(t, askAs(org, web, keyID, clientKey()).send(t, org), http.StatusUnauthorized, "invalid_client",
		"Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.")
}

func TestRotatingAKey(t *testing.T) {
	org := managed(management.Options{})
	app := receiverApp(t, org, nil)
	keys := api.AppsPath + "/" + app + "/credentials/jwks"
	requireFailure(t, askAs(org, app, "new", otherKey()).send(t, org), http.StatusUnauthorized, "invalid_client", badKeyID)
	askAs(org, app, "", clientKey()).send(t, org).granted(t) // the only key needs no name
	do(t, org, "POST", keys, asJSON(t, jwk(t, otherKey().Public(), "new"))).object(t, http.StatusCreated)
	requireFailure(t, askAs(org, app, "", clientKey()).send(t, org), http.StatusUnauthorized, "invalid_client", badKeyID)
	askAs(org, app, keyID, clientKey()).send(t, org).granted(t)
	askAs(org, app, "new", otherKey()).send(t, org).granted(t)
	old := keys + "/" + do(t, org, "GET", keys, "").objects(t)[0]["id"].(string)
	do(t, org, "POST", old+"/lifecycle/deactivate", "").object(t, http.StatusOK)
	requireFailure(t, askAs(org, app, keyID, clientKey()).send(t, org), http.StatusUnauthorized, "invalid_client", badKeyID)
	requireFailure(t, askAs(org, app, "", otherKey()).send(t, org), http.StatusUnauthorized, "invalid_client", badKeyID)
	do(t, org, "DELETE", old, "")
	askAs(org, app, "", otherKey()).send(t, org).granted(t)
}

func TestANewKeyMayTakeTime(t *testing.T) {
	now := noon
	opts := Options{AdminToken: DefaultAdminToken, Management: management.Options{KeyDelay: time.Minute}, Now: func() time.Time { return now }}
	org := NewOrg(opts)
	app := receiverApp(t, org, nil)
	requireFailure(t, askAs(org, app, keyID, clientKey()).send(t, org), http.StatusUnauthorized, "invalid_client", noKeys)
	now = now.Add(time.Minute)
	askAs(org, app, keyID, clientKey()).send(t, org).granted(t)
	do(t, org, "POST", api.AppsPath+"/"+app+"/credentials/jwks", asJSON(t, jwk(t, otherKey().Public(), "new"))).object(t, http.StatusCreated)
	requireFailure(t, askAs(org, app, "new", otherKey()).send(t, org), http.StatusUnauthorized, "invalid_client", badKeyID)
	askAs(org, app, keyID, clientKey()).send(t, org).granted(t)
	now = now.Add(time.Minute)
	askAs(org, app, "new", otherKey()).send(t, org).granted(t)
}

func TestAKeyWithoutACurveVerifiesNothing(t *testing.T) {
	org := managed(management.Options{})
	noCurve := ecKey(t, keyID)
	delete(noCurve, "crv")
	app := receiverApp(t, org, func(settings map[string]any) { settings["jwks"] = keysOf(noCurve) })
	requireFailure(t, askAs(org, app, keyID, clientKey()).send(t, org), http.StatusUnauthorized, "invalid_client", "The client JWKSet is invalid.")
}

func TestAKeyOfEachAlgorithmVerifies(t *testing.T) {
	org := managed(management.Options{})
	app := receiverApp(t, org, func(settings map[string]any) {
		settings["jwks"] = keysOf(jwk(t, rsaKey().Public(), "rsa", map[string]any{"alg": "RS256"}))
	})
	a := askAs(org, app, "rsa", rsaKey())
	a.assertion.alg = jose.RS256
	a.send(t, org).granted(t)
	a = askAs(org, app, "rsa", rsaKey())
	a.assertion.alg = jose.RS512
	requireFailure(t, a.send(t, org), http.StatusUnauthorized, "invalid_client", "The client_assertion signature is invalid.")
}

func TestTheReportRoleMayNotBeEnough(t *testing.T) {
	org := managed(management.Options{ReportRoleRefused: true})
	app := receiverApp(t, org, nil)
	token := askAs(org, app, keyID, clientKey()).send(t, org).granted(t).Token
	a := readPlain(token).send(t, org)
	requireRefused(t, a, http.StatusForbidden, "E0000006", "You do not have permission to perform the requested action")
	assign(t, org, app, "READ_ONLY_ADMIN")
	assert.Equal(t, http.StatusOK, readPlain(token).send(t, org).status)
}

func TestWhatATestSetsOnAClientStays(t *testing.T) {
	org := managed(management.Options{})
	app := receiverApp(t, org, nil)
	org.ChangeApp(app, func(client *authserver.App) { client.TokenLifetime = time.Minute })
	grant(t, org, app, "okta.apps.read")
	assert.Equal(t, 60, askAs(org, app, keyID, clientKey()).send(t, org).granted(t).Seconds)
}
