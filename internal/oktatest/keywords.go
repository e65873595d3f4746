// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of `q` (Okta, System Log query reference).
const (
	maxKeywords      = 10
	maxKeywordLength = 40
)

// compileKeywords turns `q` into a predicate, nil when it is empty: every keyword must be found among the event's string values.
func compileKeywords(q string) (predicate, *apiError) {
	keywords := strings.Fields(q)
	if len(keywords) == 0 {
		return nil, nil
	}
	if len(keywords) > maxKeywords {
		return nil, validation("q", "Freeform search cannot contain more than 10 items. "+
			"Please reduce the number of items in your search or use an advanced filter to query by specific fields.")
	}
	for i, keyword := range keywords {
		if utf8.RuneCountInString(keyword) > maxKeywordLength {
			return nil, validation("q", "Freeform search cannot contain items longer than 40 characters. "+
				"Please shorten the items in your search or use an advanced filter to query by specific fields.")
		}
		keywords[i] = strings.ToLower(keyword)
	}
	return func(event []byte) bool {
		for _, keyword := range keywords {
			// everyString goes to the end only when no value matched.
			if everyString(event, func(value string) bool { return !mentions(strings.ToLower(value), keyword) }) {
				return false
			}
		}
		return true
	}, nil
}

// mentions reports whether a value holds the keyword: as a whole, as one of its words, or as a part of a hyphenated word. Both are in lower case.
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
