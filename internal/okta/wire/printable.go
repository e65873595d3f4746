// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"regexp"
	"strings"
	"unicode"
)

// jwt matches a signed JSON Web Token.
var jwt = regexp.MustCompile(`\beyJ[\w-]+\.[\w-]+\.[\w-]*`)

// Printable makes text from the network fit for a log line: without control characters and tokens, cut off after limit
// bytes. No server is known to repeat a token or an assertion in its errors, but one might.
func Printable(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
	// After the characters are removed: one of them may have hidden a token by standing in its middle.
	s = jwt.ReplaceAllString(s, "[a token]")
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}
