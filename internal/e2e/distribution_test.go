// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/translate/translatetest"
)

func TestReceiverIsInTheDistribution(t *testing.T) {
	said, err := exec.CommandContext(t.Context(), built(t, "otelcol-okta"), "components").Output()
	require.NoError(t, err)
	assert.Contains(t, string(said), "okta_systemlog")
}

func TestMistakesInTheConfigurationAreNamedTogether(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(config, []byte(`
receivers: {okta_systemlog: {org_url: "https://acme-admin.okta.com", page_size: 5000, storage: file_storage}}
exporters: {debug: {}}
extensions: {file_storage: {directory: .}}
service: {extensions: [file_storage], pipelines: {logs: {receivers: [okta_systemlog], exporters: [debug]}}}
`), 0o600))
	said, err := exec.CommandContext(t.Context(), built(t, "otelcol-okta"), "validate", "--config", config).CombinedOutput()
	require.Error(t, err)
	for _, remedy := range []string{"use https://acme.okta.com", "use 1 to 1000", "no credential is set"} {
		assert.Contains(t, string(said), remedy)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	private := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	config := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(config, []byte(`
receivers:
  okta_systemlog/token: {org_url: "https://acme.okta.com", api_token: "${env:OKTA_API_TOKEN}"}
  okta_systemlog/key: {org_url: "https://acme.okta.com", oauth: {client_id: 0oa1, key_id: k, private_key: "${env:OKTA_KEY}"}}
  okta_systemlog/secret: {org_url: "https://acme.okta.com", oauth: {client_id: 0oa1, client_secret: 00secretOfAnIntegration}}
exporters: {debug: {}}
service: {pipelines: {logs: {receivers: [okta_systemlog/token, okta_systemlog/key, okta_systemlog/secret], exporters: [debug]}}}
`), 0o600))
	cmd := exec.CommandContext(t.Context(), built(t, "otelcol-okta"), "print-config", "--config", config)
	cmd.Env = append(os.Environ(), "OKTA_API_TOKEN="+token, "OKTA_KEY="+strings.ReplaceAll(private, "\n", "\\n"))
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, string(said))
	assert.GreaterOrEqual(t, strings.Count(string(said), "[REDACTED]"), 3)
	for _, secret := range []string{token, "00secretOfAnIntegration", strings.Split(private, "\n")[1]} {
		assert.NotContains(t, string(said), secret)
	}
}

// recordedEvents returns LogEvents to serve: those of the pages in testdata, or, with the
// environment variable OKTA_EVENTS, those of a file with one event a line, such as real ones.
func recordedEvents(t *testing.T) [][]byte {
	t.Helper()
	var events [][]byte
	if file := os.Getenv("OKTA_EVENTS"); file != "" {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range bytes.Lines(text) {
			events = append(events, bytes.TrimSpace(line))
		}
		return events
	}
	pages, err := filepath.Glob(filepath.Join(root, "testdata", "pages", "*.json"))
	require.NoError(t, err)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		var elements []json.RawMessage
		require.NoError(t, json.Unmarshal(text, &elements))
		for _, event := range elements {
			// What can't be found again by its uuid is the translator's to test.
			if uuidOf(event) == "" {
				continue
			}
			var line bytes.Buffer
			require.NoError(t, json.Compact(&line, event))
			events = append(events, line.Bytes())
		}
	}
	return events
}

// uuidOf returns the uuid of an event, or nothing when it has none.
func uuidOf(event []byte) string {
	var known struct {
		UUID string `json:"uuid"`
	}
	if json.Unmarshal(event, &known) != nil {
		return ""
	}
	return known.UUID
}

func TestEveryFieldOfRecordedEventsArrives(t *testing.T) {
	events := recordedEvents(t)
	require.NotEmpty(t, events)
	file := filepath.Join(t.TempDir(), "events.ndjson")
	require.NoError(t, os.WriteFile(file, bytes.Join(events, []byte("\n")), 0o600))

	p := newPipeline(t, startSimulator(t, "--events", file), "")
	collector := p.start(t)
	records := p.wait(t, len(events))
	collector.stop(t)
	require.Len(t, p.read(t), len(events), "one record for each event")

	byUUID := map[string][]plog.LogRecord{}
	for _, record := range records {
		uid, _ := record.Attributes().Get("log.record.uid")
		byUUID[uid.Str()] = append(byUUID[uid.Str()], record)
	}
	for _, event := range events {
		uuid := uuidOf(event)
		require.NotEmpty(t, byUUID[uuid], uuid)
		// Recordings may hold two events with one uuid; then one of the records is this event's.
		isRecord := func(r plog.LogRecord) bool { return len(translatetest.Missing(event, r)) == 0 }
		if i := slices.IndexFunc(byUUID[uuid], isRecord); i >= 0 {
			assert.Empty(t, translatetest.Invented(event, byUUID[uuid][i]), uuid)
		} else {
			assert.Empty(t, translatetest.Missing(event, byUUID[uuid][0]), uuid)
		}
	}
}

func TestRestartsOfTheCollectorLoseAndRepeatNothing(t *testing.T) {
	const backlog = 3000
	p := newPipeline(t, startSimulator(t, "--backlog", "3000", "--rate", "0", "--rate-limit", "-1", "--latency", "20ms"), "    page_size: 50\n")
	for _, enough := range []int{1, 500, 1500, backlog} {
		collector := p.start(t)
		p.wait(t, enough)
		collector.stop(t)
	}
	seen := map[string]int{}
	for _, record := range p.read(t) {
		uid, _ := record.Attributes().Get("log.record.uid")
		seen[uid.Str()]++
	}
	assert.Len(t, seen, backlog)
	for uuid, times := range seen {
		require.Equal(t, 1, times, uuid)
	}
}

func TestStartupCheckKeepsTheCollectorFromStarting(t *testing.T) {
	p := newPipeline(t, startSimulator(t, "--rate", "0", "--backlog", "3"), "    startup_check: fail\n")
	collector := p.start(t)
	p.wait(t, 3)
	collector.stop(t)

	cmd := exec.CommandContext(t.Context(), built(t, "otelcol-okta"), "--config", p.config)
	cmd.Env = append(os.Environ(), "OKTA_API_TOKEN=00another")
	said, err := cmd.CombinedOutput()
	require.Error(t, err, string(said))
	assert.Contains(t, string(said), "startup_check: token: okta answered 401")
	assert.Contains(t, string(said), "create a new one and set it in api_token")
	assert.NotContains(t, string(said), "00another")
}
