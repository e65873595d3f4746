// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"math/bits"
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

// input is JSON text in either form.
type input interface{ string | []byte }

// peek returns the byte at pos, or 0, which begins nothing in JSON, behind the end.
func peek[T input](s T, pos int) byte {
	if pos < len(s) {
		return s[pos]
	}
	return 0
}

// space returns the first position from pos on that is not white space.
func space[T input](s T, pos int) int {
	for pos < len(s) && s[pos] <= ' ' {
		if c := s[pos]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			break
		}
		pos++
	}
	return pos
}

// plainEnd returns the first position from pos on that holds a quote, a backslash or a control character, or the end.
func plainEnd[T input](s T, pos int) int {
	for pos+8 <= len(s) {
		if found := special(load64(s, pos)); found != 0 {
			return pos + bits.TrailingZeros64(found)/8
		}
		pos += 8
	}
	for pos < len(s) && s[pos] != '"' && s[pos] != '\\' && s[pos] >= ' ' {
		pos++
	}
	return pos
}

// special finds the first of eight bytes, the lowest one being the first, that is a quote, a backslash or a control
// character: the lowest bit of the result is the top bit of that byte. It is 0 when there is none. Bits above the
// lowest one say nothing: a borrow may have set them.
func special(w uint64) uint64 {
	const low, high = 0x0101010101010101, 0x8080808080808080
	quote := w ^ low*'"'
	slash := w ^ low*'\\'
	return ((w - low*' ') | (quote - low) | (slash - low)) &^ w & high
}

// load64 reads eight bytes; the compiler makes one load of it.
func load64[T input](s T, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// escaped reads on from start, where pos is the first character that is not plain.
func (t *Tape) escaped(start, pos int) (span, int) {
	t.buf = append(t.buf[:0], t.text[start:pos]...)
	for pos < len(t.text) {
		switch t.text[pos] {
		case '"':
			t.unescaped = append(t.unescaped, string(t.buf))
			return span{int32(len(t.unescaped) - 1), unescaped}, pos + 1
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

// numberEnd returns the position behind the number at pos, or -1 when there is none by JSON's grammar.
func numberEnd[T input](s T, pos int) int {
	if pos < len(s) && s[pos] == '-' {
		pos++
	}
	if pos < len(s) && s[pos] == '0' {
		pos++
	} else if pos = digitsEnd(s, pos); pos < 0 {
		return -1
	}
	if pos < len(s) && s[pos] == '.' {
		if pos = digitsEnd(s, pos+1); pos < 0 {
			return -1
		}
	}
	if pos < len(s) && (s[pos] == 'e' || s[pos] == 'E') {
		pos++
		if pos < len(s) && (s[pos] == '+' || s[pos] == '-') {
			pos++
		}
		return digitsEnd(s, pos)
	}
	return pos
}

// digitsEnd returns the position behind the digits at pos, or -1 when there is none.
func digitsEnd[T input](s T, pos int) int {
	start := pos
	for pos < len(s) && '0' <= s[pos] && s[pos] <= '9' {
		pos++
	}
	if pos == start {
		return -1
	}
	return pos
}

// containerEnd returns the position behind the bracket that closes the one at pos, or -1. It looks at brackets and
// strings only.
func containerEnd(s string, pos int) int {
	for depth := 0; pos < len(s); pos++ {
		switch s[pos] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return pos + 1
			}
		case '"':
			if pos = quoteEnd(s, pos+1); pos < 0 {
				return -1
			}
		}
	}
	return -1
}

// quoteEnd returns the position of the quote that ends the string whose text begins at pos, or -1.
func quoteEnd(s string, pos int) int {
	for ; pos < len(s); pos++ {
		switch s[pos] {
		case '\\':
			pos++
		case '"':
			return pos
		}
	}
	return -1
}
