// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// startSimulator runs a simulated org and returns its address.
func startSimulator(t *testing.T, args ...string) string {
	t.Helper()
	p := start(t, "okta-systemlog", append([]string{"simulate", "--listen", "127.0.0.1:0", "--token", token}, args...)...)
	p.awaitPrinted(t, "\n", 1) // its first line says where it listens
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(p.output.String())
	require.NotEmpty(t, address, p.output.tail())
	return address
}

// pipeline is a collector that polls an org and writes the records to a file.
type pipeline struct {
	config, records string
}

// newPipeline writes the configuration of such a collector. settings is further YAML of the receiver.
func newPipeline(t *testing.T, org, settings string) *pipeline {
	t.Helper()
	directory := t.TempDir()
	p := &pipeline{records: filepath.Join(directory, "records.json")}
	p.config = writeConfig(t, directory, org, settings, fmt.Sprintf("file: {path: %s, append: true}", p.records))
	return p
}

// writeConfig writes into the directory the configuration of a collector that polls the org from the beginning, exports
// to the exporter and keeps its position in the directory's folder storage. settings is further YAML of the receiver.
func writeConfig(t *testing.T, directory, org, settings, exporter string) (path string) {
	t.Helper()
	name, _, _ := strings.Cut(exporter, ":")
	config := fmt.Sprintf(`
receivers:
  okta_systemlog:
    org_url: %s
    api_token: ${env:OKTA_API_TOKEN}
    poll_interval: 1s
    start_at: beginning
    storage: file_storage
%s
exporters:
  %s
extensions:
  file_storage:
    directory: %s
    create_directory: true
    fsync: true
service:
  extensions: [file_storage]
  pipelines:
    logs:
      receivers: [okta_systemlog]
      exporters: [%s]
  telemetry:
    logs:
      level: debug
      disable_stacktrace: true
    metrics:
      level: none
`, org, settings, exporter, filepath.Join(directory, "storage"), name)
	path = filepath.Join(directory, "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte(config), 0o600))
	return path
}

func (p *pipeline) start(t *testing.T) *process {
	t.Helper()
	return start(t, "otelcol-okta", "--config", p.config)
}

// read returns the records written so far.
func (p *pipeline) read(t *testing.T) []plog.LogRecord {
	t.Helper()
	var records []plog.LogRecord
	for _, logs := range readLogs(t, p.records) {
		for _, resource := range logs.ResourceLogs().All() {
			for _, scope := range resource.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					records = append(records, record)
				}
			}
		}
	}
	return records
}

// readLogs returns what a file exporter has written so far. A last line that is not complete yet is left out.
func readLogs(t *testing.T, path string) []plog.Logs {
	t.Helper()
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	var payloads []plog.Logs
	var reader plog.JSONUnmarshaler
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		logs, err := reader.UnmarshalLogs(line)
		require.NoError(t, err)
		payloads = append(payloads, logs)
	}
	return payloads
}

// wait reads until there are n records.
func (p *pipeline) wait(t *testing.T, n int) []plog.LogRecord {
	t.Helper()
	var records []plog.LogRecord
	eventually(t, func() bool {
		records = p.read(t)
		return len(records) >= n
	}, patience, 50*time.Millisecond)
	return records
}
