// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// writeEvents writes Okta's JSON, an event a line, as Splunk's raw events are.
func writeEvents(t *testing.T, directory string, events []logevent.Event) {
	t.Helper()
	writeLines(t, filepath.Join(directory, "old.ndjson"), events, func(e logevent.Event) any { return json.RawMessage(e.JSON) })
}

// writeVector writes what Vector's sink file does with the codec json: the event, and two fields beside it.
func writeVector(t *testing.T, directory string, events []logevent.Event) {
	t.Helper()
	writeLines(t, filepath.Join(directory, "old.ndjson"), events, func(e logevent.Event) any {
		return withField(t, e, "timestamp", e.Persisted.UTC().Format("2006-01-02T15:04:05.000Z"))
	})
}

// writeDocuments writes documents as the integration's ingest pipeline makes them, each twice: it is indexed again in
// the next interval.
func writeDocuments(t *testing.T, directory string, events []logevent.Event) {
	t.Helper()
	writeLines(t, filepath.Join(directory, "old.ndjson"), append(events, events...), func(e logevent.Event) any {
		return map[string]any{
			"@timestamp": e.Published.UTC().Format("2006-01-02T15:04:05.000Z"),
			"event":      map[string]any{"id": e.UUID, "dataset": "okta.system"},
			"okta":       map[string]any{"uuid": e.UUID},
		}
	})
}

// writeGzip writes what Grove's output local_file does: gzip files with the event and an object _grove, an event a line
// that ends with CRLF.
func writeGzip(t *testing.T, directory string, events []logevent.Event) {
	t.Helper()
	folder := filepath.Join(directory, "logs", "okta_system_log", "acme", "2026", "11", "26")
	require.NoError(t, os.MkdirAll(folder, 0o750))
	for part, name := range []string{"all-2026-11-26T10:00:00Z.0.json.gz", "all-2026-11-26T10:00:00Z.1.json.gz"} {
		var lines [][]byte
		for _, e := range events[part*len(events)/2 : (part+1)*len(events)/2] {
			line, err := json.Marshal(withField(t, e, "_grove", map[string]any{"identity": "acme", "operation": "all"}))
			require.NoError(t, err)
			lines = append(lines, line)
		}
		var packed bytes.Buffer
		writer := gzip.NewWriter(&packed)
		_, err := writer.Write(bytes.Join(lines, []byte("\r\n")))
		require.NoError(t, err)
		require.NoError(t, writer.Close())
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), packed.Bytes(), 0o600))
	}
}

// writeRecords writes records as Bindplane's receiver makes them, through the exporter file.
func writeRecords(t *testing.T, directory string, events []logevent.Event) {
	t.Helper()
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("okta.domain", "acme.okta.com")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for _, e := range events {
		record := records.AppendEmpty()
		record.SetTimestamp(pcommon.NewTimestampFromTime(e.Published))
		record.Body().SetStr(string(e.JSON))
		record.Attributes().PutStr("uuid", e.UUID)
		record.Attributes().PutStr("eventType", "user.session.start")
	}
	var marshaler plog.JSONMarshaler
	text, err := marshaler.MarshalLogs(logs)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(directory, "old.json"), append(text, '\n'), 0o600))
}

// withField is the event as an object with one more field.
func withField(t *testing.T, e logevent.Event, name string, value any) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal(e.JSON, &object))
	object[name] = value
	return object
}

func writeLines(t *testing.T, path string, events []logevent.Event, line func(logevent.Event) any) {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	for _, e := range events {
		require.NoError(t, encoder.Encode(line(e)))
	}
	require.NoError(t, os.WriteFile(path, text.Bytes(), 0o600))
}
