// SPDX-License-Identifier: Apache-2.0

package jsontape

// valueEnd returns the position behind the value at pos, which has depth containers around it, or -1 where there is
// none by JSON's grammar. It accepts what [Tape.value] reads, in half the time: it makes no tokens, and so a page is
// taken apart with it.
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
	if pos = space(s, pos+1); peek(s, pos) == '}' {
		return pos + 1
	}
	for {
		if peek(s, pos) != '"' {
			return -1
		}
		// Nearly all keys are plain, nearly nothing stands between them and their values.
		pos = plainEnd(s, pos+1)
		if peek(s, pos) == '"' {
			pos++
		} else if pos = escapedEnd(s, pos); pos < 0 {
			return -1
		}
		if pos = space(s, pos); peek(s, pos) != ':' {
			return -1
		}
		if pos = space(s, pos+1); peek(s, pos) == '"' {
			pos = plainEnd(s, pos+1)
			if peek(s, pos) == '"' {
				pos++
			} else {
				pos = escapedEnd(s, pos)
			}
		} else {
			pos = valueEnd(s, pos, depth)
		}
		if pos < 0 {
			return -1
		}
		pos = space(s, pos)
		switch peek(s, pos) {
		case ',':
			pos = space(s, pos+1)
		case '}':
			return pos + 1
		default:
			return -1
		}
	}
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
	return escapedEnd(s, plainEnd(s, pos+1))
}

// escapedEnd does so for a string of which pos is the first character that is not plain.
func escapedEnd(s string, pos int) int {
	for ; pos < len(s); pos = plainEnd(s, pos) {
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
