// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPrintableHoldsNoSecret(t *testing.T) {
	const secret = "s3cret/of+an=app"
	Conceal(secret)
	Conceal(secret)
	Conceal("short")
	for said, want := range map[string]string{
		"the secret " + secret + " is wrong":                                    "the secret [REDACTED] is wrong",
		"s3cret/\x00of+an=app, split by what is not printed":                    "[REDACTED], split by what is not printed",
		"client_secret=s3cret%2Fof%2Ban%3Dapp":                                  "client_secret=[REDACTED]",
		"as base64: " + base64.StdEncoding.EncodeToString([]byte(secret)):       "as base64: [REDACTED]",
		"Authorization: SSWS 00abcdefghijklmnopqrstuvwxyz0123456789ABCD":        "Authorization: SSWS [REDACTED]",
		"00abcdefghijklmnopqrstuvwxyz0123456789ABCD":                            "[REDACTED]",
		"Bearer opaque-token-of-somebody, DPoP another.token.of-somebody":       "Bearer [REDACTED], DPoP [REDACTED]",
		`{"authorization":"Basic dXNlcjpwYXNzd29yZA=="}`:                        `{"authorization":"Basic [REDACTED]"}`,
		"an assertion eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln":                "an assertion [REDACTED]",
		"short texts stay, and a user 00u1a2b3c4d5e6f7g8h9 is no token":         "short texts stay, and a user 00u1a2b3c4d5e6f7g8h9 is no token",
		"a Bearer token is wanted, or Basic authentication":                     "a Bearer token is wanted, or Basic authentication",
		"an escape \x1b[31m sequence, a bell \a and an override \u202e of text": "an escape [31m sequence, a bell  and an override  of text",
	} {
		assert.Equal(t, want, Printable(said, 1000))
	}
}

// However many access tokens come and go, those of the configuration, and those in use, stay concealed.
func TestSecretsThatPassAreBounded(t *testing.T) {
	Conceal("lasting secret")
	ConcealPassing("a file's secret")
	for n := range 10 * maxPassing {
		ConcealPassing(fmt.Sprintf("token number %d", n))
		ConcealPassing("a file's secret") // it is read for each request
	}
	assert.Len(t, secrets.passing, maxPassing)
	for _, secret := range []string{"lasting secret", "a file's secret", fmt.Sprintf("token number %d", 10*maxPassing-1)} {
		assert.Equal(t, "[REDACTED]", Printable(secret, 100))
	}
	assert.Equal(t, "token number 1", Printable("token number 1", 100))
}

// A secret that is a part of another one leaves nothing of that.
func TestLongestSecretIsTakenOutFirst(t *testing.T) {
	Conceal("part of it")
	Conceal("and a part of it all")
	assert.Equal(t, "[REDACTED]", Printable("and a part of it all", 100))
}
