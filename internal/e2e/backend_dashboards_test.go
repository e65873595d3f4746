// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
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

// investigated is a store with the events of an org in it, marked by the detections of the examples.
type investigated struct {
	*victoriaLogs
	from, to time.Time // around all events
}

// startInvestigated runs the collector with the exporter of examples/victorialogs.yaml behind examples/detections.yaml.
func startInvestigated(t *testing.T, events []logevent.Event) *investigated {
	t.Helper()
	org := startSimulatorHere(t)
	org.Append(events...)
	stored := exampleNamed(t, "victorialogs")
	v := startVictoriaLogs(t, stored)
	directory := t.TempDir()
	setExampleSecrets(t, "http://"+org.address)
	exporter, _ := stored.section("exporters")["otlp_http"].(map[string]any)
	exporter["logs_endpoint"] = strings.Replace(fmt.Sprint(exporter["logs_endpoint"]), "localhost:9428", v.address, 1)
	here := map[string]any{}
	set(here, map[string]any{"start_at": "beginning", "poll_interval": "1s"}, "receivers", "okta_systemlog")
	set(here, exporter, "exporters", "otlp_http")
	set(here, freeAddress(t), "exporters", "prometheus", "endpoint")
	set(here, filepath.Join(directory, "storage"), "extensions", "file_storage", "directory")
	set(here, []string{"otlp_http", "forward/windows"}, "service", "pipelines", "logs", "exporters")
	set(here, "none", "service", "telemetry", "metrics", "level")
	start(t, "otelcol-okta", "--config", detections, "--config", writeJSON(t, here))
	eventually(t, func() bool { return v.number(t, `* | stats count() n`) >= len(events) }, patience, 200*time.Millisecond)
	return &investigated{victoriaLogs: v, from: time.Now().Add(-3 * time.Hour), to: time.Now().Add(time.Minute)}
}

// suspicious are events of the last two hours: those of the detections' cases, generated ones among them, and a user who
// signs in from two countries.
func suspicious(t *testing.T) []logevent.Event {
	t.Helper()
	cases, _ := detectionCases(t)
	now := time.Now().UTC()
	var events []logevent.Event
	for i, c := range cases {
		events = append(events, happened(t, c.Event, now.Add(-time.Duration(i)*time.Minute/2), nil))
	}
	for n, country := range []string{"Norway", "Brazil"} {
		travelled := slices.IndexFunc(cases, func(c detectionCase) bool { return strings.Contains(string(c.Event), `"eventType":"user.session.start"`) })
		events = append(events, happened(t, cases[travelled].Event, now.Add(-time.Duration(n)*time.Minute), func(event map[string]any) {
			event["uuid"] = "travel-" + country
			event["outcome"] = map[string]any{"result": "SUCCESS", "reason": nil}
			event["client"].(map[string]any)["geographicalContext"] = map[string]any{"country": country}
		}))
	}
	return append(events, generate.New(1).Events(300, now.Add(-time.Hour), 10*time.Second)...)
}

// happened returns an event as if it had been published and stored at that time, with a change.
func happened(t *testing.T, text []byte, at time.Time, change func(map[string]any)) logevent.Event {
	t.Helper()
	var event map[string]any
	require.NoError(t, json.Unmarshal(text, &event))
	event["published"] = at.Format(logevent.TimeLayout)
	if change != nil {
		change(event)
	}
	changed, err := json.Marshal(event)
	require.NoError(t, err)
	return logevent.Event{JSON: changed, Published: at, Persisted: at}
}

// row is one of an answer: what the plugin of Grafana makes columns or labels of.
type row map[string]string

// ask sends a query as version 0.34 of the plugin does, and returns what a panel gets: records, or series by labels with
// their value as the column value.
func (v *investigated) ask(t *testing.T, target dashboardTarget) []row {
	t.Helper()
	times := url.Values{"start": {strconv.FormatInt(v.from.Unix(), 10)}, "end": {strconv.FormatInt(v.to.Unix(), 10)}}
	switch target.QueryType {
	case "instant":
		return v.records(t, target.Expr, times)
	case "stats":
		times = url.Values{"time": {strconv.FormatInt(v.to.Unix(), 10)}}
		within := fmt.Sprintf("_time:[%d, %d] ", v.from.Unix(), v.to.Unix())
		return v.stats(t, "stats_query", within+target.Expr, times)
	case "statsRange":
		times.Set("step", "5m")
		return v.stats(t, "stats_query_range", target.Expr, times)
	default:
		require.Fail(t, "the plugin has no such type of query", target.QueryType)
		return nil
	}
}

// post sends a query and returns what comes back.
func (v *investigated) post(t *testing.T, path, logsQL string, parameters url.Values) *json.Decoder {
	t.Helper()
	parameters.Set("query", logsQL)
	answer, err := http.PostForm("http://"+v.address+"/select/logsql/"+path, parameters) //nolint:noctx // this machine answers
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	require.Equal(t, http.StatusOK, answer.StatusCode, logsQL)
	return json.NewDecoder(answer.Body)
}

// records returns the rows of a query, with the names that the plugin gives to time and message.
func (v *investigated) records(t *testing.T, logsQL string, parameters url.Values) []row {
	t.Helper()
	var rows []row
	for lines := v.post(t, "query", logsQL, parameters); lines.More(); {
		var one row
		require.NoError(t, lines.Decode(&one))
		for ours, theirs := range map[string]string{"_time": "Time", "_msg": "Line"} {
			if value, there := one[ours]; there {
				one[theirs] = value
				delete(one, ours)
			}
		}
		rows = append(rows, one)
	}
	return rows
}

// stats returns the series of a query.
func (v *investigated) stats(t *testing.T, path, logsQL string, parameters url.Values) []row {
	t.Helper()
	var answer struct {
		Data struct {
			Result []struct {
				Metric row
				Value  []any
				Values [][]any
			}
		}
	}
	require.NoError(t, v.post(t, path, logsQL, parameters).Decode(&answer))
	var rows []row
	for _, result := range answer.Data.Result {
		if len(result.Values) > 0 {
			result.Value = result.Values[0]
		}
		require.Len(t, result.Value, 2, logsQL)
		one := maps.Clone(result.Metric)
		one["value"] = fmt.Sprint(result.Value[1])
		rows = append(rows, one)
	}
	return rows
}

// columns are what a table of the panel shows, by the name that the data source gives them.
func (panel dashboardPanel) columns(t *testing.T) []string {
	t.Helper()
	var columns []string
	for _, transformation := range panel.Transformations {
		switch options := transformation.Options; transformation.ID {
		case "extractFields":
			assert.Equal(t, "labels", options.Source)
		case "filterFieldsByName":
			columns = options.Include.Names
		case "convertFieldType":
			for _, conversion := range options.Conversions {
				assert.Contains(t, columns, conversion.TargetField)
			}
		case "organize":
			assert.ElementsMatch(t, columns, slices.Collect(maps.Keys(options.IndexByName)))
			assert.ElementsMatch(t, columns, slices.Collect(maps.Keys(options.RenameByName)))
			for _, override := range panel.FieldConfig.Overrides {
				assert.Contains(t, slices.Collect(maps.Values(options.RenameByName)), override.Matcher.Options)
			}
		default:
			assert.Fail(t, "this test does not know the transformation", transformation.ID)
		}
	}
	return columns
}

// Each panel of the dashboard has rows, and each of its columns and legends says something.
func TestBackendDashboardShowsWhatTheEventsSay(t *testing.T) {
	v := startInvestigated(t, suspicious(t))
	d := dashboards(t)["okta-security"]
	for name, org := range map[string]string{"all orgs": `*`, "one of several": `"elsewhere.okta.com","127.0.0.1"`} {
		t.Run(name, func(t *testing.T) {
			for _, panel := range d.shown() {
				for _, target := range panel.Targets {
					require.Contains(t, target.Expr, "${org:doublequote}", panel.Title)
					target.Expr = strings.ReplaceAll(target.Expr, "${org:doublequote}", org)
					require.Empty(t, variablesOf(target.Expr), panel.Title)
					requireTold(t, panel, target, v.ask(t, target))
				}
			}
		})
	}
	t.Run("another org", func(t *testing.T) {
		for _, panel := range d.shown() {
			for _, target := range panel.Targets {
				target.Expr = strings.ReplaceAll(target.Expr, "${org:doublequote}", `"elsewhere.okta.com"`)
				for _, one := range v.ask(t, target) {
					assert.Equal(t, row{"__name__": "n", "value": "0"}, one, "%s is about all orgs", panel.Title)
				}
			}
		}
	})
	t.Run("variable", func(t *testing.T) {
		variable, _ := d.variable("org")
		var query struct{ Type, Field, Query string }
		require.NoError(t, json.Unmarshal(variable.Query, &query))
		assert.Equal(t, "fieldValue", query.Type)
		var answer struct{ Values []struct{ Value string } }
		require.NoError(t, v.post(t, "field_values", query.Query, url.Values{"field": {query.Field}}).Decode(&answer))
		require.Len(t, answer.Values, 1)
		assert.Equal(t, "127.0.0.1", answer.Values[0].Value)
	})
}

// requireTold requires that an answer has rows, and something in each column and legend of the panel.
func requireTold(t *testing.T, panel dashboardPanel, target dashboardTarget, rows []row) {
	t.Helper()
	if !assert.NotEmpty(t, rows, "%s: %s", panel.Title, target.Expr) {
		return
	}
	wanted := target.legendLabels()
	if panel.Type == "table" {
		wanted = panel.columns(t)
		require.NotEmpty(t, wanted, panel.Title)
	}
	for _, column := range wanted {
		assert.True(t, slices.ContainsFunc(rows, func(r row) bool { return r[column] != "" }), "%s: %s in %s", panel.Title, column, target.Expr)
	}
	for _, transformation := range panel.Transformations {
		for _, conversion := range transformation.Options.Conversions {
			for _, one := range rows {
				var err error
				if conversion.DestinationType == "number" {
					_, err = strconv.ParseFloat(one[conversion.TargetField], 64)
				} else {
					_, err = time.Parse(time.RFC3339, one[conversion.TargetField])
				}
				assert.NoError(t, err, "%s: %s", panel.Title, conversion.TargetField)
			}
		}
	}
	if panel.Type == "stat" {
		require.Len(t, rows, 1, panel.Title)
		assert.NotEqual(t, "0", rows[0]["value"], "%s: %s", panel.Title, target.Expr)
	}
}
