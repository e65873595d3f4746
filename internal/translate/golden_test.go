// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatatest/plogtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

var update = flag.Bool("update", false, "rewrite the golden records")

var observed = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// pages returns the events of each page in testdata, by the page's name.
func pages(tb testing.TB) map[string][]json.RawMessage {
	tb.Helper()
	files, err := filepath.Glob("../../testdata/pages/*.json")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	all := make(map[string][]json.RawMessage)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(tb, err)
		var events []json.RawMessage
		require.NoError(tb, json.Unmarshal(text, &events), file)
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = events
	}
	return all
}

// allEvents returns the events of all pages, always in the same order.
func allEvents(tb testing.TB) []json.RawMessage {
	tb.Helper()
	byPage := pages(tb)
	var all []json.RawMessage
	for _, name := range slices.Sorted(maps.Keys(byPage)) {
		all = append(all, byPage[name]...)
	}
	return all
}

func testOptions() Options {
	resource := pcommon.NewResource()
	resource.Attributes().PutStr("okta.org.domain", "acme.okta.com")
	resource.Attributes().PutStr("service.name", "okta")
	return Options{Resource: resource, ScopeName: "okta_systemlog", ScopeVersion: "1.2.3"}
}

func translatePage(o Options, events []json.RawMessage) (plog.Logs, []Event) {
	translator := New(o)
	logs, records := translator.NewLogs()
	told := make([]Event, len(events))
	for i, event := range events {
		bytes := slices.Clone(event)
		told[i] = translator.Record(bytes, observed, records.AppendEmpty())
		clear(bytes) // they have other use meanwhile
	}
	return logs, told
}

func TestGoldenRecords(t *testing.T) {
	for name, events := range pages(t) {
		t.Run(name, func(t *testing.T) {
			got, _ := translatePage(testOptions(), events)
			file := filepath.Join("../../testdata/golden", name+".yaml")
			if *update {
				require.NoError(t, golden.WriteLogsToFile(file, got))
			}
			want, err := golden.ReadLogs(file)
			require.NoError(t, err)
			require.NoError(t, plogtest.CompareLogs(want, got))
			assertNamesAndSchemas(t, want, got)
		})
	}
}

// assertNamesAndSchemas compares what plogtest does not look at.
func assertNamesAndSchemas(t *testing.T, want, got plog.Logs) {
	t.Helper()
	wantResource, gotResource := want.ResourceLogs().At(0), got.ResourceLogs().At(0)
	wantScope, gotScope := wantResource.ScopeLogs().At(0), gotResource.ScopeLogs().At(0)
	assert.Equal(t, "https://opentelemetry.io/schemas/1.43.0", gotResource.SchemaUrl())
	assert.Equal(t, wantResource.SchemaUrl(), gotResource.SchemaUrl())
	assert.Equal(t, wantScope.SchemaUrl(), gotScope.SchemaUrl())
	require.Equal(t, wantScope.LogRecords().Len(), gotScope.LogRecords().Len())
	for i := range gotScope.LogRecords().Len() {
		assert.Equal(t, wantScope.LogRecords().At(i).EventName(), gotScope.LogRecords().At(i).EventName(), "record %d", i)
	}
}

func TestOriginalTextIsByteForByte(t *testing.T) {
	for name, events := range pages(t) {
		o := testOptions()
		o.BodyOriginal, o.IncludeOriginal = true, true
		logs, _ := translatePage(o, events)
		records := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
		for i, event := range events {
			assert.Equal(t, string(event), records.At(i).Body().Str(), "%s %d", name, i)
			original, found := records.At(i).Attributes().Get("log.record.original")
			require.True(t, found)
			assert.Equal(t, string(event), original.Str())
		}
	}
}

func TestNoOriginalUnlessAskedFor(t *testing.T) {
	logs, _ := translatePage(testOptions(), pages(t)["job"])
	record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	_, found := record.Attributes().Get("log.record.original")
	assert.False(t, found)
	assert.Equal(t, "Create okta user", record.Body().Str())
}

func TestBodyOriginalKeepsTheMessage(t *testing.T) {
	o := testOptions()
	o.BodyOriginal = true
	logs, _ := translatePage(o, pages(t)["job"])
	message, found := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().Get("okta.display_message")
	require.True(t, found)
	assert.Equal(t, "Create okta user", message.Str())
}

func TestZeroOptions(t *testing.T) {
	logs, told := translatePage(Options{}, pages(t)["job"])
	assert.Equal(t, 0, logs.ResourceLogs().At(0).Resource().Attributes().Len())
	assert.Empty(t, told[0].Malformed)
}

// The text that Record was given is free for other use afterwards.
func TestRecordKeepsNothingOfItsInput(t *testing.T) {
	event := pages(t)["session-start"][0]
	want, _ := translatePage(testOptions(), []json.RawMessage{event})
	scratch := append(json.RawMessage(nil), event...)
	got, told := translatePage(testOptions(), []json.RawMessage{scratch})
	clear(scratch)
	require.NoError(t, plogtest.CompareLogs(want, got))
	assert.Equal(t, "3f0c1a52-c700-11f0-8d11-6b5e4d3c2b1a", told[0].UUID)
}
