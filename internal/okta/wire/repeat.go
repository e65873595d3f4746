// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// maxRepeated is how many characters of what somebody wrote a message repeats.
const maxRepeated = 60

var (
	// marked matches what tells by itself that a secret follows: the scheme of a header, a key in PEM or as a JWK, an
	// access token, a URL with a password, and the name of a secret with a value.
	marked = regexp.MustCompile(`(?i)\b(?:ssws|bearer|dpop|basic)[ :=+]+\S*\d|-----BEGIN|"d"\s*:|\beyJ[\w-]{8,}|//[^/\s@]*:[^\s@]*@|` +
		`(?:token|secret|password|passwd|pwd|api[_-]?key|private[_-]?key)["']?\s*[:=]\s*["']?[\w./+-]`)
	// oktaID matches the id of a user, an app or a hook, which filters name and which are no secrets.
	oktaID = regexp.MustCompile(`^(?:00|0o)[A-Za-z][A-Za-z0-9]{17}$`)
	// likeAPIToken matches what an API token begins like. Okta's have 42 characters; one may be cut off.
	likeAPIToken = regexp.MustCompile(`^00[\w-]*[A-Za-z_-][\w-]*$`)
	hexDigits    = regexp.MustCompile(`^[0-9A-Fa-f]{32,}$`)
)

const (
	// minToken is the length from which on a word that begins like an API token is taken for one.
	minToken = 10
	// minRandom is the length from which on a word with small and capital letters and digits is taken for a secret. Okta's
	// client secrets have 40 characters and more, its ids 20.
	minRandom = 30
)

// HoldsSecret reports whether there is what looks like a secret in a text that somebody wrote in another place than
// that of a secret.
func HoldsSecret(text string) bool {
	if marked.MatchString(text) {
		return true
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-+/=", r)
	}) {
		if isSecretWord(word) {
			return true
		}
	}
	return false
}

func isSecretWord(word string) bool {
	if oktaID.MatchString(word) {
		return false
	}
	return len(word) >= minToken && likeAPIToken.MatchString(word) || hexDigits.MatchString(word) ||
		len(word) >= minRandom && strings.ContainsFunc(word, unicode.IsLower) && strings.ContainsFunc(word, unicode.IsUpper) && strings.ContainsFunc(word, unicode.IsDigit)
}

// Quote is a text that somebody wrote, in quotes, with what can't be seen in it made visible, and cut off. What looks
// like a secret is not repeated: it may stand in the wrong place.
func Quote(text string) string {
	if HoldsSecret(text) {
		text = concealed
	}
	if runes := []rune(text); len(runes) > maxRepeated {
		text = string(runes[:maxRepeated]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
