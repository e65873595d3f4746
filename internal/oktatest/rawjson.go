// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"bytes"
	"encoding/json"
)

// The functions of this file walk JSON text without decoding it, so that filters over 100,000s of events stay cheap. They trust the text
// to be valid; on text that is not they end early and never run past its end.

// members calls visit with the key (still escaped, without quotes) and the raw value of each member of the object raw, until visit returns false.
func members(raw []byte, visit func(key, value []byte) bool) {
	i := skipSpace(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return
	}
	for i = skipSpace(raw, i+1); i < len(raw) && raw[i] == '"'; i = skipSpace(raw, i+1) {
		keyEnd := skipString(raw, i)
		colon := skipSpace(raw, keyEnd)
		if colon >= len(raw) || raw[colon] != ':' {
			return
		}
		start := skipSpace(raw, colon+1)
		end := skipValue(raw, start)
		if !visit(raw[i+1:max(i+1, keyEnd-1)], raw[start:end]) {
			return
		}
		if i = skipSpace(raw, end); i >= len(raw) || raw[i] != ',' {
			return
		}
	}
}

// elements calls visit with each raw element of the array raw, until visit returns false.
func elements(raw []byte, visit func(value []byte) bool) {
	i := skipSpace(raw, 0)
	if i >= len(raw) || raw[i] != '[' {
		return
	}
	for i = skipSpace(raw, i+1); i < len(raw) && raw[i] != ']'; i = skipSpace(raw, i+1) {
		end := skipValue(raw, i)
		if !visit(raw[i:end]) {
			return
		}
		if i = skipSpace(raw, end); i >= len(raw) || raw[i] != ',' {
			return
		}
	}
}

// member returns the raw value of the member named key, or nil.
func member(raw []byte, key string) []byte {
	var found []byte
	members(raw, func(k, v []byte) bool {
		if string(k) != key {
			return true
		}
		found = v
		return false
	})
	return found
}

// text returns the string a raw JSON string stands for; ok is false when raw is no string.
func text(raw []byte) (s string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	return s, json.Unmarshal(raw, &s) == nil
}

// everyString calls visit with every string value below raw, at any depth, until visit returns false. It reports whether it went to the end.
func everyString(raw []byte, visit func(s string) bool) bool {
	more := true
	if len(raw) == 0 {
		return true
	}
	switch raw[0] {
	case '"':
		if s, ok := text(raw); ok {
			return visit(s)
		}
	case '{':
		members(raw, func(_, v []byte) bool {
			more = everyString(v, visit)
			return more
		})
	case '[':
		elements(raw, func(v []byte) bool {
			more = everyString(v, visit)
			return more
		})
	}
	return more
}

// appendWithoutNulls appends raw to dst without the object members whose value is null. Nulls in arrays keep their place.
func appendWithoutNulls(dst, raw []byte) []byte {
	if len(raw) == 0 {
		return dst
	}
	comma := false
	separate := func() {
		if comma {
			dst = append(dst, ',')
		}
		comma = true
	}
	switch raw[0] {
	case '{':
		dst = append(dst, '{')
		members(raw, func(k, v []byte) bool {
			if string(v) != "null" {
				separate()
				dst = append(append(append(dst, '"'), k...), '"', ':')
				dst = appendWithoutNulls(dst, v)
			}
			return true
		})
		return append(dst, '}')
	case '[':
		dst = append(dst, '[')
		elements(raw, func(v []byte) bool {
			separate()
			dst = appendWithoutNulls(dst, v)
			return true
		})
		return append(dst, ']')
	default:
		return append(dst, raw...)
	}
}

func skipSpace(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\t' || raw[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the index after the string that begins with the quote at i.
func skipString(raw []byte, i int) int {
	for end := i + 1; end < len(raw); end++ {
		quote := bytes.IndexByte(raw[end:], '"')
		if quote < 0 {
			break
		}
		end += quote
		escapes := 0
		for raw[end-1-escapes] == '\\' {
			escapes++
		}
		// A quote is escaped by an odd number of backslashes before it.
		if escapes%2 == 0 {
			return end + 1
		}
	}
	return len(raw)
}

// skipValue returns the index after the value that begins at i.
func skipValue(raw []byte, i int) int {
	if i >= len(raw) {
		return len(raw)
	}
	switch raw[i] {
	case '"':
		return skipString(raw, i)
	case '{', '[':
		return skipContainer(raw, i)
	}
	for ; i < len(raw); i++ {
		switch raw[i] {
		case ',', ']', '}', ' ', '\n', '\t', '\r':
			return i
		}
	}
	return len(raw)
}

func skipContainer(raw []byte, i int) int {
	depth := 0
	for i < len(raw) {
		switch raw[i] {
		case '"':
			i = skipString(raw, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		i++
		if depth == 0 {
			break
		}
	}
	return i
}
