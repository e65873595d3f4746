// SPDX-License-Identifier: Apache-2.0

package jsontape

import "math/bits"

// These functions read a text from a position on and return a position, or -1 where JSON's grammar is not met.

// peek returns the byte at pos, or 0, which begins nothing in JSON, behind the end.
func peek(s string, pos int) byte {
	if pos < len(s) {
		return s[pos]
	}
	return 0
}

// space returns the first position from pos on that is not white space.
func space(s string, pos int) int {
	for pos < len(s) && s[pos] <= ' ' {
		if c := s[pos]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			break
		}
		pos++
	}
	return pos
}

// plainEnd returns the first position from pos on that holds a quote, a backslash or a control character, or the end.
func plainEnd(s string, pos int) int {
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
func load64(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// first returns where the first element of the container that opens at pos begins, or, with more = false, the position
// behind an empty one.
func first(s string, pos int, closing byte) (element int, more bool) {
	pos = space(s, pos+1)
	if peek(s, pos) == closing {
		return pos + 1, false
	}
	return pos, true
}

// next returns where the element after the one that ends at pos begins, or, with more = false, the position behind the
// container.
func next(s string, pos int, closing byte) (element int, more bool) {
	pos = space(s, pos)
	switch peek(s, pos) {
	case ',':
		return space(s, pos+1), true
	case closing:
		return pos + 1, false
	default:
		return -1, false
	}
}

// numberEnd returns the position behind the number at pos, or -1 when there is none by JSON's grammar.
func numberEnd(s string, pos int) int {
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
func digitsEnd(s string, pos int) int {
	start := pos
	for pos < len(s) && '0' <= s[pos] && s[pos] <= '9' {
		pos++
	}
	if pos == start {
		return -1
	}
	return pos
}
