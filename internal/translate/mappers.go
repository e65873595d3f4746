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
)

// mapper puts the value at a token where attributes.go wants it and reports whether it did. Mappers called copy… put
// something beside the value and leave the value itself to the general rule.
type mapper func(t *Translator, at int) bool

// stringAt returns the string at a token.
func (t *Translator) stringAt(at int) (string, bool) {
	return t.tape.Text(at), t.tape.Kind(at) == jsontape.String
}

// stringMember returns the string that an object has for a key.
func (t *Translator) stringMember(object int, key string) (string, bool) {
	if at := t.tape.Member(object, key); at >= 0 {
		return t.stringAt(at)
	}
	return "", false
}

// toTextIf moves a string for which accepts holds.
func toTextIf(name attribute.Key, accepts func(string) bool) mapper {
	return func(t *Translator, at int) bool {
		text, ok := t.stringAt(at)
		if !ok || !accepts(text) {
			return false
		}
		t.add(string(name), at, asText)
		return true
	}
}

func toText(name attribute.Key) mapper {
	return toTextIf(name, func(string) bool { return true })
}

// toTextUnlessUnknown leaves Okta's UNKNOWN and Unknown under the general name.
func toTextUnlessUnknown(name attribute.Key) mapper {
	return toTextIf(name, func(text string) bool { return !strings.EqualFold(text, "unknown") })
}

// toSession leaves `unknown`, which Okta sends for events outside any session, under the general name.
func toSession(name attribute.Key) mapper {
	return toTextIf(name, func(text string) bool { return text != "unknown" })
}

func toAddress(name attribute.Key) mapper {
	return toTextIf(name, func(text string) bool {
		_, err := netip.ParseAddr(text)
		return err == nil
	})
}

// toTextOrDigits moves a string, and a number as the digits sent.
func toTextOrDigits(name attribute.Key) mapper {
	return func(t *Translator, at int) bool {
		if kind := t.tape.Kind(at); kind != jsontape.String && kind != jsontape.Number {
			return false
		}
		t.add(string(name), at, asText)
		return true
	}
}

// toDouble moves a number that a double holds.
func toDouble(name attribute.Key) mapper {
	return func(t *Translator, at int) bool {
		if t.tape.Kind(at) != jsontape.Number {
			return false
		}
		f, exact := exactDouble(t.tape.Text(at))
		if !exact {
			return false
		}
		t.doubles = append(t.doubles, f)
		t.add(string(name), len(t.doubles)-1, asDouble)
		return true
	}
}

// dropNullString omits the string `null`, Okta's "no zone".
func dropNullString(t *Translator, at int) bool {
	text, ok := t.stringAt(at)
	return ok && text == "null"
}

// copyUser adds user.* for an actor who is a person or stands for one.
func copyUser(t *Translator, at int) bool {
	if t.tape.Kind(at) != jsontape.Object {
		return false
	}
	if kind, _ := t.stringMember(at, "type"); kind != "User" {
		return false
	}
	t.copyMember(at, "id", semconv.UserIDKey)
	t.copyMember(at, "alternateId", semconv.UserNameKey)
	t.copyMember(at, "displayName", semconv.UserFullNameKey)
	return false
}

func copyURLPath(t *Translator, at int) bool {
	if t.tape.Kind(at) == jsontape.Object {
		t.copyMember(at, "requestUri", semconv.URLPathKey)
	}
	return false
}

func (t *Translator) copyMember(object int, key string, name attribute.Key) {
	if at := t.tape.Member(object, key); at >= 0 && t.tape.Kind(at) == jsontape.String {
		t.add(string(name), at, asText)
	}
}

// copyErrorType adds error.type for a failure: Okta's reason when it is a code and not a sentence.
func copyErrorType(t *Translator, at int) bool {
	if t.tape.Kind(at) != jsontape.Object {
		return false
	}
	if result, _ := t.stringMember(at, "result"); result != "FAILURE" {
		return false
	}
	reason, _ := t.stringMember(at, "reason")
	if !isCode(reason) {
		reason = semconv.ErrorTypeOther.Value.AsString()
	}
	t.addText(string(semconv.ErrorTypeKey), reason)
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
func toBody(t *Translator, at int) bool {
	text, ok := t.stringAt(at)
	if !ok || t.bodyRaw {
		return false
	}
	t.rec.Body().SetStr(text)
	return true
}

// toEventName sets EventName beside okta.event_type, which backends that drop EventName still have.
func toEventName(t *Translator, at int) bool {
	if text, ok := t.stringAt(at); ok && text != "" {
		t.rec.SetEventName(t.eventName(text))
	}
	return false
}

// maxEventNames is how many names a Translator remembers; Okta has some 1,100 event types.
const maxEventNames = 2048

// eventName returns okta. and the type. A name outlives its event and must not keep the event's text alive.
func (t *Translator) eventName(eventType string) string {
	if name, known := t.eventNames[eventType]; known {
		return name
	}
	name := prefix + eventType
	if len(t.eventNames) < maxEventNames && len(eventType) <= maxLearnedKey*2 {
		t.eventNames[name[len(prefix):]] = name
	}
	return name
}

// toUID moves the uuid. One that cannot identify an event, being empty or no string, stays under okta.uuid.
func toUID(t *Translator, at int) bool {
	if t.event.UUID == "" {
		return false
	}
	t.add(string(semconv.LogRecordUIDKey), at, asText)
	return true
}

func toSeverity(t *Translator, at int) bool {
	text, ok := t.stringAt(at)
	if !ok {
		return false
	}
	t.rec.SetSeverityText(text)
	switch text {
	case "DEBUG":
		t.rec.SetSeverityNumber(plog.SeverityNumberDebug)
	case "INFO":
		t.rec.SetSeverityNumber(plog.SeverityNumberInfo)
	case "WARN":
		t.rec.SetSeverityNumber(plog.SeverityNumberWarn)
	case "ERROR":
		t.rec.SetSeverityNumber(plog.SeverityNumberError)
	}
	return true
}

// nanoDecimals is how many decimals of a second a Timestamp holds.
const nanoDecimals = 9

// toTimestamp sets Timestamp. The text is kept in okta.published when Timestamp cannot say the same instant.
func toTimestamp(t *Translator, at int) bool {
	text, _ := t.stringAt(at)
	published, malformed := Published(text)
	if malformed != "" {
		// What is wrong with the event as a whole was noted before, and is worse.
		if t.event.Malformed == "" {
			t.event.Malformed = malformed
		}
		return false
	}
	t.event.Published = published
	t.rec.SetTimestamp(pcommon.NewTimestampFromTime(published))
	return decimals(text) <= nanoDecimals
}
