// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNamed is how many characters a sentence names; it counts the others.
const maxNamed = 3

// characterNames are the characters that get into secrets when they are copied from a web page, a document or a chat.
var characterNames = map[rune]string{
	0: "a NUL", '\t': "a tab", ' ': "a space", 0x7f: "a delete character",
	0x85: "a line break", 0x2028: "a line break", 0x2029: "a line break",
	0xa0: "a no-break space", 0x2007: "a no-break space", 0x202f: "a no-break space",
	0xad: "a soft hyphen", 0x200b: "a zero-width space", 0x200c: "a zero-width non-joiner", 0x200d: "a zero-width joiner",
	0x2060: "a word joiner", 0xfeff: "a byte order mark",
	0x200e: "a direction mark", 0x200f: "a direction mark", 0x61c: "a direction mark",
	'"': "a quotation mark", '\'': "an apostrophe", '`': "a backtick",
	'“': "a typographic quotation mark", '”': "a typographic quotation mark", '„': "a typographic quotation mark", '«': "a typographic quotation mark",
	'»': "a typographic quotation mark", '‘': "a typographic quotation mark", '’': "a typographic quotation mark", '‚': "a typographic quotation mark",
	0x2010: "a typographic hyphen", 0x2011: "a typographic hyphen", 0x2012: "a dash", 0x2013: "a dash", 0x2014: "a dash", 0x2212: "a minus sign",
	0x2026: "an ellipsis", utf8.RuneError: "a character that was lost in another encoding",
}

// nameOf names a character. size is how many bytes it has.
func nameOf(text string, r rune, size int) string {
	if r == utf8.RuneError && size == 1 {
		return fmt.Sprintf("a byte that is not UTF-8 (0x%02X)", text[0])
	}
	name, known := characterNames[r]
	switch {
	case known:
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		name = "a direction mark"
	case unicode.IsSpace(r):
		name = "a space that is not ASCII"
	case unicode.IsControl(r):
		name = "a control character"
	case invisible(r):
		name = "a character that can't be seen"
	case r > unicode.MaxASCII:
		name = "a character that is not ASCII"
	default:
		return fmt.Sprintf("%q", r)
	}
	if r == ' ' || r == '\t' {
		return name
	}
	return fmt.Sprintf("%s (U+%04X)", name, r)
}

// invisible reports whether a character takes no room of its own.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Co, unicode.Cn, unicode.Variation_Selector, unicode.Zl, unicode.Zp) ||
		r == 0x115f || r == 0x1160 || r == 0x3164 || r == 0xffa0 || r == 0x2800 // fillers and blanks
}

// IsVisible reports whether a character is seen where it stands: it is no white space and no control character.
func IsVisible(r rune) bool { return !unicode.IsControl(r) && !unicode.IsSpace(r) && !invisible(r) }

// Foreign names the characters of text, a part of raw, that are not allowed, and says where in raw they are: "a space
// at position 5". many reports whether there is more than one. Line breaks are not looked at.
func Foreign(raw, text string, allowed func(rune) bool) (names string, many bool) {
	start := max(strings.Index(raw, text), 0)
	var found []string
	count := 0
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r != '\n' && r != '\r' && (!allowed(r) || r == utf8.RuneError) {
			if count++; count <= maxNamed {
				found = append(found, nameOf(text[at:], r, size)+" at "+Position(raw, start+at))
			}
		}
		at += size
	}
	switch {
	case count == 0:
		return "", false
	case count == 1:
		return found[0], false
	case count == maxNamed+1:
		found = append(found, "one more")
	case count > maxNamed:
		found = append(found, fmt.Sprintf("%d more", count-maxNamed))
	}
	last := len(found) - 1
	return strings.Join(found[:last], ", ") + " and " + found[last], true
}

// within is the position of a byte of text, which is a part of raw.
func within(raw, text string, at int) string {
	return Position(raw, max(strings.Index(raw, text), 0)+at)
}

// Position is where in a text a byte is, as an editor counts: characters from 1, without the byte order mark, and lines
// where it is not in the first one.
func Position(raw string, at int) string {
	before := strings.ReplaceAll(raw[:at], "\r\n", "\n")
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(strings.TrimPrefix(before[strings.LastIndex(before, "\n")+1:], byteOrderMark))
	if line == 1 {
		return fmt.Sprintf("position %d", column)
	}
	return fmt.Sprintf("line %d, position %d", line, column)
}
