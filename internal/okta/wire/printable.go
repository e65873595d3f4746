// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"strings"
	"unicode"
)

// Printable makes text from the network fit for a log line, a status or a terminal: without control characters and
// secrets, cut off after limit bytes. A server, or something in front of it, may repeat what it was sent.
func Printable(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
	// After the characters are removed: one of them may have hidden a secret by standing in its middle.
	s = withoutSecrets(s)
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}
