// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/scrape"
)

// get returns the status and the body that an address of the collector answers with.
func get(t *testing.T, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(body)
}

// eventsDelivered returns the receiver's count of events, as the collector shows it at an address; 0 while it starts.
func eventsDelivered(t *testing.T, address string) int {
	t.Helper()
	metrics, err := scrape.Get(t.Context(), "http://"+address+"/metrics")
	if err != nil {
		return 0
	}
	delivered, _ := metrics.Sum("otelcol_okta_systemlog_events_delivered", map[string]string{"receiver": "okta_systemlog"})
	return int(delivered)
}

func TestOperatorSeesMetricsAndStatus(t *testing.T) { operatorSeesMetricsAndStatus(t, "otelcol-okta") }

func operatorSeesMetricsAndStatus(t *testing.T, program string) {
	t.Helper()
	metrics, health := freeAddress(t), freeAddress(t)
	s := newTestbed(t, 100, direct)
	host, port, _ := strings.Cut(metrics, ":")
	more := filepath.Join(s.directory, "operating.yaml")
	require.NoError(t, os.WriteFile(more, fmt.Appendf(nil, `
extensions:
  health_check:
    use_v2: true
    component_health: {include_recoverable_errors: true, recovery_duration: 100ms}
    http: {endpoint: "%s", status: {enabled: true, path: /status}}
service:
  extensions: [file_storage, health_check]
  telemetry: {metrics: {level: normal, readers: [{pull: {exporter: {prometheus: {
    host: "%s", port: %s, without_type_suffix: true, without_units: true, without_scope_info: true}}}}]}}
`, health, host, port), 0o600))
	s.org.backlog(300)
	s.process = start(t, program, "--config", s.config, "--config", more, "--feature-gates=+extension.healthcheck.useComponentStatus")
	s.ready(t)
	s.drain(t)

	// Every metric that an alert or the documents name is there, under this name, but for those of event hooks, leases and
	// replays: this receiver has none.
	eventually(t, func() bool {
		return eventsDelivered(t, metrics) == 300
	}, patience, 50*time.Millisecond)
	shown, err := scrape.Get(t.Context(), "http://"+metrics+"/metrics")
	require.NoError(t, err)
	for _, file := range []string{"examples/alerts.yaml", "receiver/oktasystemlogreceiver/docs/operating.md"} {
		text, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		names := regexp.MustCompile(`otelcol_okta_systemlog_\w+`).FindAllString(string(text), -1)
		require.NotEmpty(t, names, file)
		for _, name := range names {
			if !strings.HasPrefix(name, "otelcol_okta_systemlog_hook_") && name != "otelcol_okta_systemlog_leader" && name != "otelcol_okta_systemlog_replay_progress" {
				assert.Contains(t, shown, strings.TrimSuffix(name, "_bucket"), "%s names %s", file, name)
			}
		}
	}

	status, said := get(t, "http://"+health+"/status?verbose")
	assert.Equal(t, http.StatusOK, status, said)
	s.org.InjectAlways(fault.Status(401, fault.OktaError("E0000011", "")))
	eventually(t, func() bool {
		status, said = get(t, "http://"+health+"/status?verbose")
		return status == http.StatusInternalServerError
	}, patience, 50*time.Millisecond)
	assert.Contains(t, said, "unauthorized: okta answered 401 Unauthorized: E0000011")
	assert.Contains(t, said, "create a new one and set it in api_token")
	s.stop(t)
}
