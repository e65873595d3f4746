// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

const production = `
receivers:
  okta_systemlog/acme:
    org_url: https://acme.okta.com
    oauth: {client_id: 0oa1, key_id: k, private_key_file: key.pem}
    http: {timeout: 10s, auth: {authenticator: bearertokenauth}}
    filter: eventType sw "user."
    storage: file_storage
    start_at: end
    poll_interval: 1m
    initial_delay: 1h
    something_that_listens: {endpoint: 0.0.0.0:80}
  otlp: {protocols: {grpc: {}}}
processors:
  transform/rules:
    log_statements:
      - append(log.attributes["security_rule.name"], "first \"rule\"")
      - conditions: [log.body == "x"]
        statements:
          - set(log.attributes["security_rule.name"], "second rule")
          - set(log.attributes["security_rule.category"], "no rule")
          - append(log.attributes["security_rule.name"], "second rule")
  transform/other: {log_statements: ['append(log.attributes["security_rule.name"], "not used")']}
  filter: {}
connectors:
  forward:
  forward/unused:
  count: {logs: {n: {}}}
exporters:
  otlp_grpc: {endpoint: "siem:4317"}
  prometheus: {endpoint: "localhost:9464"}
extensions:
  file_storage: {directory: /var/lib/otelcol-okta}
  bearertokenauth: {token: t}
  health_check: {}
service:
  extensions: [file_storage, bearertokenauth, health_check]
  pipelines:
    logs: {receivers: [okta_systemlog/acme, otlp], processors: [filter], exporters: [forward, count]}
    logs/siem: {receivers: [forward], processors: [transform/rules, filter], exporters: [otlp_grpc]}
    logs/elsewhere: {receivers: [otlp], processors: [transform/other], exporters: [otlp_grpc]}
    metrics: {receivers: [count], exporters: [prometheus]}
`

// deriveTree derives and reads the result.
func deriveTree(t *testing.T, text string, from source) (*derived, tree) {
	t.Helper()
	given, err := otelcol.Read(t.Context(), []string{"yaml:" + text})
	require.NoError(t, err)
	d, err := derive(given, from, "/scratch", 8888)
	require.NoError(t, err)
	config, err := otelcol.Read(t.Context(), []string{"yaml:" + string(d.text)})
	require.NoError(t, err)
	return d, config
}

func TestABacktestTouchesNothingOfProduction(t *testing.T) {
	d, config := deriveTree(t, production, source{orgURL: "http://127.0.0.1:1", startAt: "beginning", token: "simulated"})
	assert.Equal(t, tree{"okta_systemlog/acme": tree{
		"org_url": "http://127.0.0.1:1", "api_token": "simulated", "filter": `eventType sw "user."`,
		"storage": ownStorage, "start_at": "beginning", "poll_interval": "1s", "startup_check": "fail",
	}}, config["receivers"])
	assert.Equal(t, tree{ownStorage: tree{"directory": filepath.Join("/scratch", "position"), "create_directory": true}}, config["extensions"])
	assert.Equal(t, tree{ownFile: tree{"path": filepath.Join("/scratch", "matches.json")}, ownDebug: tree{"verbosity": "basic"}}, config["exporters"])
	assert.Equal(t, tree{
		"logs":      tree{"receivers": []any{"okta_systemlog/acme"}, "processors": []any{"filter"}, "exporters": []any{"forward", "count"}},
		"logs/siem": tree{"receivers": []any{"forward"}, "processors": []any{"transform/rules", "filter"}, "exporters": []any{"forward/backtest_logs/siem"}},
		"metrics":   tree{"receivers": []any{"count"}, "processors": []any{}, "exporters": []any{ownDebug}},
		"logs/backtest_logs/siem": tree{
			"receivers": []any{"forward/backtest_logs/siem"}, "processors": []any{"filter/backtest_logs/siem", ownTransform}, "exporters": []any{ownFile},
		},
	}, otelcol.Object(otelcol.Object(config, "service"), "pipelines"))
	assert.Equal(t, tree{"forward": nil, "count": tree{"logs": tree{"n": tree{}}}, "forward/backtest_logs/siem": nil}, config["connectors"])
	assert.Equal(t, tree{"log_conditions": []any{`log.attributes["security_rule.name"] == nil`}}, otelcol.Object(config, "processors")["filter/backtest_logs/siem"],
		"events without a match stay off the disk")
	assert.NotContains(t, config["processors"], "transform/other")
	assert.Equal(t, []string{`first "rule"`, "second rule"}, d.rules)
	assert.Equal(t, []string{"filter/backtest_logs/siem"}, d.ends)
	assert.True(t, d.counts)
}

func TestABacktestOfAnOrgKeepsItsCredentials(t *testing.T) {
	_, config := deriveTree(t, production, source{startAt: "-24h"})
	receiver := otelcol.Object(otelcol.Object(config, "receivers"), "okta_systemlog/acme")
	assert.Equal(t, tree{
		"org_url":  "https://acme.okta.com",
		"oauth":    tree{"client_id": "0oa1", "key_id": "k", "private_key_file": "key.pem"},
		"http":     tree{"timeout": "10s", "auth": tree{"authenticator": "bearertokenauth"}},
		"filter":   `eventType sw "user."`,
		"start_at": "-24h", "storage": ownStorage, "poll_interval": "1s", "startup_check": "fail",
	}, receiver)
	assert.Equal(t, tree{"token": "t"}, otelcol.Object(config, "extensions")["bearertokenauth"])
	assert.Equal(t, []any{"bearertokenauth", ownStorage}, otelcol.Object(config, "service")["extensions"])

	_, config = deriveTree(t, production, source{startAt: "-24h", orgURL: "https://test.okta.com"})
	assert.Equal(t, "https://test.okta.com", otelcol.Object(otelcol.Object(config, "receivers"), "okta_systemlog/acme")["org_url"])
}

func TestABacktestOfARangeDropsWhatIsLater(t *testing.T) {
	end := time.Date(2026, 11, 21, 0, 0, 0, 1e6, time.UTC)
	d, config := deriveTree(t, production, source{startAt: "-24h", end: end})
	pipelines := otelcol.Object(otelcol.Object(config, "service"), "pipelines")
	assert.Equal(t, tree{
		"receivers": []any{"okta_systemlog/acme"}, "processors": []any{ownBeyondFilter, ownRangeFilter}, "exporters": []any{ownRangeForward},
	}, pipelines[ownRangePipeline])
	assert.Equal(t, tree{"receivers": []any{ownRangeForward}, "processors": []any{"filter"}, "exporters": []any{"forward", "count"}}, pipelines["logs"])
	assert.Equal(t, []any{"forward"}, otelcol.Object(pipelines, "logs/siem")["receivers"])
	assert.Contains(t, config["connectors"], ownRangeForward)
	processors := otelcol.Object(config, "processors")
	assert.Equal(t, tree{"log_conditions": []any{"log.time_unix_nano >= 1795219200001000000"}}, processors[ownRangeFilter])
	assert.Equal(t, tree{"log_conditions": []any{"log.time_unix_nano >= 1795222800001000000"}}, processors[ownBeyondFilter])
	assert.Equal(t, ownRangeFilter, d.read)
}

func TestConfigurationsThatCannotBeRunBack(t *testing.T) {
	for text, complaint := range map[string]string{
		`receivers: {otlp: {}}`:                                   "no receiver okta_systemlog",
		`receivers: {okta_systemlog/b: {}, okta_systemlog/a: {}}`: "several receivers (okta_systemlog/a, okta_systemlog/b)",
		`{receivers: {okta_systemlog: {}}, connectors: {count: {}}, service: {pipelines: {logs: {receivers: [okta_systemlog], exporters: [count]}}}}`: "no logs pipeline brings",
	} {
		given, err := otelcol.Read(t.Context(), []string{"yaml:" + text})
		require.NoError(t, err)
		_, err = derive(given, source{}, "/scratch", 1)
		assert.ErrorContains(t, err, complaint, text)
	}
}

func TestOptions(t *testing.T) {
	for complaint, options := range map[string]Options{
		"name the configuration":   {Start: "-24h"},
		"name a file of events":    {Collector: "c", Config: "f"},
		"leave out EVENTS or ORG":  {Collector: "c", Config: "f", Events: "e", Org: "https://acme.okta.com"},
		"which is not after start": {Collector: "c", Config: "config_test.go", Start: "-24h", To: "-25h"},
		"can't be read":            {Collector: "c", Config: "/does/not/exist", Start: "-24h"},
	} {
		_, err := Run(t.Context(), options)
		assert.ErrorContains(t, err, complaint)
	}
}
