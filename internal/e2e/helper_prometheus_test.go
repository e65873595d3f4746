// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// prometheus is Prometheus as a process.
type prometheus struct{ address string }

// startPrometheus runs it, with the alert rules of the examples, on the metrics at an address. Where it is not
// installed the test is skipped.
func startPrometheus(t *testing.T, scraped string) *prometheus {
	t.Helper()
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("prometheus is not installed: it is in the package prometheus of Debian and Ubuntu")
	}
	rules, err := filepath.Abs(filepath.Join(root, "examples", "alerts.yaml"))
	require.NoError(t, err)
	folder := t.TempDir()
	config := filepath.Join(folder, "prometheus.yml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: ["%s"]
scrape_configs:
  - job_name: otelcol
    static_configs: [{targets: ["%s"]}]
`, rules, scraped), 0o600))
	p := &prometheus{address: freeAddress(t)}
	startProgram(t, program, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(folder, "data"),
		"--web.listen-address="+p.address, "--log.level=warn")
	eventually(t, func() bool {
		status, _ := get(t, "http://"+p.address+"/-/ready")
		return status == http.StatusOK
	}, patience, 50*time.Millisecond)
	return p
}

// series is one of an answer: its labels, and its values as text.
type series struct {
	labels map[string]string
	values []string
}

// query returns the series that a query yields now, or over the last seconds, without those that have no number.
func (p *prometheus) query(t *testing.T, expr string, instant bool) []series {
	t.Helper()
	path, parameters := "/api/v1/query", url.Values{"query": {expr}}
	if !instant {
		now := time.Now()
		path = "/api/v1/query_range"
		parameters.Set("start", strconv.FormatInt(now.Add(-10*time.Second).Unix(), 10))
		parameters.Set("end", strconv.FormatInt(now.Unix(), 10))
		parameters.Set("step", "1")
	}
	_, said := get(t, "http://"+p.address+path+"?"+parameters.Encode())
	var answer struct {
		Status, Error string
		Data          struct {
			Result []struct {
				Metric map[string]string
				Value  []any
				Values [][]any
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(said), &answer), said)
	require.Equal(t, "success", answer.Status, "%s\n%s", expr, answer.Error)
	var found []series
	for _, result := range answer.Data.Result {
		one := series{labels: result.Metric}
		for _, point := range append(result.Values, result.Value) {
			if len(point) == 2 && point[1] != "NaN" {
				one.values = append(one.values, fmt.Sprint(point[1]))
			}
		}
		if len(one.values) > 0 {
			found = append(found, one)
		}
	}
	return found
}
