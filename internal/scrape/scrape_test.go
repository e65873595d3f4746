// SPDX-License-Identifier: Apache-2.0

package scrape

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shown is of a Collector of release 0.158, cut.
const shown = `# HELP http_client_request_duration Duration of HTTP client requests.
# TYPE http_client_request_duration histogram
http_client_request_duration_bucket{http_request_method="GET",http_response_status_code="200",le="0.005"} 6
http_client_request_duration_bucket{http_request_method="GET",http_response_status_code="200",le="+Inf"} 8
http_client_request_duration_sum{http_request_method="GET",http_response_status_code="200"} 0.025
http_client_request_duration_count{http_request_method="GET",http_response_status_code="200"} 8
http_client_request_duration_bucket{http_request_method="GET",http_response_status_code="404",le="+Inf"} 1
http_client_request_duration_sum{http_request_method="GET",http_response_status_code="404"} 0.001
http_client_request_duration_count{http_request_method="GET",http_response_status_code="404"} 1
# HELP otelcol_okta_systemlog_lag How long ago, on Okta's clock, the newest delivered event was published.
# TYPE otelcol_okta_systemlog_lag gauge
otelcol_okta_systemlog_lag{receiver="okta_systemlog"} 1738.216704422
# TYPE otelcol_receiver_accepted_log_records counter
otelcol_receiver_accepted_log_records{receiver="okta_systemlog/1",transport="http"} 1e+06
otelcol_receiver_accepted_log_records{receiver="okta_systemlog/2",transport="http"} 5
`

func TestSum(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(shown)) }))
	defer server.Close()
	metrics, err := Get(t.Context(), server.URL)
	require.NoError(t, err)
	for _, test := range []struct {
		name   string
		labels map[string]string
		want   float64
		found  bool
	}{
		{"otelcol_receiver_accepted_log_records", nil, 1_000_005, true},
		{"otelcol_receiver_accepted_log_records", map[string]string{"receiver": "okta_systemlog/2"}, 5, true},
		{"otelcol_receiver_accepted_log_records", map[string]string{"receiver": "okta_systemlog/3"}, 0, false},
		{"otelcol_receiver_accepted_log_records", map[string]string{"receiver": "okta_systemlog/2", "other": ""}, 0, false},
		{"otelcol_receiver_accepted", nil, 0, false},
		{"otelcol_okta_systemlog_lag", nil, 1738.216704422, true},
		{"http_client_request_duration", map[string]string{"http_request_method": "GET", "http_response_status_code": "200"}, 8, true},
	} {
		total, found := metrics.Sum(test.name, test.labels)
		assert.InDelta(t, test.want, total, 0, test.name)
		assert.Equal(t, test.found, found, test.name)
	}
}

func TestWhatIsNoMetrics(t *testing.T) {
	for status, text := range map[int]string{http.StatusOK: "<html>", http.StatusServiceUnavailable: shown} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(text))
		}))
		_, err := Get(t.Context(), server.URL)
		server.Close()
		assert.ErrorContains(t, err, "read the collector's metrics", status)
	}
}
