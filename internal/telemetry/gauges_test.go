// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

func TestClockOffsetIsAMetric(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tel := componenttest.NewTelemetry()
		defer func() { assert.NoError(t, tel.Shutdown(t.Context())) }()
		metrics, err := NewMetrics(tel.NewTelemetrySettings(), component.NewID(metadata.Type))
		require.NoError(t, err)
		defer metrics.Shutdown()
		clock := &wire.Clock{}
		require.NoError(t, metrics.RegisterGauges(clock, pacing.NewBudget(0)))

		const name = "otelcol_okta_systemlog_clock_offset"
		_, err = tel.GetMetric(name)
		require.Error(t, err, "nothing is known before Okta has answered")

		then := time.Now().Add(-10 * time.Minute)
		clock.Observe(http.Header{
			"Date":               {then.UTC().Format(http.TimeFormat)},
			"X-Rate-Limit-Reset": {strconv.FormatInt(then.Unix()+30, 10)},
		})
		m, err := tel.GetMetric(name)
		require.NoError(t, err)
		gauge, ok := m.Data.(metricdata.Gauge[float64])
		require.True(t, ok)
		assert.InDelta(t, -600, gauge.DataPoints[0].Value, 1)
	})
}
