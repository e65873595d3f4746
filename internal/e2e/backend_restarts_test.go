// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/translate/translatetest"
)

// manyEvents is what a far end has to take that is stopped in between.
const manyEvents = 50_000

// fewEvents is enough for several pages.
const fewEvents = 2_500

// manyPatience is how long that may take.
const manyPatience = 3 * time.Minute

// poller prepares the example named, with the places changed, and an org with so many events. It returns the org's
// address, and what runs the example, each time it is called.
func poller(t *testing.T, name string, events int, places *strings.Replacer) (org string, run func() *process) {
	t.Helper()
	org = startSimulator(t, "--backlog", fmt.Sprint(events), "--rate", "0", "--rate-limit", "-1")
	return org, pollerOf(t, org, name, places)
}

// pollerOf prepares the example named, with the places changed, for an org. It returns what runs the example, each time
// it is called.
func pollerOf(t *testing.T, org, name string, places *strings.Replacer) (run func() *process) {
	t.Helper()
	return pollerInto(t, filepath.Join(t.TempDir(), "records.json"), org, name, places)
}

// pollerInto is pollerOf, and says where the records go of an example whose exporter is not in the distribution.
func pollerInto(t *testing.T, records, org, name string, places *strings.Replacer) (run func() *process) {
	t.Helper()
	setExampleSecrets(t, org)
	e := exampleNamed(t, name)
	changes, _ := moved(e.settings, places).(map[string]any)
	set(changes, "beginning", "receivers", "okta_systemlog", "start_at")
	set(changes, "1s", "receivers", "okta_systemlog", "poll_interval")
	set(changes, "none", "service", "telemetry", "metrics", "level")
	arguments := e.arguments(e.runnable(t, records), writeJSON(t, changes))
	return func() *process { return start(t, "otelcol-okta", arguments...) }
}

func exampleNamed(t *testing.T, name string) example {
	t.Helper()
	all := examples(t)
	at := slices.IndexFunc(all, func(e example) bool { return e.name == name })
	require.NotEqual(t, -1, at, name)
	return all[at]
}

// typesOf counts an org's events by type.
func typesOf(t *testing.T, events map[string]json.RawMessage) map[string]int {
	t.Helper()
	types := map[string]int{}
	for _, event := range events {
		var known struct{ EventType string }
		require.NoError(t, json.Unmarshal(event, &known))
		types[known.EventType]++
	}
	return types
}

func TestBackendVictoriaLogsHasAllEventsAfterItsRestart(t *testing.T) {
	v := startVictoriaLogs(t, exampleNamed(t, "victorialogs"))
	org, run := poller(t, "victorialogs", manyEvents, strings.NewReplacer("/var/lib/otelcol-okta", t.TempDir(), "localhost:9428", v.address))
	run()
	const stored = `* | stats count_uniq("log.record.uid") n`
	until := func(enough int) {
		t.Helper()
		eventually(t, func() bool { return v.number(t, stored) >= enough }, manyPatience, 300*time.Millisecond, "%d events are stored", enough)
	}

	until(manyEvents / 5)
	v.process.stop(t)
	v.start(t)
	assert.Less(t, v.number(t, stored), manyEvents, "it was stopped while events came")
	until(manyEvents)

	sent := eventsOf(t, org)
	require.Len(t, sent, manyEvents)
	assert.Equal(t, manyEvents, v.number(t, stored))
	t.Logf("%d rows for %d events", v.number(t, `* | stats count() n`), manyEvents)

	types := typesOf(t, sent)
	found := map[string]int{}
	for _, row := range v.query(t, `* | stats by ("okta.event_type") count_uniq("log.record.uid") n`) {
		var n int
		_, err := fmt.Sscan(row["n"], &n)
		require.NoError(t, err)
		found[row["okta.event_type"]] = n
	}
	assert.Equal(t, types, found)

	failed := 0
	for _, event := range sent {
		var known struct {
			EventType string
			Outcome   struct{ Result string }
		}
		require.NoError(t, json.Unmarshal(event, &known))
		if known.EventType == "user.session.start" && known.Outcome.Result == "FAILURE" {
			failed++
		}
	}
	assert.NotZero(t, failed)
	assert.Equal(t, failed, v.number(t, `"okta.event_type":="user.session.start" "okta.outcome.result":="FAILURE" | stats count_uniq("log.record.uid") n`))
}

func TestBackendVictoriaLogsKeepsAsLongAsOkta(t *testing.T) {
	const day = 24 * time.Hour
	var made windowEvents
	for _, age := range []time.Duration{89 * day, 30 * day, 8 * day, 0} {
		made.add(1, age, "user.session.start", "")
	}
	made.text.WriteString(`{"uuid":"undated","published":"2026-09-31T00:00:00.000Z","eventType":"user.session.start"}` + "\n")
	events := filepath.Join(t.TempDir(), "events.ndjson")
	require.NoError(t, os.WriteFile(events, []byte(made.text.String()), 0o600))

	v := startVictoriaLogs(t, exampleNamed(t, "victorialogs"))
	org := startSimulator(t, "--events", events, "--rate-limit", "-1")
	pollerOf(t, org, "victorialogs", strings.NewReplacer("/var/lib/otelcol-okta", t.TempDir(), "localhost:9428", v.address))()
	eventually(t, func() bool { return v.number(t, `* | stats count_uniq("log.record.uid") n`) == made.made+1 }, patience, 100*time.Millisecond)
}

func TestBackendKafkaHasAllEventsInOrderAfterItsRestart(t *testing.T) {
	far, org := newFarCollector(t), startSimulatorHere(t)
	address := "http://" + org.address
	run := pollerOf(t, address, "kafka", strings.NewReplacer("/var/lib/otelcol-okta", t.TempDir(), "localhost:9092", far.kafka))
	// Pages are larger than a message may be, and come in several.
	org.backlog(fewEvents)
	// What the queue in memory holds is not delivered: a collector that ends before the broker is there must not have
	// moved on, however it ends.
	collector := run()
	collector.awaitPrinted(t, notAccepted, 1)
	collector.kill(t)
	collector = run()
	collector.awaitPrinted(t, notAccepted, 1)
	collector.stop(t)
	far.start(t)
	collector = run()
	sameEventsArrive(t, far, logOf(t, address))

	far.broker.stop(t)
	org.backlog(fewEvents)
	collector.awaitPrinted(t, notProduced, 2)
	far.startBroker(t)
	sent := logOf(t, address)
	inOktasOrder(t, sent, sameEventsArrive(t, far, sent))
}

// inOktasOrder requires that the events came in the order of the log. Those that came again do not count.
func inOktasOrder(t *testing.T, sent []json.RawMessage, records []arrived) {
	t.Helper()
	var want, got []string
	for _, event := range sent {
		want = append(want, uuidOf(event))
	}
	known := map[string]bool{}
	for _, record := range records {
		if uid := record.uid(); !known[uid] {
			known[uid] = true
			got = append(got, uid)
		}
	}
	require.Len(t, got, len(want))
	for i := range want {
		require.Equal(t, want[i], got[i], "the event in place %d of %d", i, len(want))
	}
}

// notProduced is what Kafka's client says, which tries again by itself, while it has records for a broker that has
// gone.
const notProduced = "produce partition load error"

// notAccepted is what an exporter says while its far end does not take events.
const notAccepted = "Exporting failed. Will retry the request after interval."

func TestBackendCollectorIsThereLater(t *testing.T) {
	far := newFarCollector(t)
	org, run := poller(t, "minimal", fewEvents, strings.NewReplacer("/var/lib/otelcol-okta", t.TempDir(), "localhost:4317", far.grpc, "https://acme.okta.com", "${env:OKTA_ORG_URL}"))
	run().awaitPrinted(t, notAccepted, 1)
	far.start(t)
	sameEventsArrive(t, far, logOf(t, org))
}

// The queue on disk alone has the events once the org is gone and the collector was killed.
func TestBackendQueueOnDiskOutlivesTheCollector(t *testing.T) {
	far, org, metrics := newFarCollector(t), startSimulatorHere(t), freeAddress(t)
	org.backlog(fewEvents)
	setExampleSecrets(t, "http://"+org.address)
	e := exampleNamed(t, "crash-safe")
	changes := moved(e.settings, strings.NewReplacer("/var/lib/otelcol-okta", t.TempDir(), "localhost:4317", far.grpc)).(map[string]any)
	set(changes, "beginning", "receivers", "okta_systemlog", "start_at")
	host, port, _ := strings.Cut(metrics, ":")
	set(changes, []any{map[string]any{"pull": map[string]any{"exporter": map[string]any{"prometheus": map[string]any{
		"host": host, "port": json.Number(port), "without_type_suffix": true, "without_units": true, "without_scope_info": true,
	}}}}}, "service", "telemetry", "metrics", "readers")
	arguments := e.arguments(e.path, writeJSON(t, changes))

	collector := start(t, "otelcol-okta", arguments...)
	eventually(t, func() bool {
		return eventsDelivered(t, metrics) == fewEvents
	}, patience, 50*time.Millisecond, "the queue has all events")
	sent := logOf(t, "http://"+org.address)
	collector.kill(t)
	org.leave()
	far.start(t)
	start(t, "otelcol-okta", arguments...)
	sameEventsArrive(t, far, sent)
}

// sameEventsArrive requires that the far end gets each event that the org has, with all that it says, and nothing else.
// It returns what came.
func sameEventsArrive(t *testing.T, far *farCollector, sent []json.RawMessage) []arrived {
	t.Helper()
	events := map[string]json.RawMessage{}
	for _, event := range sent {
		events[uuidOf(event)] = event
	}
	var records []arrived
	eventually(t, func() bool {
		records = readRecords(t, far.records)
		return len(uidsOf(records)) >= len(events)
	}, manyPatience, 200*time.Millisecond)
	assert.Equal(t, slices.Sorted(maps.Keys(events)), uidsOf(records))
	for _, record := range records {
		event := events[record.uid()]
		assert.Empty(t, translatetest.Missing(event, record.LogRecord), record.uid())
		assert.Empty(t, translatetest.Invented(event, record.LogRecord), record.uid())
	}
	t.Logf("%d records for %d events", len(records), len(events))
	return records
}
