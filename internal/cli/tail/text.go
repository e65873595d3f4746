// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/width"
)

// maxText bounds what is printed of a text, in characters.
const maxText = 4 << 10

// clean makes a text of the network fit for a terminal: whatever does not print, such as escape sequences, line ends
// and marks that change the direction of writing, is a space.
func clean(text string) string {
	cleaned := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(text, " "))
	if characters := []rune(cleaned); len(characters) > maxText {
		return string(characters[:maxText]) + "…"
	}
	return cleaned
}

// escape writes what does not print in JSON text as \u escapes, which mean the same there.
func escape(json []byte) []byte {
	var b strings.Builder
	for _, r := range string(json) {
		switch {
		case r == '\n' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return []byte(b.String())
}

// columns returns how many columns of a terminal a character takes.
func columns(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

func length(text string) (n int) {
	for _, r := range text {
		n += columns(r)
	}
	return n
}

// cut shortens a text to so many columns; an ellipsis stands for its end.
func cut(text string, to int) string {
	if length(text) <= to {
		return text
	}
	n := 1 // the ellipsis
	for i, r := range text {
		if n += columns(r); n > to {
			return text[:i] + "…"
		}
	}
	return text
}

// cutName shortens a login to so many columns: first its domain goes, which most of them share.
func cutName(text string, to int) string {
	if local, domain, ok := strings.Cut(text, "@"); ok && domain != "" && length(text) > to {
		text = local
	}
	return cut(text, to)
}

// cutType shortens an event type to so many columns. Its first word and its end say most, so what is left out is in
// between: user…privilege.grant.
func cutType(text string, to int) string {
	head, _, dotted := strings.Cut(text, ".")
	room := to - length(head) - 1
	if length(text) <= to || !dotted || room < len("…") {
		return cut(text, to)
	}
	rest := []rune(text)
	n, from := 0, len(rest)
	for from > 0 && n+columns(rest[from-1]) <= room {
		from--
		n += columns(rest[from])
	}
	tail := string(rest[from:])
	// It begins with a word where there is one.
	if at := strings.IndexAny(tail, "._"); at >= 0 && !strings.ContainsRune("._", rest[from-1]) {
		tail = tail[at:]
	}
	return head + "…" + strings.TrimLeft(tail, "._")
}

// cutPlace shortens an address and a place to so many columns: first the country goes.
func cutPlace(text string, to int) string {
	if city, _, ok := strings.Cut(text, ","); ok && length(text) > to {
		text = city
	}
	return cut(text, to)
}

// pad fills a text up with spaces to so many columns.
func pad(text string, to int) string { return text + strings.Repeat(" ", max(0, to-length(text))) }
