// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"regexp"
	"strings"
	"unicode"
)

// jwt matches a signed JSON Web Token.
var jwt = regexp.MustCompile(`\beyJ[\w-]+\.[\w-]+\.[\w-]*`)

// Printable makes text from the network fit for a log line: no control characters, no token, bounded
// to so many bytes. Nothing is known to repeat a token or an assertion in its errors, but nothing
// forbids it either.
func Printable(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
	// Only now: a character that was taken out may have been all that broke a token in two.
	s = jwt.ReplaceAllString(s, "[a token]")
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}
