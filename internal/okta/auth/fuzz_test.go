// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// Whatever the token endpoint answers with status 200: a token that fits into a header, is bound as
// the configuration wants it and lives for a while, or an error that repeats nothing of it.
func FuzzTokenAnswer(f *testing.F) {
	f.Add([]byte(`{"token_type":"Bearer","expires_in":3600,"access_token":"eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl","scope":"okta.logs.read"}`), uint8(0), true)
	f.Add([]byte(`{"token_type":"DPoP","expires_in":"3600","access_token":"eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl"}`), uint8(1), true)
	f.Add([]byte(`{"token_type":"dpop","expires_in":1e999,"access_token":"eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl"}`), uint8(2), false)
	f.Add([]byte(`{"token_type":"Bearer","expires_in":-1,"access_token":"two\r\nlines"}`), uint8(0), false)
	f.Add([]byte(`{"token_type":"mac","expires_in":null,"access_token":"eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl"}`), uint8(0), false)
	f.Add([]byte(`{"access_token":{"a":"eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl"}`), uint8(0), true)
	f.Fuzz(func(t *testing.T, body []byte, configured uint8, proves bool) {
		modes := []DPoP{DPoPAuto, DPoPRequired, DPoPDisabled}
		mode := &mode{configured: modes[int(configured)%len(modes)]}
		sent := &attempt{at: time.Unix(1795262400, 0), proves: proves}
		token, err := readToken(body, sent, mode)
		if err != nil {
			require.Nil(t, token)
			requireRepeatsNothing(t, err, body)
			return
		}
		require.NotEmpty(t, token.AccessToken)
		require.False(t, strings.ContainsFunc(token.AccessToken, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || unicode.IsSpace(r) }))
		require.Contains(t, []string{"Bearer", "DPoP"}, token.TokenType)
		require.Equal(t, token.TokenType == "DPoP", token.hash != "", "only a bound token has a hash for proofs")
		if token.TokenType == "DPoP" {
			require.True(t, proves)
		} else {
			require.NotEqual(t, DPoPRequired, mode.configured)
		}
		lifetime := token.Expiry.Sub(sent.at)
		require.Positive(t, lifetime)
		require.LessOrEqual(t, lifetime, 24*time.Hour)
		require.False(t, token.renewAt.After(token.Expiry))
		require.False(t, token.renewAt.Before(sent.at))
	})
}

// requireRepeatsNothing fails when an error is not fit for a log line, or holds the token. Its type
// alone may be repeated.
func requireRepeatsNothing(t *testing.T, err error, body []byte) {
	t.Helper()
	var e *oktaerr.Error
	require.ErrorAs(t, err, &e)
	require.LessOrEqual(t, len(err.Error()), 1<<10)
	require.False(t, strings.ContainsFunc(err.Error(), unicode.IsControl), "%q", err.Error())
	var said struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
	}
	_ = json.Unmarshal(body, &said)
	if len(said.AccessToken) >= 20 && !strings.Contains(said.TokenType, said.AccessToken) {
		require.NotContains(t, err.Error(), said.AccessToken)
	}
}
