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

func TestConcealedSecretsAreBounded(t *testing.T) {
	for n := range 10 * maxConcealed {
		Conceal(fmt.Sprintf("secret number %d", n))
	}
	assert.LessOrEqual(t, len(secrets.texts), maxConcealed)
	assert.Equal(t, "[REDACTED]", Printable(fmt.Sprintf("secret number %d", 10*maxConcealed-1), 100))
}
