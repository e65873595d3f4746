// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"slices"
	"strings"
	"unicode"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// behavior is what behavior detection says of one thing that it watches.
type behavior struct {
	name   string // in snake_case
	result result
}

// result is a result of behavior detection. Where an event has several for one behavior, the highest counts; 0 is none.
type result int

const (
	resultBadRequest result = iota + 1
	resultUnknown
	resultNegative
	resultPositive
)

var resultNames = [...]string{
	resultBadRequest: "BAD_REQUEST", resultUnknown: "UNKNOWN", resultNegative: "NEGATIVE", resultPositive: "POSITIVE",
}

func resultOf(text string) result {
	switch text {
	case "POSITIVE":
		return resultPositive
	case "NEGATIVE":
		return resultNegative
	case "UNKNOWN":
		return resultUnknown
	case "BAD_REQUEST":
		return resultBadRequest
	default:
		return 0
	}
}

// readBehaviors reads behaviors: text of a Java map, such as {New Device=POSITIVE, Velocity=NEGATIVE}, a list of such
// members or of objects with name and result, an object of names and results or with such members as keys, or the JSON
// text of these. All of it must be of such a shape, else it says nothing.
func (l *listing) readBehaviors(tape *jsontape.Tape, at int) {
	var text string
	if tape.Kind(at) == jsontape.String {
		text = tape.Text(at)
		if known, is := l.behaviorTexts[text]; is {
			l.mergeBehaviors(known)
			return
		}
	}
	l.found = l.found[:0]
	if !l.findBehaviors(tape, at) {
		return
	}
	l.mergeBehaviors(l.found)
	// Most events say the same: nothing new. The text that is remembered is not the event's.
	if text != "" && len(l.behaviorTexts) < maxBehaviorTexts && len(text) <= maxBehaviorText {
		l.behaviorTexts[strings.Clone(text)] = slices.Clone(l.found)
	}
}

// mergeBehaviors adds what one place tells to what others told.
func (l *listing) mergeBehaviors(found []behavior) {
	for _, b := range found {
		l.mergeBehavior(b)
	}
}

func (l *listing) findBehaviors(tape *jsontape.Tape, at int) bool {
	if tape.Kind(at) == jsontape.String {
		text := tape.Text(at)
		if l.findJavaBehaviors(text) {
			return true
		}
		l.found = l.found[:0]
		if tape == &l.inner[innerSecurityData] || !l.innerJSON(innerSecurityData, text) {
			return false
		}
		tape, at = &l.inner[innerSecurityData], 0
	}
	switch tape.Kind(at) {
	case jsontape.Array:
		return l.findListedBehaviors(tape, at)
	case jsontape.Object:
		return l.findMemberBehaviors(tape, at)
	default:
		return false
	}
}

// findJavaBehaviors reads a Java map. A name may hold anything, also a comma: a member ends behind a result.
func (l *listing) findJavaBehaviors(text string) bool {
	rest, ok := insideBraces(text)
	if !ok {
		return false
	}
	for from := 0; ; {
		equals := strings.IndexByte(rest[from:], '=')
		if equals < 0 {
			return false
		}
		from += equals + 1
		end := from
		for end < len(rest) && (isUpper(rune(rest[end])) || rest[end] == '_') {
			end++
		}
		if end < len(rest) && rest[end] != ',' || resultOf(rest[from:end]) == 0 {
			continue // this = belongs to the name
		}
		if !l.findBehavior(rest[:from-1], rest[from:end]) {
			return false
		}
		if end == len(rest) {
			return true
		}
		rest, from = rest[end+1:], 0
	}
}

func (l *listing) findListedBehaviors(tape *jsontape.Tape, list int) bool {
	for e, end := list+1, tape.Next(list); e < end; e = tape.Next(e) {
		switch tape.Kind(e) {
		case jsontape.String:
			if !l.findNamedResult(tape.Text(e)) {
				return false
			}
		case jsontape.Object:
			name, result := tape.Member(e, "name"), tape.Member(e, "result")
			if name < 0 || result < 0 {
				continue // Okta documents that either can be null
			}
			if tape.Kind(name) != jsontape.String || !l.findBehavior(tape.Text(name), tape.Text(result)) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func (l *listing) findMemberBehaviors(tape *jsontape.Tape, object int) bool {
	for m, end := object+1, tape.Next(object); m < end; m = tape.Next(m) {
		switch tape.Kind(m) {
		case jsontape.Dropped:
		case jsontape.Null:
			if key := tape.Key(m); strings.Contains(key, "=") && !l.findNamedResult(key) {
				return false
			}
		case jsontape.String:
			if !l.findBehavior(tape.Key(m), tape.Text(m)) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// findNamedResult reads a text such as New Device=POSITIVE.
func (l *listing) findNamedResult(text string) bool {
	equals := strings.LastIndexByte(text, '=')
	return equals > 0 && l.findBehavior(text[:equals], text[equals+1:])
}

func (l *listing) findBehavior(written, said string) bool {
	result := resultOf(said)
	if result == 0 || len(l.found) == maxBehaviors {
		return false
	}
	name := l.behaviorName(written)
	l.found = append(l.found, behavior{name, result})
	return name != ""
}

func (l *listing) mergeBehavior(found behavior) {
	for i := range l.behaviors {
		if known := &l.behaviors[i]; known.name == found.name {
			known.result = max(known.result, found.result)
			return
		}
	}
	l.behaviors = append(l.behaviors, found)
}

func (l *listing) addBehaviors() {
	first := len(l.texts)
	for _, b := range l.behaviors {
		if b.result == resultPositive {
			l.texts = append(l.texts, b.name)
		}
	}
	l.addTexts(attrBehaviors, first, asTexts)
	first = len(l.texts)
	for _, b := range l.behaviors {
		l.texts = append(l.texts, b.name, resultNames[b.result])
	}
	l.addTexts(attrBehaviorResults, first, asPairs)
}

// behaviorName returns the one name of a behavior: New Geo-Location is new_geo_location, and Velocity Behavior is
// velocity. "" is none. The name is no part of the event's text.
func (l *listing) behaviorName(written string) string {
	if name, known := l.behaviorNames[written]; known {
		return name
	}
	name := snakeCase(strings.TrimSpace(written))
	name = strings.ToLower(strings.Join(strings.FieldsFunc(name, isNoWord), "_"))
	if short := strings.TrimSuffix(name, "_behavior"); short != "" {
		name = short
	}
	name = strings.Clone(name)
	if len(l.behaviorNames) < maxBehaviorNames && len(written) <= maxLearnedKey {
		l.behaviorNames[strings.Clone(written)] = name
	}
	return name
}

func isNoWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }
