// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"strings"
)

type tokenKind int

const (
	endToken tokenKind = iota
	openToken
	closeToken
	stringToken
	wordToken // an attribute, an operator, or a bare value
)

// token is one piece of a filter expression; at is its position in bytes.
type token struct {
	kind tokenKind
	text string
	at   int
}

// lexFilter cuts a filter expression into tokens, an end token last.
func lexFilter(source string) ([]token, *apiError) {
	var tokens []token
	for i := 0; i < len(source); {
		switch source[i] {
		case ' ', '\t', '\n', '\r':
			i++
		case '(':
			tokens, i = append(tokens, token{openToken, "(", i}), i+1
		case ')':
			tokens, i = append(tokens, token{closeToken, ")", i}), i+1
		case '"':
			end := skipString([]byte(source), i)
			var value string
			if json.Unmarshal([]byte(source[i:end]), &value) != nil {
				return nil, invalid("E0000053", "Invalid filter '%s': Unterminated string at position %d.", source, i)
			}
			tokens, i = append(tokens, token{stringToken, value, i}), end
		case '[', ']':
			return nil, invalid("E0000053", "Invalid filter '%s': Unexpected '%c' at position %d.", source, source[i], i)
		default:
			end := i + strings.IndexAny(source[i:]+" ", " \t\n\r()[]\"")
			tokens, i = append(tokens, token{wordToken, source[i:end], i}), end
		}
	}
	return append(tokens, token{endToken, "", len(source)}), nil
}
