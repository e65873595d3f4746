// SPDX-License-Identifier: Apache-2.0

package translatetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Missing returns every leaf of the event, null and empty objects aside, that the record does not have under the name
// that the mapping gives it, with its type and value; and every copy and record field that should be there and is not.
// Empty when nothing is missing.
func Missing(event []byte, rec plog.LogRecord, options ...Option) []string {
	w := read(event, rec, options)
	missing := w.wrongFields(rec)
	for _, e := range w.expected {
		if !slices.ContainsFunc(e.names, func(name string) bool {
			got, found := rec.Attributes().Get(name)
			return found && e.matches(got)
		}) {
			missing = append(missing, fmt.Sprintf("%s: want %v as %s", e.path, e.want, e.names[0]))
		}
	}
	return missing
}

// Invented returns every attribute of the record that says nothing the event says, and every name that occurs twice.
// Empty when nothing is invented.
func Invented(event []byte, rec plog.LogRecord, options ...Option) []string {
	w := read(event, rec, options)
	var invented []string
	seen := make(map[string]bool)
	for name, got := range rec.Attributes().All() {
		if seen[name] {
			invented = append(invented, name+": twice")
		}
		seen[name] = true
		if name == "log.record.original" && got.Type() == pcommon.ValueTypeStr && got.Str() == w.text {
			continue
		}
		if !slices.ContainsFunc(w.expected, func(e expectation) bool {
			return slices.Contains(e.names, name) && e.matches(got)
		}) {
			invented = append(invented, fmt.Sprintf("%s = %s", name, got.AsString()))
		}
	}
	return invented
}

// expectation is one attribute that the record must have.
type expectation struct {
	path  string // in the JSON
	names []string
	want  any
	// matches reports whether an attribute's value is the wanted one.
	matches func(pcommon.Value) bool
}

// walk collects the expectations of one event.
type walk struct {
	text     string // the event as it must stand in a record: valid UTF-8
	event    map[string]any
	isObject bool
	bodyText bool // the record's body is the text
	// withoutDerived is set by the option.
	withoutDerived bool
	expected       []expectation
}

func read(event []byte, rec plog.LogRecord, options []Option) *walk {
	w := &walk{text: string([]rune(string(event)))}
	for _, set := range options {
		set(w)
	}
	w.bodyText = rec.Body().Type() == pcommon.ValueTypeStr && rec.Body().Str() == w.text
	decoded, err := decode(event)
	w.event, w.isObject = decoded.(map[string]any)
	switch uuid, _ := w.event["uuid"].(string); {
	case err != nil:
		w.expectText("", "okta.parse_error", "not valid JSON")
	case !w.isObject:
		w.expectText("", "okta.parse_error", "not an object")
	case uuid == "":
		w.expectText("", "okta.parse_error", "no uuid")
	}
	w.members("", []string{"okta"}, w.event, 1)
	if !w.withoutDerived {
		w.derived()
	}
	return w
}

func decode(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if !json.Valid(text) {
		return nil, fmt.Errorf("more than one value")
	}
	return value, nil
}

// wrongFields holds the record's own fields against the event.
func (w *walk) wrongFields(rec plog.LogRecord) []string {
	var wrong []string
	check := func(ok bool, field string, want any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s: want %v", field, want))
		}
	}
	published, _ := timestamp(w.event["published"])
	check(rec.Timestamp() == published, "Timestamp", published)

	severity, _ := w.event["severity"].(string)
	number := map[string]plog.SeverityNumber{"DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17}[severity]
	check(rec.SeverityText() == severity, "SeverityText", severity)
	check(rec.SeverityNumber() == number, "SeverityNumber", number)

	name, _ := w.event["eventType"].(string)
	if name != "" {
		name = "okta." + name
	}
	check(rec.EventName() == name, "EventName", name)

	if uuid, _ := w.event["uuid"].(string); uuid == "" {
		check(w.bodyText, "Body", w.text)
	} else if !w.bodyText {
		message, isText := w.event["displayMessage"].(string)
		got := rec.Body()
		check(isText && got.Type() == pcommon.ValueTypeStr && got.Str() == message ||
			!isText && got.Type() == pcommon.ValueTypeEmpty, "Body", w.event["displayMessage"])
	}
	return wrong
}

// timestamp returns the instant of a `published`, and whether that says everything the text says. 0 is no instant.
func timestamp(published any) (pcommon.Timestamp, bool) {
	text, _ := published.(string)
	var t time.Time
	if err := t.UnmarshalText([]byte(text)); err != nil || !rfc3339.MatchString(text) {
		return 0, false
	}
	epoch, end := time.Unix(0, 0), time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
	if !t.After(epoch) || !t.Before(end) {
		return 0, false
	}
	return pcommon.NewTimestampFromTime(t), !tenDecimals.MatchString(text)
}
