// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/translate/translatetest"
)

// Whatever the bytes are: no panic, a record that survives protocol buffers, valid UTF-8 everywhere, and of an event
// every field and its uuid.
func FuzzRecord(f *testing.F) {
	for _, event := range allEvents(f) {
		f.Add([]byte(event))
	}
	f.Add([]byte(`{"uuid":"\ud800","a.b":1,"a":{"b":{}},"OsVersion":1,"osVersion":-0.0e-0}`))
	f.Add([]byte("{\"uuid\":\"\xff\",\"detailEntry\":[{\"aB\":1e999}]}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		translator := New(Options{IncludeOriginal: true})
		logs, records := translator.NewLogs()
		rec := records.AppendEmpty()
		bytes := slices.Clone(raw)
		told := translator.Record(bytes, observed, rec)
		clear(bytes) // they have other use meanwhile

		requireUTF8(t, rec)
		requireRoundTrip(t, logs)
		require.Equal(t, uuidOf(raw), told.UUID)
		require.LessOrEqual(t, (&plog.ProtoMarshaler{}).LogRecordSize(rec), told.Size)
		if json.Valid(raw) && len(raw) < 1<<14 {
			require.Empty(t, translatetest.Missing(raw, rec))
			require.Empty(t, translatetest.Invented(raw, rec))
		}
	})
}

func uuidOf(raw []byte) string {
	var event map[string]json.RawMessage
	var uuid string
	if json.Unmarshal(raw, &event) != nil || json.Unmarshal(event["uuid"], &uuid) != nil {
		return ""
	}
	return uuid
}

func requireRoundTrip(t *testing.T, logs plog.Logs) {
	t.Helper()
	bytes, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs)
	require.NoError(t, err)
	back, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(bytes)
	require.NoError(t, err)
	again, err := (&plog.ProtoMarshaler{}).MarshalLogs(back)
	require.NoError(t, err)
	assert.Equal(t, bytes, again)
}

func requireUTF8(t *testing.T, rec plog.LogRecord) {
	t.Helper()
	require.True(t, utf8.ValidString(rec.EventName()))
	require.True(t, utf8.ValidString(rec.SeverityText()))
	require.True(t, utf8.ValidString(rec.Body().Str()))
	for name, value := range rec.Attributes().All() {
		require.True(t, utf8.ValidString(name))
		requireValueUTF8(t, value)
	}
}

func requireValueUTF8(t *testing.T, value pcommon.Value) {
	t.Helper()
	switch value.Type() {
	case pcommon.ValueTypeStr:
		require.True(t, utf8.ValidString(value.Str()))
	case pcommon.ValueTypeSlice:
		for i := range value.Slice().Len() {
			requireValueUTF8(t, value.Slice().At(i))
		}
	case pcommon.ValueTypeMap:
		for name, member := range value.Map().All() {
			require.True(t, utf8.ValidString(name))
			requireValueUTF8(t, member)
		}
	default: // the other types hold no text
	}
}
