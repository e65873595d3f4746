// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
)

const challengeHeader = "X-Okta-Verification-Challenge"

// ErrNoProof says that a verification request came without the secret: it may be Okta's, and anybody's.
var ErrNoProof = errors.New("the request came without the secret")

// verify answers the one-time verification, the only GET that Okta sends: the challenge comes back as JSON (Okta, event
// hooks: one-time verification request). Okta does not say whether the request carries the secret. When it does, the
// secret must be right.
func (h *handler) verify(w http.ResponseWriter, r *http.Request) {
	err := ErrNoProof
	if r.Header.Get(h.Header) != "" {
		if !h.authentic(w, r) {
			return
		}
		err = nil
	}
	challenge := r.Header.Get(challengeHeader)
	if !isChallenge(challenge) {
		h.refuse(w, http.StatusBadRequest, NoChallenge, nil)
		return
	}
	h.Answered(Verified, err)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	// A client that went away does not need the answer.
	_ = json.NewEncoder(w).Encode(map[string]string{"verification": challenge})
}

// isChallenge reports whether text is fit to be sent back to whoever sent it: what a token may be made of (RFC 7235,
// token68), and not much of it.
func isChallenge(text string) bool {
	if text == "" || len(text) > longestChallenge {
		return false
	}
	for _, c := range []byte(text) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '.', c == '_', c == '~', c == '+', c == '/', c == '=':
		default:
			return false
		}
	}
	return true
}

// authentic reports whether a request carries the secret, once. Else it answers.
func (h *handler) authentic(w http.ResponseWriter, r *http.Request) bool {
	secret, err := h.Secret()
	if err != nil {
		h.refuse(w, http.StatusServiceUnavailable, NoSecret, err)
		return false
	}
	given := r.Header.Values(h.Header)
	if len(given) != 1 || !same(given[0], string(secret)) {
		h.refuse(w, http.StatusUnauthorized, WrongSecret, nil)
		return false
	}
	return true
}

// same compares in a time that tells nothing: neither how much of the two is equal, nor how long the secret is. No
// secret at all is like nothing.
func same(given, secret string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && secret != ""
}
