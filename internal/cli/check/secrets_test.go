// SPDX-License-Identifier: Apache-2.0

package check

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----\n"

// What is no secret stays: without it the sentences of the check could not be understood.
func TestOnlySecretsAreTakenOut(t *testing.T) {
	jwk := map[string]any{"kty": "EC", "crv": "P-256", "kid": "acme", "alg": "RS512", "use": "sign", "x": "publicX", "d": "privateD"}
	for name, tc := range map[string]struct {
		receiver   map[string]any
		text, want string
	}{
		"JWK as a mapping":   {map[string]any{"oauth": map[string]any{"private_key": jwk}}, "use https://acme.okta.com, RS512, publicX, privateD", "use https://acme.okta.com, RS512, publicX, [REDACTED]"},
		"JWK as a text":      {map[string]any{"oauth": map[string]any{"private_key": `{"kty":"EC","kid":"acme","d":"privateD"}`}}, "the kid acme, privateD", "the kid acme, [REDACTED]"},
		"JWK set":            {map[string]any{"oauth": map[string]any{"private_key": map[string]any{"keys": []any{jwk}}}}, "the kid acme, privateD", "the kid acme, [REDACTED]"},
		"the whole JWK":      {map[string]any{"oauth": map[string]any{"private_key": `{"kty":"EC","k":"v"}`}}, `is {"kty":"EC","k":"v"}`, "is [REDACTED]"},
		"PEM":                {map[string]any{"oauth": map[string]any{"private_key": pem}}, "begins with -----BEGIN PRIVATE KEY-----, MIIEvQIBADANBgkqhkiG9w0B", "begins with -----BEGIN PRIVATE KEY-----, [REDACTED]"},
		"PEM in one line":    {map[string]any{"oauth": map[string]any{"private_key": "-----BEGIN X----- abcdef -----END X-----"}}, "is -----BEGIN X----- abcdef -----END X-----", "is [REDACTED]"},
		"a team's name":      {map[string]any{"http": map[string]any{"headers": map[string]any{"X-Team": "okta"}}}, "as okta's", "as okta's"},
		"a header's secret":  {map[string]any{"http": map[string]any{"headers": map[string]any{"X-Api-Key": "ab12"}}}, "as ab12's", "as [REDACTED]'s"},
		"a long header":      {map[string]any{"http": map[string]any{"headers": map[string]any{"X-Team": "a-long-value"}}}, "as a-long-value", "as [REDACTED]"},
		"a short token":      {map[string]any{"api_token": "conf"}, "the configuration of conf", "the configuration of [REDACTED]"},
		"a long token":       {map[string]any{"api_token": "00abcdefghijklmn"}, "x00abcdefghijklmny", "x[REDACTED]y"},
		"small letters":      {map[string]any{"http": map[string]any{"proxy_url": "http://u:SecretPW@proxy"}}, "use http://u:secretpw:proxy", "use http://u:[REDACTED]:proxy"},
		"no address":         {map[string]any{"http": map[string]any{"proxy_url": "u:SecretPW@proxy:1"}}, "SecretPW", "[REDACTED]"},
		"one within another": {map[string]any{"api_token": "abcdef", "oauth": map[string]any{"client_secret": "abcdef ghijkl"}}, "abcdef ghijkl", "[REDACTED]"},
	} {
		conf := &configuration{all: map[string]any{"receivers": map[string]any{"okta_systemlog": tc.receiver}}}
		assert.Equal(t, tc.want, redacted(tc.text, conf.secrets()), name)
	}
}
