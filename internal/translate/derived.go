// SPDX-License-Identifier: Apache-2.0

package translate

import "github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"

// facts is what an event says inside strings and lists, and where it says it: attributes are derived from it beside
// the fields themselves. All of it can be found out a second time without harm, as fields are listed again when a key
// turns out to be new.
type facts struct {
	category        string // of the event's type
	debugData       int    // the token of debugContext.debugData; 0 where there is none, as for the others
	securityContext int
	target          int

	risk       risk
	behaviors  []behavior
	found      []behavior // those of the place in hand
	anonymizer bool
	inner      [innerTexts]jsontape.Tape // texts that are JSON themselves
}

// The texts that are JSON themselves. What tells of risk and behaviors is read at once, so one tape serves all of it;
// the others become attributes as they are.
const (
	innerSecurityData = iota
	innerThreatDetections
	innerTunnels
	innerTexts
)

func (f *facts) begin() {
	f.category, f.debugData, f.securityContext, f.target = "", 0, 0, 0
	f.risk.level, f.risk.reasons = 0, f.risk.reasons[:0]
	f.behaviors, f.anonymizer = f.behaviors[:0], false
}

// end lets go of the event's text and of room that only an unusual one needed.
func (f *facts) end() {
	for i := range f.inner {
		switch tape := &f.inner[i]; {
		case tape.Len() > maxKeptTokens:
			*tape = jsontape.Tape{}
		case tape.Len() > 0:
			tape.Reset()
		}
	}
}

// The mappers called note… remember where a field is, and leave it to the general rule.

func noteSecurityContext(l *listing, at int) bool {
	l.securityContext = at
	return false
}

func noteTarget(l *listing, at int) bool {
	l.target = at
	return false
}

// derive lists the attributes that are derived.
func (l *listing) derive() {
	fields := len(l.specs)
	l.field = nil // what is derived is no field
	if l.category != "" {
		l.addText(attrCategory, l.category)
	}
	if l.securityContext > 0 && l.tape.Kind(l.securityContext) == jsontape.Object {
		l.deriveSecurityContext()
	}
	if l.debugData > 0 {
		l.deriveDebugData()
	}
	l.addRisk()
	l.addBehaviors()
	if l.anonymizer {
		l.add(attrAnonymizer, 0, asTrue)
	}
	if l.target > 0 && l.tape.Kind(l.target) == jsontape.Array {
		l.deriveTargets()
	}
	l.derived = len(l.specs) - fields
}

// deriveSecurityContext reads Okta's own fields for risk and behaviors. No published event has them.
func (l *listing) deriveSecurityContext() {
	at := l.securityContext
	for m, end := at+1, l.tape.Next(at); m < end; m = l.tape.Next(m) {
		switch l.tape.Key(m) {
		case "isProxy":
			l.anonymizer = l.anonymizer || l.tape.Kind(m) == jsontape.True
		case "risk":
			l.readRisk(l.tape, m)
		case "userBehaviors":
			l.readBehaviors(l.tape, m)
		case "ipDetails":
			if services := l.objectMember(m, "ipServiceCategories"); services >= 0 {
				l.anonymizer = l.anonymizer || anyTrue(l.tape, services, "isAnonymous")
			}
		}
	}
}

// objectMember returns the value that a value has for a key, or -1 where it has none or is no object.
func (l *listing) objectMember(at int, key string) int {
	if l.tape.Kind(at) != jsontape.Object {
		return -1
	}
	return l.tape.Member(at, key)
}

// anyTrue reports whether an element of a list has true for a key.
func anyTrue(tape *jsontape.Tape, list int, key string) bool {
	if tape.Kind(list) != jsontape.Array {
		return false
	}
	for e, end := list+1, tape.Next(list); e < end; e = tape.Next(e) {
		if tape.Kind(e) != jsontape.Object {
			continue
		}
		if at := tape.Member(e, key); at >= 0 && tape.Kind(at) == jsontape.True {
			return true
		}
	}
	return false
}

// innerJSON reads a text that is JSON itself, and reports whether it is and no longer than such texts are.
func (f *facts) innerJSON(which int, text string) bool {
	return len(text) <= maxInnerText && f.inner[which].Parse(text)
}
