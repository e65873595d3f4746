// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// wholeRecord is a record as --json prints it.
type wholeRecord struct {
	Time       string         `json:"time,omitempty"`
	Observed   string         `json:"observed_time,omitempty"`
	Severity   string         `json:"severity,omitempty"`
	EventName  string         `json:"event_name,omitempty"`
	Body       any            `json:"body,omitempty"`
	Resource   map[string]any `json:"resource,omitempty"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

func lineOfJSON(resource pcommon.Resource, record plog.LogRecord) []byte {
	whole := wholeRecord{
		Time: stamp(record.Timestamp()), Observed: stamp(record.ObservedTimestamp()),
		Severity: record.SeverityText(), EventName: record.EventName(), Body: record.Body().AsRaw(),
		Resource: resource.Attributes().AsRaw(), Attributes: record.Attributes().AsRaw(),
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(whole); err != nil {
		// A number that JSON has no name for, such as NaN: everything is text then.
		b.Reset()
		whole.Body = record.Body().AsString()
		whole.Resource, whole.Attributes = texts(resource.Attributes()), texts(record.Attributes())
		_ = encoder.Encode(whole) // texts always can
	}
	return escape(b.Bytes())
}

func texts(attributes pcommon.Map) map[string]any {
	said := make(map[string]any, attributes.Len())
	for name, value := range attributes.All() {
		said[name] = value.AsString()
	}
	return said
}

func stamp(t pcommon.Timestamp) string {
	if t == 0 {
		return ""
	}
	return t.AsTime().Format(time.RFC3339Nano)
}

// details are all of a record, one attribute a line.
func details(resource pcommon.Resource, record plog.LogRecord) string {
	var b strings.Builder
	say := func(name, text string) {
		if text != "" {
			b.WriteString("    " + clean(name) + ": " + clean(text) + "\n")
		}
	}
	say("body", record.Body().AsString())
	say("event_name", record.EventName())
	for _, of := range []pcommon.Map{resource.Attributes(), record.Attributes()} {
		for name, value := range of.All() {
			say(name, value.AsString())
		}
	}
	return b.String()
}
