// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

func TestHashOfTheAccessToken(t *testing.T) {
	// The example of RFC 9449, section 7.1.
	assert.Equal(t, "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo", hashOf("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"))
}

func TestProofIsWhatTheStandardWants(t *testing.T) {
	p, err := newProver()
	require.NoError(t, err)
	now := time.Unix(1795262400, 0)
	target, err := url.Parse("https://acme.okta.com/api/v1/logs?after=1#part")
	require.NoError(t, err)
	text, err := p.proof(http.MethodGet, target, "hash", "nonce", now)
	require.NoError(t, err)
	again, err := p.proof(http.MethodGet, target, "hash", "nonce", now)
	require.NoError(t, err)
	assert.NotEqual(t, text, again, "each one has a jti of its own")

	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.ES256})
	require.NoError(t, err)
	header := token.Headers[0]
	assert.Equal(t, "dpop+jwt", header.ExtraHeaders[jose.HeaderType])
	require.NotNil(t, header.JSONWebKey)
	assert.True(t, header.JSONWebKey.IsPublic())
	var claims map[string]any
	require.NoError(t, token.Claims(header.JSONWebKey.Key, &claims))
	assert.NotEmpty(t, claims["jti"])
	delete(claims, "jti")
	assert.Equal(t, map[string]any{
		"htm": "GET", "htu": "https://acme.okta.com/api/v1/logs", "iat": float64(now.Unix() - 5), "ath": "hash", "nonce": "nonce",
	}, claims)

	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[0])
	require.NoError(t, err)
	var members struct{ JWK map[string]any }
	require.NoError(t, json.Unmarshal(raw, &members))
	assert.NotContains(t, members.JWK, "d", "the private half stays here")
}

// The thumbprint is what Okta binds tokens to; the vector is RFC 9449's.
func TestThumbprint(t *testing.T) {
	var key jose.JSONWebKey
	require.NoError(t, json.Unmarshal([]byte(`{"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}`), &key))
	sum, err := key.Thumbprint(crypto.SHA256)
	require.NoError(t, err)
	assert.Equal(t, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", base64.RawURLEncoding.EncodeToString(sum))
}

func TestNoncesAreBounded(t *testing.T) {
	var n nonces
	assert.False(t, n.observe(http.Header{}))
	assert.True(t, n.observe(http.Header{"Dpop-Nonce": {"a"}}))
	assert.False(t, n.observe(http.Header{"Dpop-Nonce": {strings.Repeat("x", maxNonceBytes+1)}}))
	assert.Equal(t, "a", n.get())
}

func BenchmarkSignedRequest(b *testing.B) {
	transport, err := OAuth(Settings{Org: acme, DPoP: DPoPRequired, Clock: &wire.Clock{}, Logger: zap.NewNop(), Timeout: time.Minute}, nil)
	require.NoError(b, err)
	o := transport.(*oauth)
	token := newAccessToken(strings.Repeat("a", 900), bound, time.Now(), time.Hour)
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, acme.String()+"/api/v1/logs?limit=1000", http.NoBody)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := o.sign(b.Context(), req, token, &attempt{}); err != nil {
			b.Fatal(err)
		}
	}
}
