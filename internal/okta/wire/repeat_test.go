// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatLooksLikeASecretIsNotRepeated(t *testing.T) {
	token := "00" + strings.Repeat("aB3_-x", 7)[:40]
	for _, text := range []string{
		token, "SSWS " + token, token[:20] + "-", "api_token:" + token, "api_token:hunter2", `client_secret="x1"`, token + ".okta.com", "https://" + token,
		"user " + token, strings.ToLower(token), "Bearer abc123", "-----BEGIN PRIVATE KEY-----", `{"kty":"EC","d":"x"}`, "eyJraWQiOiJ4In0.e30.x",
		"http://me:pw@proxy:3128", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj", strings.Repeat("0a", 20), "password=x",
	} {
		assert.True(t, HoldsSecret(text), text)
		assert.Equal(t, `"[REDACTED]"`, Quote(text))
	}
	for _, text := range []string{
		"", "org_url", "okta_domain", "https://acme.okta.com", "acme-admin.okta.com", `actor.id eq "00u1abcdEFGH2345ijkl"`, "0oa1abcdEFGH2345ijkl",
		`eventType eq "user.authentication.auth_via_mfa"`, "00", "2026-11-01T00:00:00Z", "okta.logs.read", "00123456789", "http.tls.include_system_ca_certs_pool",
		"the basic scheme", "api_token", "a token for each", "file_storage/okta",
	} {
		assert.False(t, HoldsSecret(text), text)
	}
	assert.Equal(t, `"a\u200bb"`, Quote("a\u200bb"))
	assert.Equal(t, `"`+strings.Repeat("x", 60)+`…"`, Quote(strings.Repeat("x", 99)))
}
