// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
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
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/pdata/plog"
)

// exampleEvents is how many events each example delivers.
const exampleEvents = 300

// running is an example at work, with far ends in the places of those that it names.
type running struct {
	example
	org       string
	collector *process
	// far is the Collector at the other end of whatever is sent over OTLP or Kafka.
	far *farCollector
	// victoria is there for examples that name it.
	victoria *victoriaLogs
	// folder stands for /var/lib/otelcol-okta, and records is what a stand-in for a foreign exporter writes.
	folder, records string
	// cloudtrail is the address at which the example takes CloudTrail's records.
	cloudtrail string
}

// runExamples says for each example where its events arrive and what must be true of the records.
var runExamples = map[string]struct {
	arrive func(*running, *testing.T) []arrived
	hold   func(*testing.T, *running, []arrived)
}{
	"aws-secrets-manager":   {arrive: (*running).atFarCollector},
	"crash-safe":            {arrive: (*running).atFarCollector},
	"detections":            {arrive: (*running).atFarCollector},
	"elasticsearch":         {arrive: (*running).atStandIn, hold: freeFormIsText},
	"event-hook":            {arrive: (*running).atFarCollector},
	"file-lake":             {arrive: inFiles("lake/okta-systemlog.json"), hold: originalIsThere},
	"google-secops":         {arrive: (*running).atStandIn, hold: bodyIsTheEvent},
	"google-secret-manager": {arrive: (*running).atFarCollector},
	"health-check":          {arrive: (*running).atFarCollector},
	"hot-and-archive":       {arrive: inFiles("archive/okta-systemlog.json"), hold: archiveIsPseudonymous},
	"kafka":                 {arrive: (*running).atFarCollector},
	"microsoft-sentinel":    {arrive: (*running).atStandIn, hold: freeFormIsText},
	"minimal":               {arrive: (*running).atFarCollector},
	"opensearch":            {arrive: (*running).atStandIn, hold: freeFormIsText},
	"otlp-grpc":             {arrive: (*running).atFarCollector},
	"otlp-http":             {arrive: (*running).atFarCollector},
	"privacy":               {arrive: (*running).atFarCollector, hold: nobodyIsKnown},
	"raw":                   {arrive: (*running).atFarCollector, hold: bodyIsTheEvent},
	"secret-files":          {arrive: (*running).atFarCollector},
	"several-orgs":          {arrive: (*running).atFarCollector, hold: workspacesJoin},
	"simulator":             {arrive: (*running).inTerminal, hold: eventsAreShown},
	"splunk-hec":            {arrive: (*running).atStandIn, hold: bodyIsTheEvent},
	"syslog-cef":            {arrive: (*running).atStandIn, hold: messagesAreCEF},
	"systemd-credentials":   {arrive: (*running).atFarCollector},
	"victorialogs":          {arrive: (*running).inVictoriaLogs},
}

func TestBackendExamples(t *testing.T) {
	for _, example := range examples(t) {
		t.Run(example.name, func(t *testing.T) {
			run, known := runExamples[example.name]
			require.True(t, known, "say in runExamples where its events arrive")
			r := startExample(t, example)
			var records []arrived
			eventually(t, func() bool {
				records = run.arrive(r, t)
				return len(uidsOf(records)) >= r.expected()
			}, patience, 200*time.Millisecond, "%d of %d events arrived", len(uidsOf(records)), r.expected())
			assert.Len(t, uidsOf(records), r.expected())
			if run.hold != nil {
				run.hold(t, r, records)
			}
			r.collector.stop(t)
		})
	}
}

// expected returns how many different events all orgs of the example have.
func (r *running) expected() int {
	orgs := 0
	for id := range r.section("receivers") {
		if typeOf(id) == "okta_systemlog" {
			orgs++
		}
	}
	return orgs * exampleEvents
}

// startExample runs an example as it is in the file, but for the addresses of the org and the far ends, and for where
// it keeps things.
func startExample(t *testing.T, e example) *running {
	t.Helper()
	e = e.withToken(t)
	r := &running{example: e, folder: t.TempDir(), cloudtrail: freeAddress(t)}
	r.records = filepath.Join(r.folder, "records.json")
	require.NoError(t, os.WriteFile(filepath.Join(r.folder, "okta-hook-secret"), []byte(strings.Repeat("0s", 20)), 0o600))
	simulate := func(seed string) string {
		return startSimulator(t, "--backlog", fmt.Sprint(exampleEvents), "--rate", "0", "--rate-limit", "-1", "--seed", seed)
	}
	r.org = simulate("1")
	setExampleSecrets(t, r.org, r.org, simulate("2"))
	require.NoError(t, os.WriteFile(filepath.Join(os.Getenv("CREDENTIALS_DIRECTORY"), "okta-api-token"), []byte(token+"\n"), 0o600))
	r.far = startFarCollector(t)
	places := strings.NewReplacer(
		"/var/lib/otelcol-okta", r.folder,
		"https://acme.okta.com", r.org,
		"http://127.0.0.1:8085", r.org,
		"_build/demo", r.folder,
		"localhost:4317", r.far.grpc,
		"collector.example.com:4317", r.far.secure,
		"https://otlp.example.com", "http://"+r.far.http,
		"localhost:9092", r.far.kafka,
		"localhost:13133", freeAddress(t),
		"localhost:9464", freeAddress(t),
		"0.0.0.0:8088", freeAddress(t),
		"/run/secrets/okta-hook-secret", filepath.Join(r.folder, "okta-hook-secret"),
		"/run/secrets/okta/api-token", filepath.Join(os.Getenv("CREDENTIALS_DIRECTORY"), "okta-api-token"),
		"localhost:4318", r.cloudtrail,
		"localhost:9428", r.atVictoriaLogs(t),
	)
	changes, _ := moved(e.settings, places).(map[string]any)
	for id := range e.section("receivers") {
		if typeOf(id) == "okta_systemlog" {
			set(changes, "beginning", "receivers", id, "start_at")
			set(changes, "1s", "receivers", id, "poll_interval")
		}
	}
	if strings.Contains(fmt.Sprint(changes), r.far.secure) {
		set(changes, r.far.certificate, "exporters", "otlp_grpc", "tls", "ca_file")
	}
	set(changes, "none", "service", "telemetry", "metrics", "level")
	r.collector = start(t, "otelcol-okta", e.arguments(e.runnable(t, r.records), writeJSON(t, changes))...)
	return r
}

// withToken returns the example with an API token in the place of an OAuth app, which the simulated org does not have.
// Its token opens the same doors.
func (e example) withToken(t *testing.T) example {
	t.Helper()
	settings := confmap.NewFromStringMap(e.settings).ToStringMap() // a copy
	changed := false
	for _, receiver := range settings["receivers"].(map[string]any) {
		if settings, _ := receiver.(map[string]any); settings["oauth"] != nil {
			delete(settings, "oauth")
			settings["api_token"] = "${env:OKTA_API_TOKEN}"
			changed = true
		}
	}
	if changed {
		e.settings, e.path = settings, writeJSON(t, settings)
	}
	return e
}

// atVictoriaLogs starts VictoriaLogs if the example names it, and returns its address.
func (r *running) atVictoriaLogs(t *testing.T) string {
	t.Helper()
	if !strings.Contains(fmt.Sprint(r.settings), "localhost:9428") {
		return "localhost:9428"
	}
	r.victoria = startVictoriaLogs(t, r.example)
	return r.victoria.address
}

// moved returns the part of the settings that changes when what they name is in other places, or nil.
func moved(settings any, places *strings.Replacer) any {
	switch value := settings.(type) {
	case string:
		if changed := places.Replace(value); changed != value {
			return changed
		}
	case []any:
		changed, different := slices.Clone(value), false
		for i, element := range value {
			if other := moved(element, places); other != nil {
				changed[i], different = other, true
			}
		}
		if different {
			return changed
		}
	case map[string]any:
		changed := map[string]any{}
		for key, member := range value {
			if other := moved(member, places); other != nil {
				changed[key] = other
			}
		}
		if len(changed) > 0 {
			return changed
		}
	}
	return nil
}

// set puts the value at a path of maps, which are made if they are missing.
func set(settings map[string]any, value any, path ...string) {
	for _, key := range path[:len(path)-1] {
		if settings[key] == nil {
			settings[key] = map[string]any{}
		}
		settings = settings[key].(map[string]any)
	}
	settings[path[len(path)-1]] = value
}

// arrived is a record at its far end.
type arrived struct {
	plog.LogRecord
	resource map[string]any
}

// text returns an attribute as text, or nothing.
func (a arrived) text(name string) string {
	value, there := a.Attributes().Get(name)
	if !there {
		return ""
	}
	return value.AsString()
}

// uid returns the event's uuid, from wherever the example leaves it.
func (a arrived) uid() string {
	if uid := a.text("log.record.uid"); uid != "" {
		return uid
	}
	if _, after, found := strings.Cut(a.text("message"), " externalId="); found {
		uid, _, _ := strings.Cut(after, " ")
		return uid
	}
	return uuidOf([]byte(a.Body().AsString()))
}

// uidsOf returns the uuids of Okta's events among the records, sorted, each once.
func uidsOf(records []arrived) []string {
	uids := map[string]struct{}{}
	for _, record := range records {
		if uid := record.uid(); uid != "" {
			uids[uid] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(uids))
}

// readRecords returns what a file exporter has written so far.
func readRecords(t *testing.T, path string) []arrived {
	t.Helper()
	var records []arrived
	for _, logs := range readLogs(t, path) {
		for _, resource := range logs.ResourceLogs().All() {
			for _, scope := range resource.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					records = append(records, arrived{LogRecord: record, resource: resource.Resource().Attributes().AsRaw()})
				}
			}
		}
	}
	return records
}

func (r *running) atFarCollector(t *testing.T) []arrived { return readRecords(t, r.far.records) }

func (r *running) atStandIn(t *testing.T) []arrived { return readRecords(t, r.records) }
