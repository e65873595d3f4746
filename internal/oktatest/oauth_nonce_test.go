// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

// asksWith sends a token request whose proof has the given nonce.
func asksWith(t *testing.T, org *Org, nonce string) answer {
	t.Helper()
	a := askBound(org.Now())
	a.proofs[0].claims["nonce"] = nonce
	return a.send(t, org)
}

func requireNonceWanted(t *testing.T, a answer) {
	t.Helper()
	requireFailure(t, a, http.StatusBadRequest, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.")
	require.NotEmpty(t, a.header.Get("DPoP-Nonce"))
}

func TestNoncesAreRenewedDailyAndLastThreeDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := NewOrg(Options{Apps: map[string]authserver.App{clientID: dpopApp()}})
		first := asksWith(t, org, "")
		requireNonceWanted(t, first)
		nonce := first.header.Get("DPoP-Nonce")

		pass(24*time.Hour - time.Second)
		assert.Equal(t, nonce, asksWith(t, org, nonce).header.Get("DPoP-Nonce"))
		pass(time.Second)
		a := asksWith(t, org, nonce)
		a.granted(t)
		assert.NotEqual(t, nonce, a.header.Get("DPoP-Nonce"), "a success carries the new nonce")

		pass(48 * time.Hour)
		asksWith(t, org, nonce).granted(t)
		pass(time.Second)
		requireNonceWanted(t, asksWith(t, org, nonce))
		assert.Equal(t, 2, org.NonceChallenges())
		assert.Equal(t, 3, org.Issued())
	})
}

func TestNonceLifetimesOfSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := NewOrg(Options{Apps: map[string]authserver.App{clientID: dpopApp()}, OAuth: authserver.Options{NonceLifetime: 2 * time.Second, NonceGrace: 5 * time.Second}})
		nonce := asksWith(t, org, "").header.Get("DPoP-Nonce")
		pass(2 * time.Second)
		assert.NotEqual(t, nonce, asksWith(t, org, nonce).header.Get("DPoP-Nonce"))
		pass(4 * time.Second)
		requireNonceWanted(t, asksWith(t, org, nonce))
	})
}

func TestNoncesAtRunTime(t *testing.T) {
	org := orgWith(dpopApp())
	old := asksWith(t, org, "").header.Get("DPoP-Nonce")
	made := org.RotateNonce()
	a := asksWith(t, org, old)
	a.granted(t)
	assert.Equal(t, made, a.header.Get("DPoP-Nonce"))
	org.ForgetNonces()
	a = asksWith(t, org, made)
	requireNonceWanted(t, a)
	assert.NotContains(t, []string{old, made}, a.header.Get("DPoP-Nonce"))
}

func TestNoncesOnlyInChallenges(t *testing.T) {
	opts := optionsWith(dpopApp())
	opts.OAuth.NonceOnlyInChallenges = true
	org := NewOrg(opts)
	challenge := asksWith(t, org, "")
	requireNonceWanted(t, challenge)
	granted := asksWith(t, org, challenge.header.Get("DPoP-Nonce"))
	granted.granted(t)
	assert.Empty(t, granted.header.Get("DPoP-Nonce"))
}

func TestANonceOnTheResource(t *testing.T) {
	for rule, status := range map[authserver.ResourceNonce]int{authserver.NonceAsked400: http.StatusBadRequest, authserver.NonceAsked401: http.StatusUnauthorized} {
		opts := optionsWith(dpopApp())
		opts.OAuth.ResourceNonce = rule
		org := NewOrg(opts)
		access := issueBound(t, org)
		org.ForgetNonces()

		a := readBound(access, noon).send(t, org)
		requireChallenge(t, a, status, "DPoP", "use_dpop_nonce", "Resource server requires nonce in DPoP proof.")
		nonce := a.header.Get("DPoP-Nonce")
		require.NotEmpty(t, nonce)

		made := org.RotateNonce()
		x := readBound(access, noon)
		x.proofs[0].claims["nonce"] = nonce
		a = x.send(t, org)
		assert.Equal(t, http.StatusOK, a.status)
		assert.Equal(t, made, a.header.Get("DPoP-Nonce"))
		assert.Equal(t, 1, org.NonceChallenges(), "those of the token endpoint")
	}
}
