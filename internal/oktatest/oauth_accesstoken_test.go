// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

func TestTokensEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := serviceApp()
		app.TokenLifetime = 3 * time.Second
		org := NewOrg(Options{Apps: map[string]authserver.App{clientID: app}})
		g := ask(org.Now()).send(t, org).granted(t)
		assert.Equal(t, 3, g.Seconds)
		pass(3*time.Second - time.Millisecond)
		assert.Equal(t, http.StatusOK, readPlain(g.Token).send(t, org).status)
		pass(time.Millisecond)
		requireChallenge(t, readPlain(g.Token).send(t, org), http.StatusUnauthorized, "Bearer", "invalid_token", "The token has expired.")

		pass(24*time.Hour + time.Second)
		issuePlain(t, org)
		requireChallenge(t, readPlain(g.Token).send(t, org), http.StatusUnauthorized, "Bearer", "invalid_token", "The access token is invalid.")
	})
}

func TestTokensAreHeldAgainstTheAppAsItIsNow(t *testing.T) {
	for name, c := range map[string]struct {
		change                    func(org *Org)
		status                    int
		code, description, errors string
	}{
		"revoked":     {func(org *Org) { org.RevokeTokens(clientID) }, 401, "invalid_token", "The access token has been revoked.", ""},
		"deactivated": {func(org *Org) { org.ChangeApp(clientID, func(app *authserver.App) { app.Inactive = true }) }, 401, "invalid_token", "The access token is invalid.", ""},
		"deleted":     {func(org *Org) { org.DeleteApp(clientID) }, 401, "invalid_token", "The access token is invalid.", ""},
		"scope withdrawn": {func(org *Org) {
			org.ChangeApp(clientID, func(app *authserver.App) { app.Scopes = []string{"okta.users.read"} })
		}, 403, "insufficient_scope", "The access token provided does not contain the required scopes.", ""},
		"role withdrawn": {func(org *Org) {
			org.ChangeApp(clientID, func(app *authserver.App) { app.Role = authserver.RoleMissing })
		}, 403, "", "", "E0000006"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, bound := range []bool{false, true} {
				org, x, scheme := orgWith(serviceApp()), (*reading)(nil), "Bearer"
				if bound {
					org, scheme = orgWith(dpopApp()), "DPoP"
					x = readBound(issueBound(t, org), noon)
				} else {
					x = readPlain(issuePlain(t, org))
				}
				c.change(org)
				a := x.send(t, org)
				if c.errors != "" {
					assert.Equal(t, c.status, a.status)
					assert.Equal(t, c.errors, a.errorCode(t))
					assert.Empty(t, a.header.Get("WWW-Authenticate"))
					continue
				}
				requireChallenge(t, a, c.status, scheme, c.code, c.description)
			}
		})
	}
}

func TestATokenForOtherScopes(t *testing.T) {
	app := serviceApp()
	app.Scopes = []string{api.LogsScope, "okta.users.read"}
	org := orgWith(app)
	a := ask(noon)
	a.form.Set("scope", "okta.users.read")
	x := readPlain(a.send(t, org).granted(t).Token)
	requireChallenge(t, x.send(t, org), http.StatusForbidden, "Bearer", "insufficient_scope", "The access token provided does not contain the required scopes.")
}

func TestRequireDPoPChangesNewTokensOnly(t *testing.T) {
	org := orgWith(serviceApp())
	access := issuePlain(t, org)
	org.ChangeApp(clientID, func(app *authserver.App) { app.RequireDPoP = true })
	assert.Equal(t, http.StatusOK, readPlain(access).send(t, org).status)
	requireFailure(t, ask(noon).send(t, org), http.StatusBadRequest, "invalid_dpop_proof", "The DPoP proof JWT header is missing.")
	assert.Equal(t, 1, org.RevokeTokens(clientID))
	assert.Zero(t, org.RevokeTokens(clientID))
}

func TestARoleThatSeesNothing(t *testing.T) {
	app := serviceApp()
	app.Role = authserver.RoleSeesNothing
	org := orgWith(app)
	org.Append(event("a", noon))
	assert.Empty(t, readPlain(issuePlain(t, org)).send(t, org).uuids(t))
}

func TestTokensOfOtherOrgsOpenNothing(t *testing.T) {
	access := issuePlain(t, orgWith(serviceApp()))
	requireChallenge(t, readPlain(access).send(t, orgWith(serviceApp())), http.StatusUnauthorized, "Bearer", "invalid_token", "The access token is invalid.")
	requireChallenge(t, readBound("eyJ", noon).send(t, orgWith(dpopApp())), http.StatusUnauthorized, "DPoP", "invalid_token", "The access token is invalid.")
}

func TestAnAccessTokenLooksLikeOktas(t *testing.T) {
	parsed, err := jwt.ParseSigned(issueBound(t, orgWith(dpopApp())), []jose.SignatureAlgorithm{jose.ES256})
	require.NoError(t, err)
	var members map[string]any
	require.NoError(t, parsed.UnsafeClaimsWithoutVerification(&members))
	assert.Contains(t, members["jti"], "AT.")
	delete(members, "jti")
	assert.Equal(t, map[string]any{
		"ver": 1.0, "iss": orgURL, "aud": orgURL, "sub": clientID, "cid": clientID, "scp": []any{api.LogsScope},
		"iat": float64(noon.Unix()), "exp": float64(noon.Unix() + 3600), "cnf": map[string]any{"jkt": thumbprint(keyOf(proofFor("", "", noon)))},
	}, members)
}

func TestAnAppHasItsShareOfTheRateLimit(t *testing.T) {
	opts := optionsWith(serviceApp())
	opts.RateLimit = 4
	org := NewOrg(opts)
	for range 2 {
		require.Equal(t, http.StatusOK, readPlain(issuePlain(t, org)).send(t, org).status)
	}
	assert.Equal(t, http.StatusTooManyRequests, readPlain(issuePlain(t, org)).send(t, org).status, "another token of the app makes no difference")
	assert.Equal(t, http.StatusOK, get(t, org, "").status)
}

func TestManyClientsAtOnce(t *testing.T) {
	opts := optionsWith(dpopApp())
	opts.OAuth.LogGrants, opts.RateLimit = true, NoRateLimit
	org := NewOrg(opts)
	same := assertion(noon)
	nonce := org.RotateNonce()
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() {
			a := askBound(noon)
			a.proofs[0].claims["nonce"] = nonce
			assert.Equal(t, http.StatusOK, readBound(a.send(t, org).granted(t).Token, noon).send(t, org).status)
		})
		clients.Go(func() {
			a := askBound(noon)
			a.assertion, a.proofs[0].claims["nonce"] = same, nonce
			a.send(t, org)
			org.ChangeApp(clientID, func(app *authserver.App) { app.Keys = append(app.Keys[:0:0], app.Keys...) })
		})
	}
	clients.Wait()
	assert.Equal(t, 17, org.Issued(), "one assertion opens once, however many send it at once")
	assert.Equal(t, map[string]int{"invalid_client": 15}, org.FailedGrants())
	assert.Equal(t, 32, org.Len())
}
