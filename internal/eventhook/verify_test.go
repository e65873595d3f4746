// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const testChallenge = "vh1t1yXkF1bJzGmBvKfP8bY0vGfQpWbTzq2nFzqX0Fw"

func TestVerification(t *testing.T) {
	for name, tc := range map[string]struct {
		secret, challenge string
		status            int
		want              Outcome
	}{
		"with the secret":   {testSecret, testChallenge, http.StatusOK, Verified},
		"without a secret":  {"", testChallenge, http.StatusOK, Verified},
		"wrong secret":      {"wrong", testChallenge, http.StatusUnauthorized, WrongSecret},
		"no challenge":      {testSecret, "", http.StatusBadRequest, NoChallenge},
		"too long":          {testSecret, strings.Repeat("x", longestChallenge+1), http.StatusBadRequest, NoChallenge},
		"as long as it may": {testSecret, strings.Repeat("x", longestChallenge), http.StatusOK, Verified},
		"markup":            {testSecret, "<script>", http.StatusBadRequest, NoChallenge},
		"quotes":            {testSecret, `a"b`, http.StatusBadRequest, NoChallenge},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHook()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, testPath, http.NoBody)
			if tc.secret != "" {
				r.Header.Set("Authorization", tc.secret)
			}
			r.Header.Set("X-Okta-Verification-Challenge", tc.challenge)
			response := h.serve(r)
			assert.Equal(t, tc.status, response.Code)
			assert.Equal(t, map[Outcome]int{tc.want: 1}, h.outcomes)
			body := response.Body.String()
			if tc.want == Verified && tc.secret == "" {
				assert.Equal(t, []error{ErrNoProof}, h.errs)
			} else {
				assert.Empty(t, h.errs)
			}
			if tc.want != Verified {
				assert.NotContains(t, body, "x", "nothing is sent back")
				return
			}
			assert.JSONEq(t, `{"verification":"`+tc.challenge+`"}`, body)
			assert.Equal(t, "application/json", response.Header().Get("Content-Type"))
		})
	}
}

func TestNoSecretIsNotASecret(t *testing.T) {
	assert.False(t, same("", ""))
	assert.True(t, same("x", "x"))
	assert.False(t, same("x", "y"))
}
