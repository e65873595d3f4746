// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

func keyOf(p *draft) jose.JSONWebKey { return p.header["jwk"].(jose.JSONWebKey) }

func TestFaultsOfTheTokenEndpoint(t *testing.T) {
	org := orgWith(serviceApp())
	org.InjectToken(fault.Status(http.StatusBadGateway, fault.HTMLPage), fault.Status(http.StatusInternalServerError, fault.OAuthError("server_error", "Failed to create the access_token.")),
		fault.RateLimited(7*time.Second))
	org.Inject(fault.Status(http.StatusTeapot, fault.NoBody))

	a := ask(noon).send(t, org)
	assert.Equal(t, http.StatusBadGateway, a.status)
	assert.Contains(t, a.body, "<html>")
	requireFailure(t, ask(noon).send(t, org), http.StatusInternalServerError, "server_error", "Failed to create the access_token.")
	a = ask(noon).send(t, org)
	assert.Equal(t, http.StatusTooManyRequests, a.status)
	assert.Equal(t, "E0000047", a.errorCode(t))

	assert.Equal(t, 1, org.Faults(), "the queues are separate")
	assert.Equal(t, "rate limited", org.Requests()[2].Fault)
	assert.Equal(t, http.StatusTeapot, readPlain(issuePlain(t, org)).send(t, org).status)
	assert.Equal(t, 1, org.Issued())
}

func TestFaultsOfTheTokensMembers(t *testing.T) {
	for name, c := range map[string]struct {
		fault  fault.Fault
		member string
		want   any
	}{
		"expires_in in quotes":      {fault.TokenWith("expires_in", "3600"), "expires_in", "3600"},
		"expires_in 0":              {fault.TokenWith("expires_in", 0), "expires_in", 0.0},
		"expires_in below 0":        {fault.TokenWith("expires_in", -1), "expires_in", -1.0},
		"expires_in huge":           {fault.TokenWith("expires_in", 1e18), "expires_in", 1e18},
		"expires_in null":           {fault.TokenWith("expires_in", nil), "expires_in", nil},
		"token_type in small":       {fault.TokenWith("token_type", "bearer"), "token_type", "bearer"},
		"token_type, something new": {fault.TokenWith("token_type", "MAC"), "token_type", "MAC"},
	} {
		t.Run(name, func(t *testing.T) {
			org := orgWith(serviceApp())
			org.InjectToken(c.fault)
			got := tokenMembers(t, ask(noon).send(t, org))
			require.Contains(t, got, c.member)
			assert.Equal(t, c.want, got[c.member])
			assert.Len(t, got, 4)
		})
	}
	for _, member := range []string{"token_type", "expires_in", "access_token", "scope"} {
		org := orgWith(serviceApp())
		org.InjectTokenAlways(fault.TokenWithout(member))
		for range 2 {
			got := tokenMembers(t, ask(noon).send(t, org))
			assert.NotContains(t, got, member)
			assert.Len(t, got, 3)
		}
	}
}

func tokenMembers(t *testing.T, a answer) map[string]any {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status)
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(a.body), &got))
	return got
}

func TestMemberFaultsLeaveRefusalsAlone(t *testing.T) {
	org := orgWith(dpopApp())
	org.InjectToken(fault.TokenWithout("error"), fault.WithoutNonce())
	requireNonceWanted(t, asksWith(t, org, ""))
	a := asksWith(t, org, "")
	requireFailure(t, a, http.StatusBadRequest, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.")
	assert.Empty(t, a.header.Get("DPoP-Nonce"))
}

func TestBrokenTokenAnswers(t *testing.T) {
	org := orgWith(serviceApp())
	org.InjectToken(fault.TruncatedJSON(), fault.ResetBeforeAnswer(), fault.ResetAfterGrant(), fault.HangMidBody())
	a := ask(noon).send(t, org)
	assert.Equal(t, http.StatusOK, a.status)
	assert.False(t, json.Valid([]byte(a.body)))

	_, err := trySend(org.Transport(), ask(noon).request(t))
	require.ErrorIs(t, err, syscall.ECONNRESET)
	assert.Equal(t, 1, org.Issued())
	lost := ask(noon)
	_, err = trySend(org.Transport(), lost.request(t))
	require.ErrorIs(t, err, syscall.ECONNRESET)
	assert.Equal(t, 2, org.Issued())
	requestAgain, gone := context.WithCancel(t.Context())
	response, err := org.Transport().RoundTrip(ask(noon).request(t).WithContext(requestAgain))
	require.NoError(t, err)
	gone()
	_, err = io.ReadAll(response.Body)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, response.Body.Close())

	requireFailure(t, lost.send(t, org), http.StatusUnauthorized, "invalid_client", "The client_assertion token has already been used.")
}

func TestATokenRequestThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := NewOrg(Options{Apps: map[string]authserver.App{clientID: serviceApp()}})
		org.InjectToken(fault.Hang())
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := trySend(org.Transport(), ask(org.Now()).request(t).WithContext(ctx))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Zero(t, org.Issued())
	})
}
