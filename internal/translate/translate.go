// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// Options say what the records of one org look like. The zero value is usable.
type Options struct {
	Resource     pcommon.Resource // copied into every plog.Logs
	ScopeName    string
	ScopeVersion string
	// BodyOriginal makes the body the event's JSON text; else it is displayMessage.
	BodyOriginal bool
	// IncludeOriginal adds the event's JSON text as log.record.original.
	IncludeOriginal bool
	// WithoutDerived leaves out the attributes that are derived from what stands inside strings and lists.
	WithoutDerived bool
	// Replay adds okta.replay, true: the record is of an event that is read again.
	Replay bool
}

// Translator turns LogEvents into log records. It keeps buffers from one event to the next and is not safe for
// concurrent use.
type Translator struct {
	options Options
	text    string        // of the event in hand; these bytes are the caller's
	own     jsontape.Tape // of an event that was not read before
	writer
}

// New returns a Translator.
func New(o Options) *Translator {
	if o.Resource == (pcommon.Resource{}) {
		o.Resource = pcommon.NewResource()
	}
	t := &Translator{options: o}
	t.root = newTree()
	t.derives = !o.WithoutDerived
	t.eventNames = make(map[string]eventName)
	t.behaviorNames = make(map[string]string)
	t.behaviorTexts = make(map[string][]behavior)
	return t
}

// NewLogs returns an empty plog.Logs with resource, scope and schema URLs set, and the slice to append records to.
func (t *Translator) NewLogs() (plog.Logs, plog.LogRecordSlice) {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	t.options.Resource.CopyTo(resource.Resource())
	resource.SetSchemaUrl(semconv.SchemaURL)
	scope := resource.ScopeLogs().AppendEmpty()
	scope.Scope().SetName(t.options.ScopeName)
	scope.Scope().SetVersion(t.options.ScopeVersion)
	scope.SetSchemaUrl(semconv.SchemaURL)
	return logs, scope.LogRecords()
}

// Record fills rec, a fresh record, from the JSON text of one LogEvent and tells what a poller must know of it.
// observed is when the response arrived. The record has copies of what it takes of raw: raw is free for other use
// afterwards.
//
// Whatever raw is, a record comes out: an event without uuid, a value that is not an object, and bytes that are not
// JSON have the text as their body and say in okta.parse_error what was wrong.
func (t *Translator) Record(raw []byte, observed time.Time, rec plog.LogRecord) Event {
	return t.RecordOf(nil, raw, observed, rec)
}

// RecordOf does as Record, for an event that tapes may have read.
func (t *Translator) RecordOf(tapes *jsontape.Elements, raw []byte, observed time.Time, rec plog.LogRecord) Event {
	t.begin(tapes, raw, rec)
	rec.SetObservedTimestamp(pcommon.NewTimestampFromTime(observed))
	if t.options.Replay {
		t.add(attrReplay, 0, asTrue) // in the room that size has for the event itself, which is no value
	}
	if wrong := t.read(); wrong != "" {
		t.event.Malformed = wrong
		t.bodyRaw = true
		t.addText(attrParseError, wrong)
	}
	if t.bodyRaw {
		rec.Body().SetStr(strings.Clone(t.text))
	}
	if t.event.Malformed != malformedNotJSON && t.tape.Kind(t.top) == jsontape.Object {
		t.specify()
		if t.event.Published.IsZero() && t.event.Malformed == "" {
			t.event.Malformed = malformedNoPublished
		}
	}
	if t.options.IncludeOriginal {
		t.addText(string(semconv.LogRecordOriginalKey), strings.Clone(t.text))
	}
	t.event.Size = t.writeAttributes(rec.Attributes()) + t.size()
	return t.end()
}

// begin takes the event in hand. Everything in a record must be valid UTF-8, or protocol buffers refuse all of it:
// each byte that is not becomes U+FFFD, as encoding/json does it.
//
// The text is raw itself, and nothing of it may get into the record: texts makes copies.
func (t *Translator) begin(tapes *jsontape.Elements, raw []byte, rec plog.LogRecord) {
	t.text = unsafe.String(unsafe.SliceData(raw), len(raw)) //nolint:gosec // read only, and only until end
	t.tape, t.top = tapes.Tape(raw)
	if !utf8.ValidString(t.text) {
		t.text, t.tape = string([]rune(t.text)), nil
	}
	t.rec = rec
	t.event = Event{}
	t.bodyRaw = t.options.BodyOriginal
	t.specs, t.texts, t.doubles = t.specs[:0], t.texts[:0], t.doubles[:0]
	t.deferred, t.derived = t.deferred[:0], 0
	t.facts.begin()
}

// read reads the text and returns what keeps it from being a LogEvent, or "".
func (t *Translator) read() string {
	if t.tape == nil {
		t.tape, t.top = &t.own, 0
		if !t.own.Parse(t.text) {
			return malformedNotJSON
		}
	}
	switch t.tape.Kind(t.top) {
	case jsontape.Object:
	case jsontape.Text:
		return malformedTooMuch
	default:
		return malformedNotObject
	}
	uuid := t.tape.Member(t.top, "uuid")
	if uuid < 0 || t.tape.Kind(uuid) != jsontape.String || t.tape.Text(uuid) == "" {
		return malformedNoUUID
	}
	// The caller keeps uuids for long; each on its own, they do not keep the events' texts alive.
	t.event.UUID = strings.Clone(t.tape.Text(uuid))
	return ""
}

const (
	// recordSize is what a record takes beside its attributes and texts: times, numbers and tags.
	recordSize = 128
	// valueSize is what a value takes beside its key and its text, half of which its own JSON leaves
	// room for: tags and lengths of four messages inside each other, or the eight bytes of a double.
	valueSize = 12
)

// size is what the record takes at most beside the names of its attributes. Every text stands in it
// once, or twice where a mapper copies it, and a key below an attribute grows by underscores: twice
// the event's text is more than that. To add up what a record takes would cost another walk over it.
func (t *Translator) size() int {
	size := recordSize + 2*len(t.text) + valueSize*(t.tokens()+len(t.texts))
	if t.bodyRaw {
		size += len(t.text)
	}
	for _, text := range t.texts {
		size += len(text)
	}
	// What is derived stands beside the fields; values inside texts that are JSON are no values of the event.
	size += valueSize * t.derived
	for i := range t.inner {
		size += valueSize * t.inner[i].Len()
	}
	return size
}

// tokens is how many values the event has; text that is no JSON has none.
func (t *Translator) tokens() int {
	if t.event.Malformed == malformedNotJSON {
		return 0
	}
	return t.tape.Next(t.top) - t.top
}

// end lets go of the event and of room that only an unusual one needed.
func (t *Translator) end() Event {
	if t.own.Len() > maxKeptTokens {
		t.own = jsontape.Tape{}
		t.specs, t.nodes, t.deferred = nil, nil, nil
	}
	t.facts.end()
	t.text, t.tape = "", nil
	t.rec = plog.LogRecord{}
	return t.event
}
