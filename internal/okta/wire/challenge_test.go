// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheChallengeThatNamesAnErrorCounts(t *testing.T) {
	h := http.Header{"Www-Authenticate": {`Bearer realm="x"`, `DPoP error="use_dpop_nonce", error_description="a, b"`}}
	code, description, challenged := Challenge(h)
	assert.True(t, challenged)
	assert.Equal(t, "use_dpop_nonce", code)
	assert.Equal(t, "a, b", description)
	_, _, challenged = Challenge(http.Header{"Www-Authenticate": {`Bearer realm="x"`}})
	assert.True(t, challenged)
	_, _, challenged = Challenge(http.Header{})
	assert.False(t, challenged)
}

// A gateway has challenges of its own, and a proxy may fold those of Okta's into one line.
func TestChallengesOfOthersCountForNothing(t *testing.T) {
	for line, want := range map[string]string{
		"Negotiate":                          "no challenge",
		"NTLM":                               "no challenge",
		`Basic realm="gateway", error="x"`:   "no challenge",
		`Digest realm="a", nonce="b"`:        "no challenge",
		"":                                   "no challenge",
		",":                                  "no challenge",
		"Bearer":                             "challenge",
		`Negotiate, Basic realm="a", Bearer`: "challenge",
		`Negotiate, NTLM, Bearer realm="a", error="invalid_token"`:     "invalid_token",
		`Bearer realm="a, b=c", DPoP algs="RS256", error = "x", y="z"`: "x",
		`bearer ERROR="invalid_token"`:                                 "invalid_token",
		`Negotiate YII=, DPoP error=use_dpop_nonce`:                    "use_dpop_nonce",
		`Basic realm="Bearer error=no"`:                                "no challenge",
	} {
		code, _, challenged := Challenge(http.Header{"Www-Authenticate": {line}})
		switch {
		case code == "" && challenged:
			code = "challenge"
		case code == "":
			code = "no challenge"
		}
		assert.Equal(t, want, code, line)
	}
}
