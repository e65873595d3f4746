// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

var (
	// rulesText has a rule a line, the beginning of event types and their category; lines that begin with # are comments.
	//
	//go:embed category-rules.txt
	rulesText string
	// sortedText has each event type of the catalogue with its category, a line each, in the order of event-types.txt. It
	// is generated, so that a change of the catalogue or of a rule shows which types have which category now.
	//
	//go:embed event-categories.txt
	sortedText string
)

var (
	rules  = sync.OnceValue(func() map[string]string { return pairs(rulesText) })
	sorted = sync.OnceValue(func() map[string]string { return pairs(sortedText) })
)

// pairs reads lines of two words.
func pairs(text string) map[string]string {
	all := make(map[string]string, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		if first, second, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " "); ok && first != "#" {
			all[first] = second
		}
	}
	return all
}

// Category returns the category of an event type, one of [Categories]. A type that the catalogue does not have, such as
// one of a beta, has that of the rule that fits it: Okta names new types after those that they belong to. "" where no
// rule does.
func Category(eventType string) string {
	if category, known := sorted()[eventType]; known {
		return category
	}
	_, category := rule(eventType)
	return category
}

// rule finds the longest rule that is the event type or the beginning of it up to a dot. Both are "" where none is.
func rule(eventType string) (beginning, category string) {
	for beginning = eventType; beginning != ""; {
		if category, is := rules()[beginning]; is {
			return beginning, category
		}
		beginning = beginning[:max(0, strings.LastIndexByte(beginning, '.'))]
	}
	return "", ""
}

// SortTypes returns what event-categories.txt must hold: each event type of the catalogue and its category by the
// rules. The error names the first type that no rule fits.
func SortTypes() (string, error) {
	var lines strings.Builder
	for _, name := range names() {
		_, category := rule(name)
		if category == "" {
			return "", fmt.Errorf("the event type %s fits no rule: add one to internal/okta/catalogue/category-rules.txt", name)
		}
		lines.WriteString(name + " " + category + "\n")
	}
	return lines.String(), nil
}
