// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/scrape"
)

func TestProgress(t *testing.T) {
	const text = `# TYPE http_client_request_duration histogram
http_client_request_duration_bucket{http_request_method="GET",http_response_status_code="200",le="0.1"} 9
http_client_request_duration_count{http_request_method="GET",http_response_status_code="200",server_port="443"} 7
http_client_request_duration_count{http_request_method="GET",http_response_status_code="429"} 3
http_client_request_duration_count{http_request_method="POST",http_response_status_code="200"} 1
otelcol_receiver_accepted_log_records{receiver="okta_systemlog",transport="http"} 2.5e+06
otelcol_receiver_refused_log_records{receiver="okta_systemlog",transport="http"} 5
`
	read := func(text string) progress {
		metrics, err := scrape.Parse(strings.NewReader(text))
		require.NoError(t, err)
		return progressIn(metrics)
	}
	assert.Equal(t, progress{answers: 7, accepted: 2_500_000}, read(text))
	assert.Equal(t, progress{answers: 7, accepted: 2_500_000, beyond: 30}, read(text+`otelcol_processor_incoming_items{processor="filter/backtest_beyond"} 100
otelcol_processor_outgoing_items{processor="filter/backtest_beyond"} 70
otelcol_processor_outgoing_items{processor="filter/backtest"} 60
`))
	assert.Equal(t, progress{answers: 7, accepted: 2_500_000, lag: 1500 * time.Millisecond, dated: true},
		read(text+`otelcol_okta_systemlog_lag{receiver="okta_systemlog"} 1.5`+"\n"))
}

// seen is what a look has shown. Published is when the newest event was, in seconds after the backtest began.
type seen struct{ answers, accepted, published int }

func TestWhenAllIsRead(t *testing.T) {
	const monthAgo = -30 * 24 * 3600
	// Looks are a second apart. All is read with the last of them, and not before.
	for name, h := range map[string]struct {
		grows bool
		looks []seen
	}{
		"an org without an event": {true, []seen{{answers: 3}, {answers: 7}, {answers: 8}}},
		"a quiet org":             {true, []seen{{10, 5000, monthAgo}, {15, 9500, -60}, {22, 9500, -60}, {23, 9500, -60}}},
		"a busy org":              {true, []seen{{10, 5000, monthAgo}, {15, 9500, 1}, {16, 9505, 2}, {17, 9510, 3}, {18, 9515, 5}}},
		"an org with an event dated in the future, which counts as published when it was read": {true, []seen{
			{10, 5000, monthAgo}, {12, 7000, 2}, {14, 9000, 2}, {16, 9900, 2}, {24, 9900, 2},
		}},
		"a file with events that come to pass while they are read": {false, []seen{
			{10, 5000, 1}, {12, 7000, 2}, {14, 9000, 3}, {16, 9900, 4}, {24, 9900, 4},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
			w := endDetector{grows: h.grows, mark: began}
			for i, look := range h.looks {
				second := i + 1
				shown := progress{answers: look.answers, accepted: look.accepted, dated: look.accepted > 0}
				shown.lag = time.Duration(second-look.published) * time.Second
				assert.Equal(t, second == len(h.looks), w.over(began.Add(time.Duration(second)*time.Second), shown), "look %d", second)
			}
		})
	}
}

func TestARangeIsOverWhenManyEventsAreBeyond(t *testing.T) {
	w := endDetector{grows: true, mark: noon}
	for second, beyond := range []int{0, 1, 999} {
		assert.False(t, w.over(noon.Add(time.Duration(second)*time.Second), progress{answers: second, accepted: 1000 * second, beyond: beyond}))
	}
	assert.True(t, w.over(noon.Add(3*time.Second), progress{answers: 3, accepted: 3000, beyond: 1000}))
}
