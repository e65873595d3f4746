// SPDX-License-Identifier: Apache-2.0

package jsontape

// valueEnd returns the position behind the value at pos, which has depth containers around it, or -1 where there is
// none by JSON's grammar. It accepts what [Tape.value] reads, and makes no tokens.
func valueEnd(s string, pos, depth int) int {
	switch peek(s, pos) {
	case '"':
		return stringEnd(s, pos)
	case '{':
		return objectEnd(s, pos, depth+1)
	case '[':
		return arrayEnd(s, pos, depth+1)
	case 'n':
		return literalEnd(s, pos, "null")
	case 't':
		return literalEnd(s, pos, "true")
	case 'f':
		return literalEnd(s, pos, "false")
	default:
		return numberEnd(s, pos)
	}
}

func objectEnd(s string, pos, depth int) int {
	if depth > maxNesting {
		return -1
	}
	pos, more := first(s, pos, '}')
	for more {
		pos, more = memberEnd(s, pos, depth)
	}
	return pos
}

// memberEnd returns where the member after the one at pos begins, or, with more = false, the position behind the
// object, or -1.
func memberEnd(s string, pos, depth int) (member int, more bool) {
	if peek(s, pos) != '"' {
		return -1, false
	}
	if pos = stringEnd(s, pos); pos < 0 {
		return -1, false
	}
	if pos = space(s, pos); peek(s, pos) != ':' {
		return -1, false
	}
	if pos = valueEnd(s, space(s, pos+1), depth); pos < 0 {
		return -1, false
	}
	return next(s, pos, '}')
}

func arrayEnd(s string, pos, depth int) int {
	if depth > maxNesting {
		return -1
	}
	pos, more := first(s, pos, ']')
	for more {
		if pos = valueEnd(s, pos, depth); pos < 0 {
			return -1
		}
		pos, more = next(s, pos, ']')
	}
	return pos
}

func literalEnd(s string, pos int, want string) int {
	end := pos + len(want)
	if end > len(s) || s[pos:end] != want {
		return -1
	}
	return end
}

// stringEnd returns the position behind the string whose opening quote is at pos, or -1.
func stringEnd(s string, pos int) int {
	for pos = plainEnd(s, pos+1); pos < len(s); pos = plainEnd(s, pos) {
		switch s[pos] {
		case '"':
			return pos + 1
		case '\\':
			if pos = escapeEnd(s, pos+1); pos < 0 {
				return -1
			}
		default: // a control character
			return -1
		}
	}
	return -1
}

// escapeEnd returns the position behind the escape whose letter is at pos, or -1 where there is no such escape.
func escapeEnd(s string, pos int) int {
	switch peek(s, pos) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return pos + 1
	case 'u':
		if hex4(s, pos+1) < 0 {
			return -1
		}
		return pos + 5
	default:
		return -1
	}
}
