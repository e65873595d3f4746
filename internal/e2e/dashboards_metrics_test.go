// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/scrape"
)

// replicasOnly is the one metric that takes a Kubernetes API server to appear.
const replicasOnly = "otelcol_okta_systemlog_leader"

// watchedSecret is that of the hook of a watched collector.
const watchedSecret = "a-secret-of-the-dashboards-tests"

// watched is a collector that shows all metrics but replicasOnly: it polls with an event hook, and a second receiver
// reads a time range again.
type watched struct {
	org           *simulator
	far           *httpFarEnd
	hook, metrics string // addresses
}

func startWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{org: startSimulatorHere(t), far: startHTTPFarEnd(t), hook: freeAddress(t), metrics: freeAddress(t)}
	w.org.backlog(50)
	directory := t.TempDir()
	host, port, _ := strings.Cut(w.metrics, ":")
	here := filepath.Join(directory, "here.yaml")
	require.NoError(t, os.WriteFile(here, fmt.Appendf(nil, `
receivers:
  okta_systemlog: {event_hook: {endpoint: "%s", secret: "%s"}}
  okta_systemlog/replay:
    org_url: "http://%s"
    api_token: "${env:OKTA_API_TOKEN}"
    start_at: -24h
    end_at: %s
service:
  pipelines: {logs/replay: {receivers: [okta_systemlog/replay], exporters: [debug]}}
  telemetry: {metrics: {level: normal, readers: [{pull: {exporter: {prometheus: {
    host: "%s", port: %s, without_type_suffix: true, without_units: true, without_scope_info: true}}}}]}}
exporters: {debug: }
`, w.hook, watchedSecret, w.org.address, time.Now().Add(-2*time.Hour).UTC().Format(time.RFC3339), host, port), 0o600))
	config := writeConfig(t, directory, "http://"+w.org.address, "    permanent_errors: drop\n    retry: {initial_interval: 100ms, max_interval: 200ms}\n",
		fmt.Sprintf(onceHTTP, "far", w.far.URL))
	p := start(t, "otelcol-okta", "--config", config, "--config", here)
	w.far.awaitEvents(t, p, 50)
	return w
}

// suffer has the far end refuse events, for a while and for good, the hook announce events while they are refused, and
// a stranger call the hook.
func (w *watched) suffer(t *testing.T) {
	t.Helper()
	for status, metric := range map[int]string{
		http.StatusServiceUnavailable: "otelcol_okta_systemlog_deliveries_retried", http.StatusBadRequest: "otelcol_okta_systemlog_events_dropped",
	} {
		grows := w.growth(t, metric)
		w.far.set(func(e *httpFarEnd) { e.status = status })
		w.org.backlog(5)
		grows()
		grows = func() {}
		if status == http.StatusServiceUnavailable {
			grows = w.growth(t, "otelcol_okta_systemlog_hook_event_latency")
			w.announce(t)
		}
		w.far.set(func(e *httpFarEnd) { e.status = 0 })
		grows()
	}
	_, _ = get(t, "http://"+w.hook+"/okta/hook")
}

// growth returns what waits until a metric is more than it is now.
func (w *watched) growth(t *testing.T, metric string) func() {
	t.Helper()
	before, _ := w.exposed(t).Sum(metric, nil)
	return func() {
		t.Helper()
		eventually(t, func() bool {
			n, _ := w.exposed(t).Sum(metric, nil)
			return n > before
		}, patience, 50*time.Millisecond, metric)
	}
}

// announce makes a delivery to the hook, as Okta does, that announces all events of the org.
func (w *watched) announce(t *testing.T) {
	t.Helper()
	var events []string
	for event := range w.org.Events() {
		events = append(events, string(event.JSON))
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+w.hook+"/okta/hook",
		strings.NewReader(`{"data":{"events":[`+strings.Join(events, ",")+`]}}`))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", watchedSecret)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
}

// exposed returns the metrics that the collector shows.
func (w *watched) exposed(t *testing.T) scrape.Metrics {
	t.Helper()
	metrics, err := scrape.Get(t.Context(), "http://"+w.metrics+"/metrics")
	require.NoError(t, err)
	return metrics
}

// known are metrics by name, with the values of their labels.
type known map[string]map[string][]string

// knownMetrics returns what the collector shows, and what Prometheus makes of alert rules. The rest of metadata.yaml is
// added as it describes it.
func knownMetrics(t *testing.T, shown scrape.Metrics) known {
	t.Helper()
	names := known{"ALERTS": {"alertname": nil, "alertstate": {"pending", "firing"}, "severity": nil, "receiver": nil}}
	for name, family := range shown {
		labels := map[string][]string{"instance": nil, "job": nil}
		for _, one := range family.GetMetric() {
			for _, label := range one.GetLabel() {
				labels[label.GetName()] = append(labels[label.GetName()], label.GetValue())
			}
		}
		names[name] = labels
		if family.GetType().String() == "HISTOGRAM" {
			names[name+"_sum"], names[name+"_count"] = labels, labels
			names[name+"_bucket"] = maps.Clone(labels)
			names[name+"_bucket"]["le"] = nil
			delete(names, name)
		}
	}
	for name, attributes := range metadataMetrics(t) {
		_, is := shown[name]
		require.Equal(t, name != replicasOnly, is, "%s is shown", name)
		if !is {
			names[name] = map[string][]string{"instance": nil, "job": nil}
			for _, attribute := range attributes {
				names[name][attribute] = nil
			}
		}
	}
	return names
}

// metadataMetrics returns the metrics of metadata.yaml as Prometheus names them, with their attributes.
func metadataMetrics(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "metadata.yaml"))
	require.NoError(t, err)
	document, err := confmap.NewRetrievedFromYAML(text)
	require.NoError(t, err)
	settings, err := document.AsConf()
	require.NoError(t, err)
	metrics, ok := settings.Get("telemetry::metrics").(map[string]any)
	require.True(t, ok)
	all := map[string][]string{}
	for name, metric := range metrics {
		var attributes []string
		for _, attribute := range metric.(map[string]any)["attributes"].([]any) {
			attributes = append(attributes, fmt.Sprint(attribute))
		}
		all["otelcol_"+name] = attributes
	}
	return all
}

var (
	// selector is a metric in a query with its matchers. All of ours have some, for the variables.
	selector = regexp.MustCompile(`([a-zA-Z_:]\w*)\{([^}]*)\}`)
	matcher  = regexp.MustCompile(`(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"`)
	// grouping is where a query names labels outside of matchers.
	grouping = regexp.MustCompile(`\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)`)
	named    = regexp.MustCompile(`\b(?:otelcol_\w+|ALERTS)\b`)
)

// complaints returns what is wrong with a query and its legend: metrics that nobody shows, labels that these metrics do
// not have, and values that these labels never have.
func (k known) complaints(expr, legend string) []string {
	var wrong []string
	if len(named.FindAllString(expr, -1)) != len(selector.FindAllString(expr, -1)) {
		wrong = append(wrong, "a metric without matchers, or one that is not the collector's")
	}
	labels := map[string]bool{}
	for _, found := range selector.FindAllStringSubmatch(expr, -1) {
		metric, there := k[found[1]]
		if !there {
			wrong = append(wrong, "nobody shows "+found[1])
		}
		for label := range metric {
			labels[label] = true
		}
		for _, match := range matcher.FindAllStringSubmatch(found[2], -1) {
			values, there := metric[match[1]]
			if !there {
				wrong = append(wrong, found[1]+" has no label "+match[1])
			}
			if exact := match[2] == "=" || match[2] == "!="; exact && !slices.Contains(values, match[3]) {
				wrong = append(wrong, fmt.Sprintf("%s is never %q", match[1], match[3]))
			}
		}
	}
	var outside []string
	for _, found := range grouping.FindAllStringSubmatch(expr, -1) {
		outside = append(outside, strings.Split(found[1], ",")...)
	}
	outside = append(outside, dashboardTarget{LegendFormat: legend}.legendLabels()...)
	for _, label := range outside {
		if label = strings.TrimSpace(label); !labels[label] {
			wrong = append(wrong, "none of its metrics has the label "+label)
		}
	}
	return wrong
}

// A dashboard that asks for what nobody shows is empty, and looks as if all were well.
func TestDashboardQueriesMeetTheMetricsOfTheCollector(t *testing.T) {
	w := startWatched(t)
	w.suffer(t) // some counters appear with the first that is counted
	d := dashboards(t)["okta-systemlog"]
	names := knownMetrics(t, w.exposed(t))
	var all strings.Builder
	for _, panel := range d.shown() {
		for _, target := range panel.Targets {
			assert.Empty(t, names.complaints(target.Expr, target.LegendFormat), "%s: %s", panel.Title, target.Expr)
			all.WriteString(target.Expr)
		}
	}
	for name := range metadataMetrics(t) {
		assert.Regexp(t, `\b`+name+`(_bucket|_sum|_count)?\{`, all.String(), "a panel for each metric")
	}

	t.Run("mistakes are found", func(t *testing.T) {
		for _, query := range []string{
			`otelcol_okta_systemlog_lags{receiver=~"$receiver"}`,
			`otelcol_okta_systemlog_lag{receivers=~"$receiver"}`,
			`otelcol_okta_systemlog_requests_total{receiver=~"$receiver"}`,
			`otelcol_okta_systemlog_request_duration{receiver=~"$receiver"}`,
			`sum by (result) (otelcol_okta_systemlog_requests{receiver=~"$receiver"})`,
			`otelcol_okta_systemlog_requests{outcome="okay"}`,
			`otelcol_okta_systemlog_leader{outcome="ok"}`,
			`otelcol_okta_systemlog_lag`,
		} {
			assert.NotEmpty(t, names.complaints(query, ""), query)
		}
		assert.NotEmpty(t, names.complaints(`otelcol_okta_systemlog_lag{receiver=~"$receiver"}`, "{{org}}"))
	})
	t.Run("prometheus", func(t *testing.T) { answersInPrometheus(t, w, d) })
}

// answersInPrometheus requires that each query, and each selector in it, yields series with the labels of its legend.
func answersInPrometheus(t *testing.T, w *watched, d dashboard) {
	p := startPrometheus(t, w.metrics)
	eventually(t, func() bool { return len(p.query(t, "otelcol_okta_systemlog_events_dropped", true)) > 0 }, patience, 100*time.Millisecond)
	w.suffer(t)
	eventually(t, func() bool {
		return len(p.query(t, `ALERTS{alertname="OktaSystemLogEventsDropped",alertstate="firing"}`, true)) > 0
	}, patience, 200*time.Millisecond)
	inGrafana := strings.NewReplacer("$__rate_interval", "20s", "$__range", "1m", "$instance", ".+", "$receiver", "(okta_systemlog|okta_systemlog/replay)")
	for _, panel := range d.shown() {
		t.Run(panel.Title, func(t *testing.T) {
			for _, target := range panel.Targets {
				expr := inGrafana.Replace(target.Expr)
				require.Empty(t, variablesOf(expr))
				require.NotEqual(t, target.Instant, target.Range)
				if strings.Contains(expr, replicasOnly) {
					p.query(t, expr, false) // it can be parsed
					continue
				}
				for _, one := range selector.FindAllString(expr, -1) {
					assert.NotEmpty(t, p.query(t, one, true), one)
				}
				var found []series
				// A rate needs two scrapes of what has changed.
				eventually(t, func() bool { found = p.query(t, expr, target.Instant); return len(found) > 0 }, patience, 200*time.Millisecond, "%s yields nothing", expr)
				for _, one := range found {
					for _, label := range target.legendLabels() {
						assert.NotEmpty(t, one.labels[label], "%s in the legend of %s", label, expr)
					}
				}
			}
		})
	}
	for _, variable := range d.Templating.List {
		if variable.Type == "query" {
			asked := regexp.MustCompile(`label_values\((\{.*\}), (\w+)\)`).FindStringSubmatch(inGrafana.Replace(strings.ReplaceAll(string(variable.Query), `\"`, `"`)))
			require.NotNil(t, asked, string(variable.Query))
			assert.NotEmpty(t, p.query(t, "count by ("+asked[2]+") ("+asked[1]+")", true)[0].labels[asked[2]], variable.Name)
		}
	}
}
