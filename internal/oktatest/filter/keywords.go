// SPDX-License-Identifier: Apache-2.0

package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// Limits of `q` (Okta, System Log query reference).
const (
	maxKeywords      = 10
	maxKeywordLength = 40
)

// freeform turns `q` into a predicate, nil when it is empty: every keyword must be found among the event's string
// values.
func freeform(q string) (predicate, *apierror.Error) {
	keywords := strings.Fields(q)
	if len(keywords) == 0 {
		return nil, nil
	}
	if len(keywords) > maxKeywords {
		return nil, apierror.Validation("q", "Freeform search cannot contain more than 10 items. "+
			"Please reduce the number of items in your search or use an advanced filter to query by specific fields.")
	}
	for i, keyword := range keywords {
		if utf8.RuneCountInString(keyword) > maxKeywordLength {
			return nil, apierror.Validation("q", "Freeform search cannot contain items longer than 40 characters. "+
				"Please shorten the items in your search or use an advanced filter to query by specific fields.")
		}
		keywords[i] = strings.ToLower(keyword)
	}
	return func(event *jsontape.Tape) bool {
		for _, keyword := range keywords {
			if !mentioned(event, keyword) {
				return false
			}
		}
		return true
	}, nil
}

// mentioned reports whether any string value of the event, at any depth, holds the keyword.
func mentioned(event *jsontape.Tape, keyword string) bool {
	for at := range event.Len() {
		if event.Kind(at) == jsontape.String && mentions(strings.ToLower(event.Text(at)), keyword) {
			return true
		}
	}
	return false
}

// mentions reports whether a value holds the keyword: as a whole, as one of its words, or as a part of a hyphenated
// word. Both are in lower case.
func mentions(value, keyword string) bool {
	if !strings.Contains(value, keyword) {
		return false
	}
	if value == keyword {
		return true
	}
	for word := range strings.FieldsSeq(value) {
		if word == keyword {
			return true
		}
	}
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }) {
		if word == keyword {
			return true
		}
		for part := range strings.SplitSeq(word, "-") {
			if part == keyword {
				return true
			}
		}
	}
	return false
}
