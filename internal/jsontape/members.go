// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"bytes"
	"encoding/json"
)

// Members takes a JSON object apart without copying: it calls member with each key, unescaped, and the text of its
// value, in the order of the text, and reports whether text is one object and nothing else but white space around it.
// It accepts what [encoding/json.Valid] accepts. After false, member has been called for those that came before what
// is wrong. The values are parts of text.
func Members(text []byte, member func(key string, value []byte)) (ok bool) {
	pos := space(text, 0)
	if peek(text, pos) != '{' {
		return false
	}
	pos = space(text, pos+1)
	if peek(text, pos) == '}' {
		return space(text, pos+1) == len(text)
	}
	for {
		if peek(text, pos) != '"' {
			return false
		}
		keyEnd := skipString(text, pos)
		if keyEnd < 0 {
			return false
		}
		value := space(text, keyEnd)
		if peek(text, value) != ':' {
			return false
		}
		value = space(text, value+1)
		end := skip(text, value, 1)
		if end < 0 {
			return false
		}
		member(unquote(text[pos:keyEnd]), text[value:end:end])
		pos = space(text, end)
		switch peek(text, pos) {
		case ',':
			pos = space(text, pos+1)
		case '}':
			return space(text, pos+1) == len(text)
		default:
			return false
		}
	}
}

// unquote returns the text of a valid JSON string.
func unquote(quoted []byte) string {
	if !bytes.ContainsRune(quoted, '\\') {
		return string(quoted[1 : len(quoted)-1])
	}
	var text string
	// It is valid, so that there is nothing to go wrong.
	_ = json.Unmarshal(quoted, &text)
	return text
}
