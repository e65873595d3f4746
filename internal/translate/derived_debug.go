// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"strings"

	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// deriveDebugData derives what debugContext.debugData, an object, says in its members.
func (l *listing) deriveDebugData() {
	for m, end := l.debugData+1, l.tape.Next(l.debugData); m < end; m = l.tape.Next(m) {
		switch l.tape.Key(m) {
		case "risk":
			l.readRisk(l.tape, m)
		case "behaviors":
			l.readBehaviors(l.tape, m)
		case "logOnlySecurityData":
			l.readSecurityData(m)
		case "threatSuspected":
			l.addThreatSuspected(m)
		case "threatDetections":
			l.addThreatDetections(m)
		case "tunnels":
			l.addTunnels(m)
		case "url":
			l.addURLQuery(m)
		case "deviceFingerprint":
			l.copyFact(m, attrDeviceFingerprint)
		case "dtHash":
			l.copyFact(m, attrDTHash)
		case "factor":
			l.copyFact(m, attrFactor)
		case "grantType":
			l.copyFact(m, attrGrantType)
		case "grantedScopes":
			l.copyFact(m, attrGrantedScopes)
		case "privilegeGranted":
			l.copyFact(m, attrPrivilegeGranted)
		case "requestedScopes":
			l.copyFact(m, attrRequestedScopes)
		case "scopes":
			l.copyFact(m, attrScopes)
		}
	}
}

// copyFact adds a text that says something under a name of its own.
func (l *listing) copyFact(at int, name string) {
	if text, ok := l.stringAt(at); ok && text != "" && isKnown(text) {
		l.addCopy(name, at)
	}
}

// readSecurityData reads logOnlySecurityData, an object or its JSON text, which has risk and behaviors.
func (l *listing) readSecurityData(at int) {
	tape := l.tape
	if text, ok := l.stringAt(at); ok {
		if !l.innerJSON(innerSecurityData, text) {
			return
		}
		tape, at = &l.inner[innerSecurityData], 0
	}
	if tape.Kind(at) != jsontape.Object {
		return
	}
	if risk := tape.Member(at, "risk"); risk >= 0 {
		l.readRisk(tape, risk)
	}
	if behaviors := tape.Member(at, "behaviors"); behaviors >= 0 {
		l.readBehaviors(tape, behaviors)
	}
}

func (l *listing) addThreatSuspected(at int) {
	text, _ := l.stringAt(at)
	switch {
	case text == "true" || l.tape.Kind(at) == jsontape.True:
		l.add(attrThreatSuspected, 0, asTrue)
	case text == "false" || l.tape.Kind(at) == jsontape.False:
		l.add(attrThreatSuspected, 0, asFalse)
	}
}

// addThreatDetections adds what ThreatInsight found: an object, or its JSON text, of names and levels.
func (l *listing) addThreatDetections(at int) {
	l.addValue(attrThreatDetections, at, innerThreatDetections, areThreatDetections)
}

func areThreatDetections(tape *jsontape.Tape, at int) bool {
	if tape.Kind(at) != jsontape.Object || tape.Keyed(at) == 0 {
		return false
	}
	for m, end := at+1, tape.Next(at); m < end; m = tape.Next(m) {
		if tape.Kind(m) != jsontape.Dropped && (tape.Kind(m) != jsontape.String || levelOf(tape.Text(m)) == 0) {
			return false
		}
	}
	return true
}

// addTunnels adds the tunnels that a request came through: a list of objects, or its JSON text.
func (l *listing) addTunnels(at int) {
	if tape, at := l.addValue(attrTunnels, at, innerTunnels, areTunnels); tape != nil {
		l.anonymizer = l.anonymizer || anyTrue(tape, at, "anonymous")
	}
}

func areTunnels(tape *jsontape.Tape, at int) bool {
	if tape.Kind(at) != jsontape.Array || tape.Kept(at) == 0 {
		return false
	}
	for e, end := at+1, tape.Next(at); e < end; e = tape.Next(e) {
		if tape.Kind(e) != jsontape.Object {
			return false
		}
	}
	return true
}

// addValue adds a value, or what a text that is its JSON says, when it is of the right shape. It returns where the
// value is read from, or nil.
func (l *listing) addValue(name string, at, inner int, isShaped func(*jsontape.Tape, int) bool) (*jsontape.Tape, int) {
	text, isText := l.stringAt(at)
	if !isText {
		if !isShaped(l.tape, at) {
			return nil, 0
		}
		l.add(name, at, asIs)
		return l.tape, at
	}
	tape := &l.inner[inner]
	if !l.innerJSON(inner, text) || !isShaped(tape, 0) {
		return nil, 0
	}
	l.specs = append(l.specs, attributeSpec{name: name, length: int32(inner), form: asInner})
	return tape, 0
}

// addURLQuery adds the query of the request: requestUri is the path alone, and url has both.
func (l *listing) addURLQuery(at int) {
	text, ok := l.stringAt(at)
	if !ok {
		return
	}
	text, _, _ = strings.Cut(text, "#")
	if _, query, _ := strings.Cut(text, "?"); query != "" {
		l.addText(string(semconv.URLQueryKey), l.made.copied(query))
	}
}
