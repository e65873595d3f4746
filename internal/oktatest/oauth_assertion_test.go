// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"crypto/elliptic"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

func TestAssertionsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change      func(app *authserver.App, a *asking)
		description string
	}{
		"no JWT":          {func(_ *authserver.App, a *asking) { a.assertion.raw = "eyJ.x" }, "The parsing of the client_assertion failed."},
		"no JSON inside":  {func(_ *authserver.App, a *asking) { a.assertion.raw = notJSON(t) }, "The parsing of the client_assertion failed."},
		"empty jti":       {func(_ *authserver.App, a *asking) { a.assertion.claims["jti"] = "" }, "The parsing of the client_assertion failed."},
		"iat no number":   {func(_ *authserver.App, a *asking) { a.assertion.claims["iat"] = "now" }, "The parsing of the client_assertion failed."},
		"HS256":           {func(_ *authserver.App, a *asking) { a.assertion.alg, a.assertion.key = jose.HS256, make([]byte, 32) }, "The client_assertion JWT signature algorithm is invalid."},
		"none":            {func(_ *authserver.App, a *asking) { a.assertion.raw = unsigned() }, "The client_assertion JWT signature algorithm is invalid."},
		"PS256":           {func(_ *authserver.App, a *asking) { a.assertion.alg, a.assertion.key = jose.PS256, rsaKey() }, "The client_assertion JWT signature algorithm is invalid."},
		"unknown issuer":  {func(_ *authserver.App, a *asking) { a.assertion.claims["iss"] = "0oaOther" }, "The issuer claim for client_assertion is not a valid client_id."},
		"no issuer":       {func(_ *authserver.App, a *asking) { delete(a.assertion.claims, "iss") }, "The issuer claim for client_assertion is not a valid client_id."},
		"other subject":   {func(_ *authserver.App, a *asking) { a.assertion.claims["sub"] = "me" }, "The subject claim for client_assertion is not a valid client_id."},
		"other client id": {func(_ *authserver.App, a *asking) { a.form.Set("client_id", "0oaOther") }, "Invalid value for 'client_id' parameter."},
		"deactivated":     {func(app *authserver.App, _ *asking) { app.Inactive = true }, "Client authentication failed. Either the client or the client credentials are invalid."},
		"no keys":         {func(app *authserver.App, _ *asking) { app.Keys = nil }, "The client does not have a JWKSet configured, but the client_assertion requires one."},
		"weak key": {func(app *authserver.App, _ *asking) {
			app.Keys = []authserver.AppKey{authserver.ActiveKey(keyID, weakKey().Public())}
		}, "The client JWKSet is invalid."},
		"ambiguous kid": {func(app *authserver.App, _ *asking) {
			app.Keys = append(app.Keys, authserver.ActiveKey(keyID, otherKey().Public()))
		}, "The client JWKSet is invalid."},
		"unknown kid":    {func(_ *authserver.App, a *asking) { a.assertion.header["kid"] = "key-2" }, "The client_assertion JWT kid is invalid."},
		"no kid":         {func(_ *authserver.App, a *asking) { delete(a.assertion.header, "kid") }, "The client_assertion JWT kid is invalid."},
		"inactive key":   {func(app *authserver.App, _ *asking) { app.Keys[0].Inactive = true }, "The client_assertion JWT kid is invalid."},
		"encryption key": {func(app *authserver.App, _ *asking) { app.Keys[0].Key.Use = "enc" }, "The client_assertion JWT needs to be signed using a signing key."},
		"other key":      {func(_ *authserver.App, a *asking) { a.assertion.key = otherKey() }, "The client_assertion signature is invalid."},
		"key of another kind": {func(_ *authserver.App, a *asking) {
			a.assertion.alg, a.assertion.key = jose.ES384, newECKey(elliptic.P384())
		}, "The client_assertion signature is invalid."},
		"key of another algorithm": {func(app *authserver.App, _ *asking) { app.Keys[0].Key.Algorithm = "ES512" }, "The client_assertion signature is invalid."},
		"no audience":              {func(_ *authserver.App, a *asking) { delete(a.assertion.claims, "aud") }, "The audience claim for client_assertion must be the endpoint invoked for the request."},
		"audience is the org":      {func(_ *authserver.App, a *asking) { a.assertion.claims["aud"] = orgURL }, "The audience claim for client_assertion must be the endpoint invoked for the request."},
		"audience with a slash":    {func(_ *authserver.App, a *asking) { a.assertion.claims["aud"] = tokenURL + "/" }, "The audience claim for client_assertion must be the endpoint invoked for the request."},
		"audience of plain http":   {func(_ *authserver.App, a *asking) { a.url = strings.Replace(tokenURL, "https", "http", 1) }, "The audience claim for client_assertion must be the endpoint invoked for the request."},
		"audience of another host": {func(_ *authserver.App, a *asking) { a.url = "https://id.example.com" + api.TokenPath }, "The audience claim for client_assertion must be the endpoint invoked for the request."},
		"audience host set":        {func(app *authserver.App, _ *asking) { app.AudienceHost = "id.example.com" }, "The audience claim for client_assertion must be the endpoint invoked for the request."},
		"no exp":                   {func(_ *authserver.App, a *asking) { delete(a.assertion.claims, "exp") }, "The client_assertion must contain the 'exp' claim as seconds since epoch."},
		"exp in quotes":            {func(_ *authserver.App, a *asking) { a.assertion.claims["exp"] = strconv.FormatInt(noon.Unix()+60, 10) }, "The client_assertion must contain the 'exp' claim as seconds since epoch."},
		"exp now":                  {func(_ *authserver.App, a *asking) { a.assertion.claims["exp"] = noon.Unix() }, "The client_assertion token is expired."},
		"exp past":                 {func(_ *authserver.App, a *asking) { a.assertion.claims["exp"] = noon.Unix() - 600 }, "The client_assertion token is expired."},
		"exp a second too far":     {func(_ *authserver.App, a *asking) { a.assertion.claims["exp"] = noon.Unix() + 3601 }, "The client_assertion token has an expiration too far into the future."},
		"exp in milliseconds":      {func(_ *authserver.App, a *asking) { a.assertion.claims["exp"] = noon.UnixMilli() + 60_000 }, "The client_assertion token has an expiration too far into the future."},
		"iat a second too early":   {func(_ *authserver.App, a *asking) { a.assertion.claims["iat"] = noon.Unix() + 1 }, "The client_assertion token must be issued before the current time."},
	} {
		t.Run(name, func(t *testing.T) {
			app, a := serviceApp(), ask(noon)
			c.change(&app, a)
			org := orgWith(app)
			requireFailure(t, a.send(t, org), http.StatusUnauthorized, "invalid_client", c.description)
			assert.Zero(t, org.Issued())
			assert.Equal(t, map[string]int{"invalid_client": 1}, org.FailedGrants())
		})
	}
}

func TestAssertionsAccepted(t *testing.T) {
	for name, change := range map[string]func(app *authserver.App, a *asking){
		"as it is":          func(*authserver.App, *asking) {},
		"exp at the second": func(_ *authserver.App, a *asking) { a.assertion.claims["exp"] = noon.Unix() + 3600 },
		"iat now":           func(_ *authserver.App, a *asking) { a.assertion.claims["iat"] = noon.Unix() },
		"without iat and jti": func(_ *authserver.App, a *asking) {
			delete(a.assertion.claims, "iat")
			delete(a.assertion.claims, "jti")
		},
		"audience in a list": func(_ *authserver.App, a *asking) { a.assertion.claims["aud"] = []string{tokenURL} },
		"client id repeated": func(_ *authserver.App, a *asking) { a.form.Set("client_id", clientID) },
		"charset in the type": func(_ *authserver.App, a *asking) {
			a.header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
		},
		"RSA":                   func(app *authserver.App, a *asking) { useKey(app, a, jose.RS256, rsaKey(), rsaKey().Public()) },
		"private half withheld": func(app *authserver.App, a *asking) { useKey(app, a, jose.RS512, rsaKey(), rsaKey()) },
		"ES384": func(app *authserver.App, a *asking) {
			k := newECKey(elliptic.P384())
			useKey(app, a, jose.ES384, k, k.Public())
		},
		"ES512": func(app *authserver.App, a *asking) {
			k := newECKey(elliptic.P521())
			useKey(app, a, jose.ES512, k, k.Public())
		},
		"integration with a key": func(app *authserver.App, _ *asking) { app.Kind = authserver.APIServiceIntegration },
		"audience host": func(app *authserver.App, a *asking) {
			app.AudienceHost = "id.example.com"
			a.assertion.claims["aud"] = "https://id.example.com" + api.TokenPath
		},
		"key named by its thumbprint": func(app *authserver.App, a *asking) {
			app.Keys[0].Key.KeyID = ""
			a.assertion.header["kid"] = thumbprint(jose.JSONWebKey{Key: clientKey().Public()})
		},
	} {
		t.Run(name, func(t *testing.T) {
			app, a := serviceApp(), ask(noon)
			change(&app, a)
			org := orgWith(app)
			g := a.send(t, org).granted(t)
			assert.Equal(t, grantedToken{"Bearer", 3600, g.Token, api.LogsScope}, g)
			assert.Equal(t, 1, org.Issued())
			assert.Empty(t, org.FailedGrants())
		})
	}
}

func TestAnAssertionIsAcceptedOnce(t *testing.T) {
	org := orgWith(serviceApp())
	a := ask(noon)
	a.send(t, org).granted(t)
	requireFailure(t, a.send(t, org), http.StatusUnauthorized, "invalid_client", "The client_assertion token has already been used.")

	again := ask(noon)
	again.assertion.claims["jti"] = a.assertion.claims["jti"]
	again.assertion.claims["exp"] = noon.Unix() + 77
	requireFailure(t, again.send(t, org), http.StatusUnauthorized, "invalid_client", "The client_assertion token has already been used.")
}

func TestARefusedGrantUsesUpTheAssertion(t *testing.T) {
	org := orgWith(dpopApp())
	first := askBound(noon)
	nonce := first.send(t, org).header.Get("DPoP-Nonce")
	require.NotEmpty(t, nonce)
	second := askBound(noon)
	second.assertion = first.assertion
	second.proofs[0].claims["nonce"] = nonce
	requireFailure(t, second.send(t, org), http.StatusUnauthorized, "invalid_client", "The client_assertion token has already been used.")
}

func TestAssertionsAreJudgedOnOktasClock(t *testing.T) {
	opts := optionsWith(serviceApp())
	opts.Skew = 10 * time.Minute
	org := NewOrg(opts)
	requireFailure(t, ask(noon).send(t, org), http.StatusUnauthorized, "invalid_client", "The client_assertion token is expired.")
	org.SetSkew(-10 * time.Minute)
	requireFailure(t, ask(noon).send(t, org), http.StatusUnauthorized, "invalid_client", "The client_assertion token must be issued before the current time.")
	assert.Equal(t, "Sat, 21 Nov 2026 11:50:00 GMT", ask(noon).send(t, org).header.Get("Date"))
}

func useKey(app *authserver.App, a *asking, alg jose.SignatureAlgorithm, private, registered any) {
	a.assertion.alg, a.assertion.key = alg, private
	app.Keys = []authserver.AppKey{authserver.ActiveKey(keyID, registered)}
}

// unsigned is a JWT of algorithm none.
func unsigned() string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","kid":"`+keyID+`"}`)) + "." + encode([]byte(`{"iss":"`+clientID+`"}`)) + "."
}

// notJSON is a signed text that is no JWT.
func notJSON(t *testing.T) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: clientKey()}, nil)
	require.NoError(t, err)
	signed, err := signer.Sign([]byte("hello"))
	require.NoError(t, err)
	compact, err := signed.CompactSerialize()
	require.NoError(t, err)
	return compact
}
