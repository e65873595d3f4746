// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"strings"
	"unicode/utf8"
)

// byteOrderMark is what Windows puts before UTF-8 text.
const byteOrderMark = "\uFEFF"

// Trim is a text without the byte order mark before it and the white space around it, as files, environment variables
// and YAML blocks have it.
func Trim(text string) string {
	for {
		trimmed := strings.TrimPrefix(strings.TrimSpace(text), byteOrderMark)
		if trimmed == text {
			return text
		}
		text = trimmed
	}
}

// Text is what a place holds, trimmed, where it is text at all.
func Text(place Place, raw string) (string, error) {
	if len(raw) > MaxBytes {
		return "", place.Errorf("is larger than %d KiB, which no secret is: %s", MaxBytes>>10, place.Instead("the secret alone"))
	}
	if encoding := foreignEncoding(raw); encoding != "" {
		return "", place.Errorf("is %s: save it again as UTF-8, as Set-Content -Encoding utf8 does in PowerShell", encoding)
	}
	text := Trim(raw)
	switch {
	case text != "":
		return text, nil
	case place.Path != "":
		return "", place.Errorf("is empty: write the secret into the file")
	}
	return "", place.Errorf("is empty: set the environment variable if the value comes from one, else leave the key out")
}

// foreignEncoding names the encoding of a text that is neither ASCII nor UTF-8, or that something has read as if it
// were; "" where there is nothing to name.
func foreignEncoding(raw string) string {
	for _, mark := range []struct{ bytes, name string }{
		{"\xff\xfe\x00\x00", "UTF-32"}, {"\x00\x00\xfe\xff", "UTF-32"},
		{"\xff\xfe", "UTF-16"}, {"\xfe\xff", "UTF-16"}, {"\uFFFE", "UTF-16 with its bytes swapped"},
		// What becomes of the mark of UTF-16 when it is read as Latin-1, or as UTF-8.
		{"ÿþ", "UTF-16 that was read as Latin-1"}, {"þÿ", "UTF-16 that was read as Latin-1"},
		{"\uFFFD\uFFFD", "UTF-16 that was read as UTF-8"},
		// And of the one of UTF-8.
		{"ï»¿", "UTF-8 with a byte order mark that was read as Latin-1"},
	} {
		if strings.HasPrefix(raw, mark.bytes) {
			return mark.name
		}
	}
	switch zeros := strings.Count(raw, "\x00"); {
	case zeros >= 2 && zeros*3 >= len(raw)*2:
		return "UTF-32"
	case zeros >= 2 && zeros*5 >= len(raw)*2:
		return "UTF-16"
	case readAsUTF16(raw):
		return "ASCII that was read as UTF-16"
	}
	return ""
}

// readAsUTF16 reports whether each character consists of two bytes of ASCII, as when ASCII is read as UTF-16.
func readAsUTF16(text string) bool {
	for _, r := range text {
		high, low := r>>8, r&0xff
		if !isASCIIText(high) || !isASCIIText(low) {
			return false
		}
	}
	return utf8.RuneCountInString(text) >= 2
}

func isASCIIText(b rune) bool { return b > ' ' && b <= '~' || b == '\n' || b == '\r' }
