// SPDX-License-Identifier: Apache-2.0

package filter

import (
	"encoding/json"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
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

// lex cuts a filter expression into tokens, an end token last.
func lex(source string) ([]token, *apierror.Error) {
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
			end := stringEnd(source, i)
			var value string
			if json.Unmarshal([]byte(source[i:end]), &value) != nil {
				return nil, apierror.Invalid("E0000053", "Invalid filter '%s': Unterminated string at position %d.", source, i)
			}
			tokens, i = append(tokens, token{stringToken, value, i}), end
		case '[', ']':
			return nil, apierror.Invalid("E0000053", "Invalid filter '%s': Unexpected '%c' at position %d.", source, source[i], i)
		default:
			end := i + strings.IndexAny(source[i:]+" ", " \t\n\r()[]\"")
			tokens, i = append(tokens, token{wordToken, source[i:end], i}), end
		}
	}
	return append(tokens, token{endToken, "", len(source)}), nil
}

// stringEnd returns the index after the string whose opening quote is at i, or the end of source when it is not closed.
func stringEnd(source string, i int) int {
	for i++; i < len(source); i++ {
		switch source[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(source)
}
