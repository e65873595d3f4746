// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

const production = `
receivers:
  okta_systemlog:
    org_url: https://acme.okta.com
    oauth: {client_id: 0oa1, private_key_file: key.pem}
    http: {timeout: 10s, auth: {authenticator: bearertokenauth}}
    filter: eventType sw "user."
    storage: file_storage
    start_at: end
    initial_delay: 1h
    k8s_leader_elector: k8s_leader_elector
    event_hook: {endpoint: "0.0.0.0:8088", secret_file: /run/secrets/hook}
    startup_check: warn
  okta_systemlog/globex: {org_url: https://globex.okta.com, api_token: "${env:TOKEN}", storage: redis_storage, rate_limit: {reserve: 0.5}}
  okta_systemlog/hook: {org_url: https://acme.okta.com, event_hook: {endpoint: "0.0.0.0:8089"}, storage: file_storage}
  okta_systemlog/unused: {org_url: https://acme.okta.com, api_token: t, storage: file_storage}
  otlp: {protocols: {grpc: {}}}
processors:
  batch: {}
  batch/siem: {}
  transform: {log_statements: ['set(log.attributes["a"], "$${b}")']}
  filter/unused: {}
connectors:
  count: {logs: {n: {}}}
  forward:
  forward/unused:
exporters:
  otlp_grpc/siem: {endpoint: "siem:4317", auth: {authenticator: oauth2client}, sending_queue: {storage: file_storage/queues}}
  splunk_hec: {token: "${file:/run/secrets/hec}"}
  file: {path: /var/log/okta.json, append: true}
  file/rotated: {path: "${env:DIRECTORY}/${env:FILE}", rotation: {max_megabytes: 10, max_days: 3, max_backups: 5}}
  prometheus: {endpoint: "0.0.0.0:9464"}
  debug:
extensions:
  file_storage: {directory: /var/lib/otelcol-okta, fsync: true, compaction: {on_start: true, directory: /tmp, cleanup_on_start: true}}
  file_storage/queues: {directory: /var/lib/queues}
  redis_storage: {endpoint: "redis:6379"}
  bearertokenauth: {token: t}
  oauth2client: {client_id: x}
  k8s_leader_elector: {lease_name: okta}
  health_check: {}
  opamp: {}
service:
  extensions: [file_storage, file_storage/queues, redis_storage, bearertokenauth, oauth2client, k8s_leader_elector, health_check, opamp]
  telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: 0.0.0.0, port: 8888}}}}]}}
  pipelines:
    logs: {receivers: [otlp, okta_systemlog, okta_systemlog/globex], processors: [transform, batch], exporters: [forward, count, debug]}
    logs/siem: {receivers: [forward], processors: [batch/siem], exporters: [otlp_grpc/siem, splunk_hec, file, file/rotated]}
    logs/hook: {receivers: [okta_systemlog/hook], exporters: [debug]}
    metrics: {receivers: [count], exporters: [prometheus]}
    traces: {receivers: [otlp], exporters: [debug]}
`

var (
	from = time.Date(2026, 11, 18, 0, 0, 0, 0, time.FixedZone("", 3600))
	to   = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
)

// read reads a configuration.
func read(t *testing.T, text string) tree {
	t.Helper()
	config, err := otelcol.Read(t.Context(), []string{"yaml:" + text})
	require.NoError(t, err)
	return config
}

// written is what a collector gets.
func written(t *testing.T, config tree) tree {
	t.Helper()
	text, err := otelcol.Write(config)
	require.NoError(t, err)
	return read(t, string(text))
}

func TestACopyHasNothingThatTheLiveCollectorHasAlone(t *testing.T) {
	o := Options{Receivers: []string{"okta_systemlog", "okta_systemlog/globex"}, From: from, To: to, Name: "replay", Share: 0.5, Mark: true}
	p, err := NewPlan(read(t, production), o)
	require.NoError(t, err)
	assert.Equal(t, []Source{
		{"okta_systemlog", "okta_systemlog/replay", "file_storage"},
		{"okta_systemlog/globex", "okta_systemlog/globex/replay", "redis_storage"},
	}, p.Sources)
	config := written(t, p.withoutQueues(func(id string) bool { return id == "splunk_hec" }))
	assert.Equal(t, tree{
		"okta_systemlog/replay": tree{
			"org_url": "https://acme.okta.com", "oauth": tree{"client_id": "0oa1", "private_key_file": "key.pem"},
			"http": tree{"timeout": "10s", "auth": tree{"authenticator": "bearertokenauth"}}, "filter": `eventType sw "user."`,
			"storage": "file_storage", "start_at": "2026-11-17T23:00:00Z", "end_at": "2026-11-21T00:00:00Z",
			"startup_check": "fail", "replay_attribute": true, "rate_limit": tree{"reserve": 0.6},
		},
		"okta_systemlog/globex/replay": tree{
			"org_url": "https://globex.okta.com", "api_token": "${env:TOKEN}", "storage": "redis_storage",
			"start_at": "2026-11-17T23:00:00Z", "end_at": "2026-11-21T00:00:00Z",
			"startup_check": "fail", "replay_attribute": true, "rate_limit": tree{"reserve": 0.75},
		},
	}, config["receivers"])
	assert.Equal(t, tree{"transform": tree{"log_statements": []any{`set(log.attributes["a"], "$${b}")`}}}, config["processors"])
	assert.Equal(t, tree{"count": tree{"logs": tree{"n": tree{}}}, "forward": nil}, config["connectors"])
	assert.Equal(t, tree{
		"otlp_grpc/siem": tree{"endpoint": "siem:4317", "auth": tree{"authenticator": "oauth2client"}, "sending_queue": tree{"enabled": false}},
		"splunk_hec":     tree{"token": "${file:/run/secrets/hec}", "sending_queue": tree{"enabled": false}},
		"file":           tree{"path": "/var/log/okta.replay.json", "rotation": tree{"max_megabytes": maxFileSize}},
		"file/rotated":   tree{"path": "${env:DIRECTORY}/${env:FILE}.replay", "rotation": tree{"max_megabytes": 10}},
		"prometheus":     tree{"endpoint": "127.0.0.1:0"},
		"debug":          tree{"use_internal_logger": true},
	}, config["exporters"])
	assert.Equal(t, tree{
		"file_storage": tree{"directory": "/var/lib/otelcol-okta", "fsync": true, "timeout": lockWait,
			"compaction": tree{"on_start": false, "on_rebound": false, "cleanup_on_start": false}},
		"redis_storage": tree{"endpoint": "redis:6379"}, "bearertokenauth": tree{"token": "t"}, "oauth2client": tree{"client_id": "x"},
	}, config["extensions"])
	service := otelcol.Object(config, "service")
	assert.Equal(t, []any{"bearertokenauth", "file_storage", "oauth2client", "redis_storage"}, service["extensions"])
	assert.Equal(t, tree{
		"logs": tree{"receivers": []any{"okta_systemlog/globex/replay", "okta_systemlog/replay"}, "processors": []any{"transform"},
			"exporters": []any{"forward", "count", "debug"}},
		"logs/siem": tree{"receivers": []any{"forward"}, "processors": []any{}, "exporters": []any{"otlp_grpc/siem", "splunk_hec", "file", "file/rotated"}},
		"metrics":   tree{"receivers": []any{"count"}, "processors": []any{}, "exporters": []any{"prometheus"}},
	}, service["pipelines"])
	assert.NotContains(t, otelcol.Object(otelcol.Object(service, "telemetry"), "metrics")["readers"], "pull")
	assert.Equal(t, []Change{
		{"file", "writes to /var/log/okta.replay.json"},
		{"file/rotated", "writes to ${env:DIRECTORY}/${env:FILE}.replay"},
		{"otlp_grpc/siem", "without its sending_queue"},
		{"prometheus", "listens on a port that is free, where nobody reads it"},
		{"receivers", "without okta_systemlog/hook, okta_systemlog/unused, otlp"},
		{"processors", "without batch, batch/siem, filter/unused"},
		{"connectors", "without forward/unused"},
		{"extensions", "without file_storage/queues, health_check, k8s_leader_elector, opamp"},
	}, p.Changes)
}

func TestACopyLeavesTheConfigurationAsItWas(t *testing.T) {
	config := read(t, production)
	_, err := NewPlan(config, Options{Receivers: []string{"okta_systemlog/globex"}, From: from, To: to, Name: "r", Directory: "/d", Share: 0.5})
	require.NoError(t, err)
	assert.Equal(t, read(t, production), config)
}

func TestFilesOfAReplay(t *testing.T) {
	plan := func(exporters, name string) (*Plan, error) {
		return NewPlan(read(t, `{receivers: {okta_systemlog: {storage: s}}, exporters: {`+exporters+`}, service: {pipelines: {logs: {receivers: [okta_systemlog], exporters: [file, file/2]}}}}`),
			Options{From: from, To: to, Name: name, Share: 1})
	}
	p, err := plan(`file: {path: /dev/stdout}, file/2: {path: a.b/log}`, "again")
	require.NoError(t, err)
	assert.Equal(t, tree{"path": "/dev/stdout"}, p.section("exporters")["file"])
	assert.Equal(t, "a.b/log.again", otelcol.Object(p.section("exporters"), "file/2")["path"])
	_, err = plan(`file: {path: x.json}, file/2: {path: x.replay.json}`, "replay")
	require.ErrorContains(t, err, "file: the replay would write to x.replay.json, which is the file of file/2: give the replay another --name")
	_, err = plan(`file: {path: x.json}, file/2: {path: x.replay.json}`, "second")
	require.NoError(t, err)
}

func TestReceiversAreTakenOnce(t *testing.T) {
	p, err := NewPlan(read(t, production), Options{Receivers: []string{"okta_systemlog", "okta_systemlog"}, From: from, To: to, Name: "r", Share: 1})
	require.NoError(t, err)
	assert.Len(t, p.Sources, 1)
}

func TestExtensionsThatListenAreNotTakenAlongByChance(t *testing.T) {
	p, err := NewPlan(read(t, `{receivers: {okta_systemlog: {storage: s, filter: health_check}}, exporters: {debug: {}}, extensions: {health_check: {}, s: {}},
		service: {pipelines: {logs: {receivers: [okta_systemlog], exporters: [debug]}}}}`), Options{From: from, To: to, Name: "r", Share: 1})
	require.NoError(t, err)
	assert.Equal(t, tree{"s": tree{}}, p.section("extensions"))
}

func TestAPositionInADirectoryOfItsOwn(t *testing.T) {
	config := read(t, `{receivers: {okta_systemlog: {org_url: x, api_token: t}}, exporters: {debug: {}}, service: {pipelines: {logs: {receivers: [okta_systemlog], exporters: [debug]}}}}`)
	p, err := NewPlan(config, Options{From: from, To: to, Name: "again", Directory: "/srv/position", Share: 1})
	require.NoError(t, err)
	got := written(t, p.config)
	settings := otelcol.Object(otelcol.Object(got, "receivers"), "okta_systemlog/again")
	assert.Equal(t, storageOfDirectory, settings["storage"])
	assert.Equal(t, false, settings["replay_attribute"])
	assert.NotContains(t, settings, "rate_limit.reserve")
	assert.Equal(t, "/srv/position", otelcol.Object(otelcol.Object(got, "extensions"), storageOfDirectory)["directory"])
}

func TestConfigurationsThatCannotBeReplayed(t *testing.T) {
	const pipelines = `, exporters: {debug: {}}, service: {pipelines: {logs: {receivers: [okta_systemlog, okta_systemlog/b], exporters: [debug]}}}}`
	for text, complaint := range map[string]string{
		`{receivers: {otlp: {}}}`:                                                                                "the configuration has no receiver okta_systemlog: define it",
		`{receivers: okta_systemlog}`:                                                                            "receivers is no mapping",
		`{receivers: {okta_systemlog: {}}}`:                                                                      "no pipeline has the receiver okta_systemlog: list it",
		`{receivers: {okta_systemlog: {api_token: x}}` + pipelines:                                               "it has no storage, so a replay that is interrupted would begin again: name a directory for the position with --storage",
		`{receivers: {okta_systemlog: {event_hook: {}}}` + pipelines:                                             "it has an event hook alone, and no credential",
		`{receivers: {okta_systemlog: {storage: s, rate_limit: {reserve: "${env:R}"}}}` + pipelines:              "rate_limit.reserve is no number in the file",
		`{receivers: {okta_systemlog: {storage: s, rate_limit: "${env:RATE}"}}` + pipelines:                      "rate_limit.reserve is no number in the file",
		`{receivers: {okta_systemlog: {storage: s}, okta_systemlog/replay: {}}` + pipelines:                      "has a receiver okta_systemlog/replay already, whose position it would use: give the replay another --name",
		`{receivers: {okta_systemlog: {}, okta_systemlog/b: {storage: s, rate_limit: {reserve: x}}}` + pipelines: "okta_systemlog/b: rate_limit.reserve",
	} {
		_, err := NewPlan(read(t, text), Options{From: from, To: to, Name: "replay", Share: 0.5})
		assert.ErrorContains(t, err, complaint, text)
	}
	for complaint, named := range map[string]string{
		"no receiver okta_systemlog/none: name one of okta_systemlog, okta_systemlog/globex": "okta_systemlog/none",
		"no pipeline has the receiver okta_systemlog/unused":                                 "okta_systemlog/unused",
		"it has an event hook alone":                                                         "okta_systemlog/hook",
	} {
		_, err := NewPlan(read(t, production), Options{Receivers: []string{named}, From: from, To: to, Name: "replay", Share: 0.5})
		assert.ErrorContains(t, err, complaint)
	}
}
