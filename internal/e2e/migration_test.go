// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// migration is from one other collector, as its page among the documents describes it.
type migration struct {
	// name is that of the page, and of the folder in testdata/migration: its configuration (old), where its position is
	// (position), and what becomes of it (new.yaml).
	name string
	// prefixes are the paths in its configuration below which its keys for Okta stand; others are of other things.
	prefixes, others []string
	// stub stands for the program that asks for the position, where it is no file.
	stub string
	// position is the file with the position.
	position string
	// write writes what the collector has delivered into files of the directory, in its own format.
	write func(t *testing.T, directory string, events []logevent.Event)
}

// recordedPosition is the time in the files of the folders position.
const recordedPosition = "2026-11-25T13:40:12.345Z"

var migrations = []migration{
	{
		name: "elastic", position: "log.json", write: writeDocuments,
		prefixes: []string{"inputs.okta-httpjson.streams.okta.system.vars", "inputs.okta-httpjson.vars", "filebeat.inputs", "system"},
		others:   []string{"name", "namespace", "package", "inputs"},
	},
	{name: "vector", position: "old.ndjson", prefixes: []string{"sources.okta"}, others: []string{"sinks"}, write: writeVector},
	{name: "oktareceiver", position: "old.json", prefixes: []string{"receivers.okta"}, others: []string{"exporters", "service"}, write: writeRecords},
	{name: "splunk", position: "answer.json", stub: "curl() { cat answer.json; }", write: writeEvents},
	{name: "grove", position: "answer.json", stub: `aws() { case "$*" in *"$(printf %s acme | md5sum | cut -c1-32)"*) cat answer.json;; esac; }`, write: writeGzip},
}

func (m migration) folder() string    { return filepath.Join("testdata", "migration", m.name) }
func (m migration) newConfig() string { return filepath.Join(m.folder(), "new.yaml") }

func forEachMigration(t *testing.T, test func(t *testing.T, m migration, document string)) {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join(migrationPages, "migration", "*.md"))
	require.NoError(t, err)
	assert.Len(t, pages, len(migrations), "each page is tested")
	for _, m := range migrations {
		t.Run(m.name, func(t *testing.T) { test(t, m, page(t, "migration/"+m.name+".md")) })
	}
}

// Each key of the old configuration is in the page's tables, and what has a counterpart there has it, with the same
// value, in the new configuration, which the collector takes.
func TestMigrationCarriesSettingsOver(t *testing.T) {
	forEachMigration(t, func(t *testing.T, m migration, document string) {
		ours := counterparts(sectionOf(t, document, "Keys"))
		settings := m.newSettings(t)
		carried := 0
		for key, values := range m.oldKeys(t) {
			row := key
			for row != "" && !documented(ours, row) { // or the section that it is in
				row = row[:max(0, strings.LastIndexByte(row, '.'))]
			}
			require.NotEmpty(t, row, "the page says nothing of %s", key)
			counterpart := ours[row]
			if counterpart == "" || strings.HasPrefix(counterpart, "oauth.") && settings["api_token"] != "" {
				continue
			}
			for _, value := range values {
				assertCarried(t, key, value, counterpart, settings[counterpart])
				carried++
			}
		}
		assert.GreaterOrEqual(t, carried, 3)

		said, err := ask(t, "validate", "--config", m.newConfig())
		require.NoError(t, err, said)
	})
}

func documented(rows map[string]string, key string) bool {
	_, is := rows[key]
	return is
}

// assertCarried asserts that a setting has the old value, in the way in which this receiver writes it.
func assertCarried(t *testing.T, key, value, counterpart, is string) {
	t.Helper()
	switch counterpart {
	case "org_url":
		host := strings.TrimPrefix(is, "https://")
		assert.True(t, strings.Contains(value, host) || strings.HasPrefix(host, value+".") || strings.HasSuffix(host, "."+value), "%s: %s", key, is)
	case "api_token": // which is a new one
		assert.Equal(t, "${env:OKTA_API_TOKEN}", is)
	case "poll_interval", "http.timeout":
		if seconds, err := strconv.ParseFloat(value, 64); err == nil {
			value = (time.Duration(seconds) * time.Second).String()
		}
		want, err := time.ParseDuration(value)
		require.NoError(t, err, key)
		got, err := time.ParseDuration(is)
		require.NoError(t, err, counterpart)
		assert.Equal(t, want, got, key)
	case "rate_limit.reserve": // the rest of a share, or of a percentage
		used, err := strconv.ParseFloat(value, 64)
		require.NoError(t, err)
		if used > 1 {
			used /= 100
		}
		reserve, err := strconv.ParseFloat(is, 64)
		require.NoError(t, err)
		assert.InDelta(t, 1-used, reserve, 1e-9, key)
	case "start_at": // the position takes its place
		_, err := time.Parse(time.RFC3339, is)
		assert.NoError(t, err)
	default:
		assert.Equal(t, value, is, key)
	}
}

// startAt follows the documents from the old collector's position in a directory to start_at.
func (m migration) startAt(t *testing.T, directory, document string) string {
	t.Helper()
	newest := strings.TrimSpace(shell(t, directory, m.stub, commands(t, sectionOf(t, document, "The position"))[0]))
	script := commands(t, sectionOf(t, page(t, "migration.md"), "Changing over"))[0]
	require.Contains(t, script, "newest="+recordedPosition+"\n")
	return strings.TrimSpace(shell(t, directory, "", strings.ReplaceAll(script, recordedPosition, newest)))
}

// The new configuration begins an hour before the recorded position.
func TestMigrationReadsThePosition(t *testing.T) {
	forEachMigration(t, func(t *testing.T, m migration, document string) {
		assert.Equal(t, m.newSettings(t)["start_at"], m.startAt(t, filepath.Join(m.folder(), "position"), document))
	})
}

// Who follows the documents gets each event that the old collector had still to deliver, and those of the hour before,
// once, and the comparison shows what the old one has missed and nothing else.
func TestMigrationLeavesNoGap(t *testing.T) {
	forEachMigration(t, func(t *testing.T, m migration, document string) {
		org := startSimulatorHere(t)
		org.generator.SetMalformed(0) // a published that is no time, or has an offset, is in no period of the comparison
		generate.Feed{Generator: org.generator, Late: 0.1}.Backlog(org.Org, 3000, 6*time.Hour)
		now := org.Now()
		all := slices.Collect(org.Events())
		inTime := func(persisted time.Time) int {
			return slices.IndexFunc(all, func(e logevent.Event) bool { return !e.Persisted.Before(persisted) })
		}

		// The old one has come as far as two hours ago.
		delivered := all[:inTime(now.Add(-2*time.Hour))]
		newest := slices.MaxFunc(delivered, func(a, b logevent.Event) int { return a.Published.Compare(b.Published) }).Published
		directory := t.TempDir()
		m.leavePosition(t, directory, newest, delivered)
		startAt := m.startAt(t, directory, document)
		begin, err := time.Parse(time.RFC3339, startAt)
		require.NoError(t, err)
		require.Equal(t, newest.Add(-time.Hour).Truncate(time.Second).UTC(), begin)

		// The new one runs beside it, to the end.
		run := m.writeRun(t, directory, org.address, startAt)
		expected := all[inTime(begin):]
		require.Greater(t, len(expected), 1400)
		want := make([]string, len(expected))
		for i, event := range expected {
			want[i] = event.UUID
		}
		assert.Equal(t, want, m.deliver(t, run, "Polling begins at start_at", len(want)), "each once, in Okta's order")

		// The old one has got everything meanwhile, but for one event.
		from, to := newest.Add(time.Second), now.Add(-30*time.Minute)
		missed := slices.IndexFunc(all, func(e logevent.Event) bool { return e.Published.After(from.Add(10 * time.Minute)) })
		m.write(t, directory, slices.Concat(all[:missed], all[missed+1:]))
		compared := strings.Join(append(commands(t, sectionOf(t, document, "Comparing")),
			commands(t, sectionOf(t, page(t, "migration.md"), "Comparing the two"))[1:]...), "\n")
		printed := shell(t, directory, "", compared, "FROM="+from.UTC().Format("2006-01-02T15:04:05"), "TO="+to.UTC().Format("2006-01-02T15:04:05"))
		assert.Equal(t, "twice in the new one:\nonly in the old one:\nonly in the new one:\n"+all[missed].UUID+"\n", printed)
		found, err := os.ReadFile(filepath.Join(directory, "new.uuids"))
		require.NoError(t, err)
		assert.Greater(t, strings.Count(string(found), "\n"), 600)
		t.Logf("%d events, %d of them compared", len(want), strings.Count(string(found), "\n"))

		// What is in the file alone so far is sent once more.
		require.Contains(t, page(t, "migration.md"), "`okta-systemlog position set --config config.yaml --at ")
		status, said := runProgram(t, "position", "set", "--config", m.newConfig(), "--config", run, "--at", startAt, "--yes")
		require.Zero(t, status, said)
		require.NoError(t, os.Remove(filepath.Join(directory, "new.json")))
		assert.Equal(t, want, m.deliver(t, run, "Polling resumes from the stored position", len(want)))
	})
}

// deliver runs the collector with the new configuration, and what differs in the file run beside it, until so many
// events are in its file, and returns their uuids.
func (m migration) deliver(t *testing.T, run, begins string, events int) (uuids []string) {
	t.Helper()
	p := &pipeline{records: filepath.Join(filepath.Dir(run), "new.json")}
	collector := start(t, "otelcol-okta", "--config", m.newConfig(), "--config", run)
	collector.awaitPrinted(t, begins, 1)
	p.wait(t, events)
	collector.stop(t)
	for _, record := range p.read(t) {
		uid, _ := record.Attributes().Get("log.record.uid")
		uuids = append(uuids, uid.Str())
	}
	return uuids
}

// leavePosition leaves in the directory what the position is read from: the recorded file with another time, or where
// that is what was delivered, what was delivered.
func (m migration) leavePosition(t *testing.T, directory string, newest time.Time, delivered []logevent.Event) {
	t.Helper()
	if strings.HasPrefix(m.position, "old.") {
		m.write(t, directory, delivered)
		return
	}
	text, err := os.ReadFile(filepath.Join(m.folder(), "position", m.position))
	require.NoError(t, err)
	require.Contains(t, string(text), recordedPosition)
	// A registry has older entries, which must not be newer than this one.
	changed := strings.ReplaceAll(string(text), recordedPosition, newest.UTC().Format("2006-01-02T15:04:05.000Z"))
	changed = strings.ReplaceAll(changed, "2026-11-25T13:39:11.204Z", newest.Add(-time.Minute).UTC().Format("2006-01-02T15:04:05.000Z"))
	require.NoError(t, os.WriteFile(filepath.Join(directory, m.position), []byte(changed), 0o600))
}

// writeRun writes what differs in a test from the new configuration: the addresses, the directories and the time.
func (m migration) writeRun(t *testing.T, directory, address, startAt string) (path string) {
	t.Helper()
	path = filepath.Join(directory, "run.yaml")
	require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, `
receivers: {okta_systemlog: {org_url: "http://%s", start_at: %s}}
exporters: {file/compare: {path: %s}}
extensions: {file_storage: {directory: %s}}
service:
  pipelines: {logs: {exporters: [file/compare]}}
  telemetry: {metrics: {level: none}}
`, address, startAt, filepath.Join(directory, "new.json"), filepath.Join(directory, "storage")), 0o600))
	return path
}
