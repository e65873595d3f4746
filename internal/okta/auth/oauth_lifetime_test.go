// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

func TestOddLifetimesAreSurvived(t *testing.T) {
	for name, tc := range map[string]struct {
		lifetime any
		tokens   int // in an hour and a half, at one request a minute
	}{
		"text":     {"3600", 2},
		"fraction": {3600.5, 2},
		"zero":     {0, 2},
		"negative": {-5, 2},
		"endless":  {1e300, 2},
		"words":    {"soon", 2},
		"null":     {nil, 2},
		"short":    {600, 9},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, oktatest.Options{}, requireDPoP)
				r.org.InjectTokenAlways(fault.TokenWith("expires_in", tc.lifetime))
				transport := r.transport(t)
				for range 90 {
					requireStatus(t, http.StatusOK, transport)
					time.Sleep(time.Minute) // virtual
				}
				assert.Equal(t, tc.tokens, r.org.Issued())
			})
		})
	}
}

func TestTokensOfSecondsWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{RateLimit: oktatest.NoRateLimit}, func(a *authserver.App) { a.TokenLifetime = 6 * time.Second })
		transport := r.transport(t)
		for range 600 {
			requireStatus(t, http.StatusOK, transport)
			time.Sleep(100 * time.Millisecond) // virtual
		}
		assert.InDelta(t, 60/5.5, r.org.Issued(), 1.5)
		for _, request := range r.org.Requests() {
			assert.Equal(t, http.StatusOK, request.Status)
		}
	})
}

func TestNonceIsRenewedWithoutAChallenge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{}, requireDPoP)
		transport := r.transport(t)
		for range 5 * 24 {
			requireStatus(t, http.StatusOK, transport)
			time.Sleep(time.Hour) // virtual
		}
		assert.Equal(t, 1, r.org.NonceChallenges(), "in five days with five nonces")
		assert.Empty(t, r.org.FailedGrants())
	})
}
