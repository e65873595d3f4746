// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// quoted reads the string whose opening quote is at pos and returns its text and the position behind the closing
// quote, or -1.
func (t *Tape) quoted(pos int) (span, int) {
	end := plainEnd(t.text, pos+1)
	if end < len(t.text) && t.text[end] == '"' {
		return span{int32(pos + 1), int32(end)}, end + 1
	}
	return t.escaped(pos+1, end)
}

// escaped reads on from start, where pos is the first character that is not plain.
func (t *Tape) escaped(start, pos int) (span, int) {
	t.buf = append(t.buf[:0], t.text[start:pos]...)
	for pos < len(t.text) {
		switch t.text[pos] {
		case '"':
			return t.apart(string(t.buf)), pos + 1
		case '\\':
			if pos = t.unescape(pos + 1); pos < 0 {
				return span{}, -1
			}
		default: // a control character
			return span{}, -1
		}
		end := plainEnd(t.text, pos)
		t.buf = append(t.buf, t.text[pos:end]...)
		pos = end
	}
	return span{}, -1
}

// unescape appends what the escape whose letter is at pos stands for and returns the position behind it, or -1.
func (t *Tape) unescape(pos int) int {
	switch c := peek(t.text, pos); c {
	case '"', '\\', '/':
		t.buf = append(t.buf, c)
	case 'b':
		t.buf = append(t.buf, '\b')
	case 'f':
		t.buf = append(t.buf, '\f')
	case 'n':
		t.buf = append(t.buf, '\n')
	case 'r':
		t.buf = append(t.buf, '\r')
	case 't':
		t.buf = append(t.buf, '\t')
	case 'u':
		return t.unescapeRune(pos)
	default:
		return -1
	}
	return pos + 1
}

// unescapeRune does so for \u, and for two of them when they are a surrogate pair. A surrogate without its other half
// becomes U+FFFD: UTF-8 has no form for it.
func (t *Tape) unescapeRune(pos int) int {
	r := hex4(t.text, pos+1)
	if r < 0 {
		return -1
	}
	pos += 5
	if utf16.IsSurrogate(r) {
		pair := rune(utf8.RuneError)
		if peek(t.text, pos) == '\\' && peek(t.text, pos+1) == 'u' {
			pair = utf16.DecodeRune(r, hex4(t.text, pos+2))
		}
		if pair != utf8.RuneError {
			pos += 6
		}
		r = pair
	}
	t.buf = utf8.AppendRune(t.buf, r)
	return pos
}

// hex4 reads four hexadecimal digits, or returns -1.
func hex4(s string, pos int) rune {
	if pos+4 > len(s) {
		return -1
	}
	v, err := strconv.ParseUint(s[pos:pos+4], 16, 32)
	if err != nil {
		return -1
	}
	return rune(v)
}
