// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"regexp"
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

// suspicious are events of the last two hours: those of the detections' cases, generated ones, and a user who signs in
// from two countries, refuses a push and then gives in.
func suspicious(t *testing.T) []logevent.Event {
	t.Helper()
	cases, _ := detectionCases(t)
	now := time.Now().UTC()
	var events []logevent.Event
	for i, c := range cases {
		events = append(events, happened(t, c.Event, now.Add(-time.Duration(i)*time.Minute/2), nil))
	}
	for n, told := range []struct{ kind, result, country string }{
		{"user.session.start", "SUCCESS", "Norway"},
		{"user.session.start", "SUCCESS", "Brazil"},
		{"user.mfa.okta_verify.deny_push", "FAILURE", "Brazil"},
		{"user.authentication.auth_via_mfa", "FAILURE", "Brazil"},
		{"user.authentication.auth_via_mfa", "SUCCESS", "Brazil"},
	} {
		events = append(events, happened(t, cases[0].Event, now.Add(-time.Duration(n)*time.Minute), func(event map[string]any) {
			event["uuid"], event["eventType"] = fmt.Sprintf("told-%d", n), told.kind
			event["outcome"] = map[string]any{"result": told.result, "reason": nil}
			event["client"].(map[string]any)["geographicalContext"] = map[string]any{"country": told.country}
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
			titles := slices.Collect(maps.Values(options.RenameByName))
			for _, override := range panel.FieldConfig.Overrides {
				assert.Contains(t, titles, override.Matcher.Options)
			}
			// The plugin sorts by time what a query does not sort itself.
			assert.Contains(t, panel.Targets[0].Expr, "| sort by (", panel.Title)
			require.Len(t, panel.Options.SortBy, 1, panel.Title)
			assert.Contains(t, titles, panel.Options.SortBy[0].DisplayName)
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
	t.Run("attributes", func(t *testing.T) { requireAttributes(t, d, v) })
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

var (
	inQuotes  = regexp.MustCompile(`"[^"]*"|'[^']*'`)
	attribute = regexp.MustCompile(`\b[a-z_]+(?:\.[A-Za-z_]+)+\b`)
)

// A filter for an attribute that no record has leaves out all records, or none, and nothing tells.
func requireAttributes(t *testing.T, d dashboard, v *investigated) {
	t.Helper()
	var answer struct{ Values []struct{ Value string } }
	require.NoError(t, v.post(t, "field_names", "*", url.Values{}).Decode(&answer))
	var names []string
	for _, name := range answer.Values {
		names = append(names, name.Value)
	}
	checked := 0
	for _, panel := range d.shown() {
		for _, target := range panel.Targets {
			for _, name := range attribute.FindAllString(inQuotes.ReplaceAllString(target.Expr, ""), -1) {
				checked++
				assert.Contains(t, names, name, panel.Title)
			}
		}
	}
	assert.Greater(t, checked, 100)
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
		assert.True(t, slices.ContainsFunc(rows, func(r row) bool {
			return !slices.Contains([]string{"", "0", "[]", `[""]`}, r[column])
		}), "%s: %s in %s", panel.Title, column, target.Expr)
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
