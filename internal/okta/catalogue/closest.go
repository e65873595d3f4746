// SPDX-License-Identifier: Apache-2.0

package catalogue

import "strings"

// Closest returns the event type of the catalogue that eventType may be a misspelling of, or "" when none is near
// enough: a fifth of its letters, but always one, may be wrong, missing, or too many. Case and surrounding space do
// not count. Of several that are equally near the first in the alphabet is returned. A type of the catalogue is its
// own closest one.
func Closest(eventType string) string {
	if Known(eventType) {
		return eventType
	}
	meant := strings.ToLower(strings.TrimSpace(eventType))
	closest, least := "", max(1, len(meant)/5)+1
	for _, name := range names() {
		if d := distance(meant, strings.ToLower(name), least); d < least {
			closest, least = name, d
		}
	}
	return closest
}

// distance is the number of single-byte insertions, deletions and replacements that turn a into b (Levenshtein
// distance). It returns enough as soon as the distance can't be smaller than that.
func distance(a, b string, enough int) int {
	if len(a)-len(b) >= enough || len(b)-len(a) >= enough {
		return enough
	}
	above, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		least := row[0]
		for j := range len(b) {
			replaced := above[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, above[j+1]+1, row[j]+1)
			least = min(least, row[j+1])
		}
		if least >= enough {
			return enough
		}
		above, row = row, above
	}
	return above[len(b)]
}
