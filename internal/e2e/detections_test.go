// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/translate/translatetest"
)

var detections = filepath.Join(root, "examples", "detections.yaml")

// detectionCase is an event, and the rules that it matches. A near miss differs from a match of the rule in what the
// rule is about.
type detectionCase struct {
	Case       string
	Matches    []string
	NearMissOf string `json:"near_miss_of"`
	Event      json.RawMessage
}

// detectionCases returns the cases of testdata, and a file with their events alone.
func detectionCases(t *testing.T) (cases []detectionCase, events string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "testdata", "detections", "cases.ndjson"))
	require.NoError(t, err)
	var lines bytes.Buffer
	for line := range bytes.Lines(text) {
		var c detectionCase
		require.NoError(t, json.Unmarshal(line, &c))
		cases = append(cases, c)
		lines.Write(append(c.Event, '\n'))
	}
	events = filepath.Join(t.TempDir(), "events.ndjson")
	require.NoError(t, os.WriteFile(events, lines.Bytes(), 0o600))
	return cases, events
}

// setKnownClients lists the OAuth clients of the cases, but for one. Without a list no client is unknown.
func setKnownClients(t *testing.T) {
	t.Helper()
	t.Setenv("OKTA_KNOWN_CLIENTS", "0oa8,0oa9")
}

// startDetections runs the collector as examples/detections.yaml says, on an org of events, with the records in a file
// and the counts at an address of this machine.
func startDetections(t *testing.T, events string) (p *pipeline, counts string) {
	t.Helper()
	directory := t.TempDir()
	p = &pipeline{config: filepath.Join(directory, "here.yaml"), records: filepath.Join(directory, "records.json")}
	counts = freeAddress(t)
	here := fmt.Sprintf(`
receivers:
  okta_systemlog: {org_url: "%s", start_at: beginning, poll_interval: 1s, page_size: 10}
exporters:
  file: {path: %s}
  prometheus: {endpoint: "%s"}
extensions:
  file_storage: {directory: %s}
service:
  pipelines:
    logs: {exporters: [file, forward/windows]}
  telemetry: {metrics: {level: none}}
`, startSimulator(t, "--events", events, "--rate-limit", "-1"), p.records, counts, filepath.Join(directory, "storage"))
	require.NoError(t, os.WriteFile(p.config, []byte(here), 0o600))
	start(t, "otelcol-okta", "--config", detections, "--config", p.config)
	return p, "http://" + counts + "/metrics"
}

func TestDetectionsMatchTheirCasesAndNothingElse(t *testing.T) {
	cases, events := detectionCases(t)
	setKnownClients(t)
	p, _ := startDetections(t, events)
	records := map[string]plog.LogRecord{}
	for _, record := range p.wait(t, len(cases)) {
		uid, _ := record.Attributes().Get("log.record.uid")
		records[uid.Str()] = record
	}
	require.Len(t, records, len(cases))
	for _, c := range cases {
		t.Run(c.Case, func(t *testing.T) {
			record := records[uuidOf(c.Event)]
			rules := map[string][]any{}
			record.Attributes().RemoveIf(func(name string, value pcommon.Value) bool {
				isRule := strings.HasPrefix(name, "security_rule.")
				if isRule {
					rules[strings.TrimPrefix(name, "security_rule.")] = value.Slice().AsRaw()
				}
				return isRule
			})
			assert.ElementsMatch(t, c.Matches, rules["name"])
			for _, attribute := range []string{"category", "ruleset.name", "version"} {
				assert.Len(t, rules[attribute], len(c.Matches), attribute)
			}
			// Apart from that the record is what the event makes it.
			assert.Empty(t, translatetest.Missing(c.Event, record))
			assert.Empty(t, translatetest.Invented(c.Event, record))
		})
	}
}
