// SPDX-License-Identifier: Apache-2.0

package filter

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// literal is the right side of a comparison.
type literal struct {
	text   string
	null   bool
	number float64
	isNum  bool
	when   time.Time
	isTime bool
}

// isBareValue reports whether a word may stand as a value without quotes.
func isBareValue(word string) bool {
	_, err := strconv.ParseFloat(word, 64)
	return err == nil || word == "true" || word == "false" || word == "null"
}

func newLiteral(s string, quoted bool) literal {
	l := literal{text: s, null: !quoted && s == "null"}
	number, err := strconv.ParseFloat(s, 64)
	l.number, l.isNum = number, err == nil
	when, err := time.Parse(time.RFC3339, s)
	l.when, l.isTime = when, quoted && err == nil
	return l
}

// comparisons decide by how a value of the event and the literal compare; the string operators look at the texts.
var comparisons = map[string]func(value string, l literal, order int) bool{
	"eq": func(_ string, _ literal, order int) bool { return order == 0 },
	"ne": func(_ string, _ literal, order int) bool { return order == 0 }, // negated by compareWith
	"gt": func(_ string, _ literal, order int) bool { return order > 0 },
	"ge": func(_ string, _ literal, order int) bool { return order >= 0 },
	"lt": func(_ string, _ literal, order int) bool { return order < 0 },
	"le": func(_ string, _ literal, order int) bool { return order <= 0 },
	"co": func(value string, l literal, _ int) bool { return strings.Contains(value, l.text) },
	"sw": func(value string, l literal, _ int) bool { return strings.HasPrefix(value, l.text) },
	"ew": func(value string, l literal, _ int) bool { return strings.HasSuffix(value, l.text) },
}

// compareWith returns the predicate `path operator operand`. On a field of many values, such as target.id, one that
// satisfies it is enough; ne is the opposite of eq, so that none may be equal.
func compareWith(path []string, operator string, operand literal) predicate {
	if operand.null {
		return func(event *jsontape.Tape) bool { return present(event, path) == (operator == "ne") }
	}
	decide := comparisons[operator]
	severity := len(path) == 1 && path[0] == "severity"
	return func(event *jsontape.Tape) bool {
		satisfied := false
		walkPath(event, 0, path, func(at int) bool {
			value, ok := scalar(event, at)
			satisfied = ok && decide(value, operand, order(value, event.Kind(at), operand, severity))
			return !satisfied
		})
		return satisfied != (operator == "ne")
	}
}

// severities in their order, so that `severity ge "WARN"` means what it says.
var severities = []string{"DEBUG", "INFO", "WARN", "ERROR"}

// order compares a value of the event with the literal: numbers as numbers, points in time as such, everything else as
// text.
func order(value string, kind jsontape.Kind, l literal, severity bool) int {
	switch {
	case severity:
		return cmp.Compare(rank(value), rank(l.text))
	case kind == jsontape.Number && l.isNum:
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			return cmp.Compare(number, l.number)
		}
	case l.isTime:
		if when, err := time.Parse(time.RFC3339, value); err == nil {
			return when.Compare(l.when)
		}
	}
	return cmp.Compare(value, l.text)
}

func rank(severity string) int {
	for i, name := range severities {
		if name == severity {
			return i
		}
	}
	return -1
}

// scalar returns the text of a string, number or boolean.
func scalar(event *jsontape.Tape, at int) (text string, ok bool) {
	switch event.Kind(at) {
	case jsontape.String, jsontape.Number:
		return event.Text(at), true
	case jsontape.True:
		return "true", true
	case jsontape.False:
		return "false", true
	default:
		return "", false
	}
}

// present reports whether the path has a value that is not null and no empty list or object.
func present(event *jsontape.Tape, path []string) bool {
	found := false
	walkPath(event, 0, path, func(at int) bool {
		empty := event.Kind(at) == jsontape.Null || event.Kind(at) == jsontape.Object && event.Next(at) == at+1
		found = !empty
		return !found
	})
	return found
}

// walkPath calls visit with the index of each value at the path, stepping into every element of the lists on the way,
// until visit returns false.
func walkPath(event *jsontape.Tape, at int, path []string, visit func(at int) bool) bool {
	switch {
	case event.Kind(at) == jsontape.Array:
		for element := at + 1; element < event.Next(at); element = event.Next(element) {
			if !walkPath(event, element, path, visit) {
				return false
			}
		}
		return true
	case len(path) == 0:
		return visit(at)
	case event.Kind(at) != jsontape.Object:
		return true
	}
	if member := event.Member(at, path[0]); member >= 0 {
		return walkPath(event, member, path[1:], visit)
	}
	return true
}
