// SPDX-License-Identifier: Apache-2.0

package jsontape

// maxSkipDepth is how deep a value may nest in what Split accepts, as for [encoding/json.Valid].
const maxSkipDepth = 10_000

// Split takes a JSON array apart without copying: it returns the texts of its elements, each one valid JSON, and
// reports whether text is one array and nothing else but white space around it. It accepts what
// [encoding/json.Valid] accepts, text that is not UTF-8 too. The elements are parts of text.
func Split(text []byte) (elements [][]byte, ok bool) {
	pos := space(text, 0)
	if peek(text, pos) != '[' {
		return nil, false
	}
	pos = space(text, pos+1)
	if peek(text, pos) == ']' {
		return nil, space(text, pos+1) == len(text)
	}
	for {
		end := skip(text, pos, 1)
		if end < 0 {
			return nil, false
		}
		elements = append(elements, text[pos:end:end])
		pos = space(text, end)
		switch peek(text, pos) {
		case ',':
			pos = space(text, pos+1)
		case ']':
			return elements, space(text, pos+1) == len(text)
		default:
			return nil, false
		}
	}
}

// skip returns the position behind the value at pos, which has depth containers around it, or -1 when there is none.
func skip(s []byte, pos, depth int) int {
	switch peek(s, pos) {
	case '"':
		return skipString(s, pos)
	case '{', '[':
		if depth == maxSkipDepth {
			return -1
		}
		if s[pos] == '{' {
			return skipObject(s, pos, depth+1)
		}
		return skipArray(s, pos, depth+1)
	case 'n':
		return skipLiteral(s, pos, "null")
	case 't':
		return skipLiteral(s, pos, "true")
	case 'f':
		return skipLiteral(s, pos, "false")
	default:
		return numberEnd(s, pos)
	}
}

func skipObject(s []byte, pos, depth int) int {
	pos = space(s, pos+1)
	if peek(s, pos) == '}' {
		return pos + 1
	}
	for {
		if peek(s, pos) != '"' {
			return -1
		}
		if pos = skipString(s, pos); pos < 0 {
			return -1
		}
		if pos = space(s, pos); peek(s, pos) != ':' {
			return -1
		}
		if pos = skip(s, space(s, pos+1), depth); pos < 0 {
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

func skipArray(s []byte, pos, depth int) int {
	pos = space(s, pos+1)
	if peek(s, pos) == ']' {
		return pos + 1
	}
	for {
		if pos = skip(s, pos, depth); pos < 0 {
			return -1
		}
		pos = space(s, pos)
		switch peek(s, pos) {
		case ',':
			pos = space(s, pos+1)
		case ']':
			return pos + 1
		default:
			return -1
		}
	}
}

func skipLiteral(s []byte, pos int, want string) int {
	end := pos + len(want)
	if end > len(s) || string(s[pos:end]) != want {
		return -1
	}
	return end
}

// skipString returns the position behind the string whose opening quote is at pos, or -1.
func skipString(s []byte, pos int) int {
	for pos = plainEnd(s, pos+1); peek(s, pos) == '\\'; pos = plainEnd(s, pos) {
		switch peek(s, pos+1) {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			pos += 2
		case 'u':
			if pos += 6; pos > len(s) || !isHex(s[pos-4:pos]) {
				return -1
			}
		default:
			return -1
		}
	}
	if peek(s, pos) != '"' {
		return -1
	}
	return pos + 1
}

func isHex(digits []byte) bool {
	for _, c := range digits {
		if lower := c | 0x20; (c < '0' || c > '9') && (lower < 'a' || lower > 'f') {
			return false
		}
	}
	return true
}
