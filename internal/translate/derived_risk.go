// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// risk is the highest level that an event states, and the reasons that stand beside it.
type risk struct {
	level   level
	reasons []string
}

// level is a level of risk, the higher the worse; 0 is none.
type level int

const (
	levelLow level = iota + 1
	levelMedium
	levelHigh
)

var levelNames = [...]string{levelLow: "LOW", levelMedium: "MEDIUM", levelHigh: "HIGH"}

func levelOf(text string) level {
	switch text {
	case "LOW":
		return levelLow
	case "MEDIUM":
		return levelMedium
	case "HIGH":
		return levelHigh
	default:
		return 0
	}
}

// readRisk reads a risk: text of a Java map, such as {reasons=Anomalous Location, Anomalous Device, level=HIGH}, an
// object with level and reasons, or its JSON text. What is none of these, or has another level, says nothing.
func (l *listing) readRisk(tape *jsontape.Tape, at int) {
	if tape.Kind(at) == jsontape.String {
		text := tape.Text(at)
		if level, reasons := javaRisk(text); level != 0 {
			if l.risk.takes(level) {
				l.risk.addReasons(reasons)
			}
			return
		}
		if tape == &l.inner[innerSecurityData] || !l.innerJSON(innerSecurityData, text) {
			return
		}
		tape, at = &l.inner[innerSecurityData], 0
	}
	if tape.Kind(at) != jsontape.Object {
		return
	}
	stated := tape.Member(at, "level")
	if stated < 0 || tape.Kind(stated) != jsontape.String || !l.risk.takes(levelOf(tape.Text(stated))) {
		return
	}
	reasons := tape.Member(at, "reasons")
	if reasons < 0 {
		return
	}
	switch tape.Kind(reasons) {
	case jsontape.String:
		l.risk.addReasons(tape.Text(reasons))
	case jsontape.Array:
		for e, end := reasons+1, tape.Next(reasons); e < end; e = tape.Next(e) {
			if tape.Kind(e) == jsontape.String {
				l.risk.addReason(tape.Text(e))
			}
		}
	}
}

// takes reports whether the reasons beside a level are wanted: it is higher than those before, or the same and there
// were no reasons yet.
func (r *risk) takes(stated level) bool {
	if stated < r.level || stated == 0 || stated == r.level && len(r.reasons) > 0 {
		return false
	}
	if stated > r.level {
		r.level, r.reasons = stated, r.reasons[:0]
	}
	return true
}

// addReasons adds the reasons of one text.
func (r *risk) addReasons(text string) {
	for more := text != ""; more; {
		var reason string
		reason, text, more = strings.Cut(text, ", ")
		r.addReason(reason)
	}
}

func (r *risk) addReason(reason string) {
	if reason = strings.TrimSpace(reason); reason != "" {
		r.reasons = append(r.reasons, reason)
	}
}

func (l *listing) addRisk() {
	if l.risk.level == 0 {
		return
	}
	l.addText(attrRiskLevel, levelNames[l.risk.level])
	first := len(l.texts)
	for _, reason := range l.risk.reasons {
		l.texts = append(l.texts, l.made.ofFreeForm(reason))
	}
	l.addTexts(attrRiskReasons, first, asTexts)
}

// javaRisk reads a risk as Java writes a map: {level=LOW}, also with the name Risk before it. Members come in any
// order, are separated as reasons are, by a comma and a space, and begin with a name and =.
func javaRisk(text string) (stated level, reasons string) {
	text, ok := insideBraces(strings.TrimPrefix(text, "Risk"))
	if !ok {
		return 0, ""
	}
	for text != "" {
		name := javaName(text)
		if name == "" {
			return 0, ""
		}
		var value string
		value, text = cutJavaValue(text[len(name)+1:])
		switch name {
		case "level":
			stated = levelOf(value)
		case "reasons":
			reasons = strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
		}
	}
	return stated, reasons
}

// cutJavaValue cuts a text at the first comma that the next member's name and = follow.
func cutJavaValue(text string) (value, rest string) {
	for from := 0; ; {
		comma := strings.Index(text[from:], ", ")
		if comma < 0 {
			return text, ""
		}
		from += comma + len(", ")
		if javaName(text[from:]) != "" {
			return text[:from-len(", ")], text[from:]
		}
	}
}

// javaName returns the name of the member, such as previousLevel, that a text begins with, = behind it; "" where it
// begins with none.
func javaName(text string) string {
	for i, r := range text {
		if r == '=' {
			return text[:i]
		}
		if !isLower(r) && !isUpper(r) {
			return ""
		}
	}
	return ""
}

// insideBraces returns what stands between the braces of a text.
func insideBraces(text string) (inside string, ok bool) {
	if len(text) < 2 || len(text) > maxInnerText || text[0] != '{' || text[len(text)-1] != '}' {
		return "", false
	}
	return text[1 : len(text)-1], true
}
