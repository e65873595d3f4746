// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"net/netip"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
)

// mapper puts the value at a token where attributes.go wants it and reports whether it did. Mappers called copy… put
// something beside the value and leave the value itself to the general rule.
type mapper func(l *listing, at int) bool

// stringAt returns the string at a token.
func (l *listing) stringAt(at int) (string, bool) {
	return l.tape.Text(at), l.tape.Kind(at) == jsontape.String
}

// stringMember returns the string that an object has for a key.
func (l *listing) stringMember(object int, key string) (string, bool) {
	if at := l.tape.Member(object, key); at >= 0 {
		return l.stringAt(at)
	}
	return "", false
}

// toTextIf moves a string for which accepts holds.
func toTextIf(name attribute.Key, accepts func(string) bool) mapper {
	return func(l *listing, at int) bool {
		text, ok := l.stringAt(at)
		if !ok || !accepts(text) {
			return false
		}
		l.add(string(name), at, asText)
		return true
	}
}

// toText leaves what Okta writes for a value that it does not know under the general name.
func toText(name attribute.Key) mapper {
	return toTextIf(name, isKnown)
}

const unknown = "unknown"

// isKnown reports whether a text is a value: Okta writes unknown, Unknown or UNKNOWN where it has none.
func isKnown(text string) bool {
	return len(text) != len(unknown) || !strings.EqualFold(text, unknown)
}

func toAddress(name attribute.Key) mapper {
	return toTextIf(name, func(text string) bool {
		_, err := netip.ParseAddr(text)
		return err == nil
	})
}

// toTextOrDigits moves a string, and a number as the digits sent.
func toTextOrDigits(name attribute.Key) mapper {
	return func(l *listing, at int) bool {
		if kind := l.tape.Kind(at); kind != jsontape.Number && (kind != jsontape.String || !isKnown(l.tape.Text(at))) {
			return false
		}
		l.add(string(name), at, asText)
		return true
	}
}

// toDouble moves a number that a double holds.
func toDouble(name attribute.Key) mapper {
	return func(l *listing, at int) bool {
		if l.tape.Kind(at) != jsontape.Number {
			return false
		}
		f, exact := exactDouble(l.tape.Text(at))
		if !exact {
			return false
		}
		l.doubles = append(l.doubles, f)
		l.add(string(name), len(l.doubles)-1, asDouble)
		return true
	}
}

// dropNullString omits the string `null`, Okta's "no zone".
func dropNullString(l *listing, at int) bool {
	text, ok := l.stringAt(at)
	return ok && text == "null"
}

// copyUser adds user.* for an actor who is a person or stands for one.
func copyUser(l *listing, at int) bool {
	if l.tape.Kind(at) != jsontape.Object {
		return false
	}
	if kind, _ := l.stringMember(at, "type"); kind != "User" {
		return false
	}
	l.copyMember(at, "id", semconv.UserIDKey, isKnown)
	l.copyMember(at, "alternateId", semconv.UserNameKey, isKnown)
	l.copyMember(at, "displayName", semconv.UserFullNameKey, isKnown)
	return false
}

// copyURLPath adds url.path where requestUri is a path, and not one with a query or a word in its place. It notes where
// the object is for what is derived from it.
func copyURLPath(l *listing, at int) bool {
	if l.tape.Kind(at) == jsontape.Object {
		l.debugData = at
		l.copyMember(at, "requestUri", semconv.URLPathKey, isPath)
	}
	return false
}

// isPath reports whether a text is a URL's path and nothing else of a URL.
func isPath(text string) bool {
	return strings.HasPrefix(text, "/") && !strings.ContainsAny(text, "?#")
}

func (l *listing) copyMember(object int, key string, name attribute.Key, accepts func(string) bool) {
	if at := l.tape.Member(object, key); at >= 0 && l.tape.Kind(at) == jsontape.String && accepts(l.tape.Text(at)) {
		l.addCopy(string(name), at)
	}
}

// copyErrorType adds error.type for what failed or was denied: Okta's reason when it is a code and not a sentence.
func copyErrorType(l *listing, at int) bool {
	if l.tape.Kind(at) != jsontape.Object {
		return false
	}
	if result, _ := l.stringMember(at, "result"); result != "FAILURE" && result != "DENY" {
		return false
	}
	reason, _ := l.stringMember(at, "reason")
	if isCode(reason) && isKnown(reason) {
		reason = l.made.ofFreeForm(reason)
	} else {
		reason = semconv.ErrorTypeOther.Value.AsString()
	}
	l.addText(string(semconv.ErrorTypeKey), reason)
	return false
}

// isCode reports whether s is like INVALID_CREDENTIALS: ^[A-Z][A-Z0-9_]*$.
func isCode(s string) bool {
	for i, r := range s {
		if !isUpper(r) && (i == 0 || !isDigit(r) && r != '_') {
			return false
		}
	}
	return s != ""
}

// toBody moves the message into the body unless the event's text is there.
func toBody(l *listing, at int) bool {
	text, ok := l.stringAt(at)
	if !ok || l.bodyRaw {
		return false
	}
	l.rec.Body().SetStr(l.made.ofField(l.field, text))
	return true
}

// toEventName sets EventName beside okta.event_type, which backends that drop EventName still have.
func toEventName(l *listing, at int) bool {
	if text, ok := l.stringAt(at); ok && text != "" {
		of := l.eventName(text)
		l.rec.SetEventName(of.name)
		l.category = of.category
	}
	return false
}

// eventName returns okta. and the type, and the type's category. A name outlives its event and must not keep the
// event's text alive.
func (l *listing) eventName(eventType string) eventName {
	if of, known := l.eventNames[eventType]; known {
		return of
	}
	of := eventName{prefix + eventType, catalogue.Category(eventType)}
	if len(l.eventNames) < maxEventNames && len(eventType) <= maxEventType {
		l.eventNames[of.name[len(prefix):]] = of
	}
	return of
}

// toUID moves the uuid. One that cannot identify an event, being empty or no string, stays under okta.uuid.
func toUID(l *listing, _ int) bool {
	if l.event.UUID == "" {
		return false
	}
	l.addText(string(semconv.LogRecordUIDKey), l.event.UUID)
	return true
}

func toSeverity(l *listing, at int) bool {
	text, ok := l.stringAt(at)
	if !ok {
		return false
	}
	l.rec.SetSeverityText(l.made.ofField(l.field, text))
	switch text {
	case "DEBUG":
		l.rec.SetSeverityNumber(plog.SeverityNumberDebug)
	case "INFO":
		l.rec.SetSeverityNumber(plog.SeverityNumberInfo)
	case "WARN":
		l.rec.SetSeverityNumber(plog.SeverityNumberWarn)
	case "ERROR":
		l.rec.SetSeverityNumber(plog.SeverityNumberError)
	}
	return true
}

// nanoDecimals is how many decimals of a second a Timestamp holds.
const nanoDecimals = 9

// toTimestamp sets Timestamp. The text is kept in okta.published when Timestamp cannot say the same instant.
func toTimestamp(l *listing, at int) bool {
	text, _ := l.stringAt(at)
	published, malformed := Published(text)
	if malformed != "" {
		// What is wrong with the event as a whole was noted before, and is worse.
		if l.event.Malformed == "" {
			l.event.Malformed = malformed
		}
		return false
	}
	l.event.Published = published
	l.rec.SetTimestamp(pcommon.NewTimestampFromTime(published))
	return decimals(text) <= nanoDecimals
}
