// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadatatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// gauge returns the only figure of a gauge.
func (w *world) gauge(name string) float64 {
	w.t.Helper()
	m, err := w.telemetry.GetMetric("otelcol_okta_systemlog_" + name)
	require.NoError(w.t, err)
	switch data := m.Data.(type) {
	case metricdata.Gauge[float64]:
		require.Len(w.t, data.DataPoints, 1)
		return data.DataPoints[0].Value
	case metricdata.Gauge[int64]:
		require.Len(w.t, data.DataPoints, 1)
		return float64(data.DataPoints[0].Value)
	case metricdata.Sum[float64]:
		require.Len(w.t, data.DataPoints, 1)
		return data.DataPoints[0].Value
	default:
		require.Failf(w.t, "not a gauge", "%s is a %T", name, m.Data)
		return 0
	}
}

// requests returns how many requests had an outcome.
func (w *world) requests(outcome string) int64 {
	w.t.Helper()
	m, err := w.telemetry.GetMetric("otelcol_okta_systemlog_requests")
	require.NoError(w.t, err)
	return requestsOf(m, outcome)
}

// requestsOf is how many requests had an outcome, -1 where the metric does not know it.
func requestsOf(m metricdata.Metrics, outcome string) int64 {
	for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
		if v, _ := point.Attributes.Value("outcome"); v.AsString() == outcome {
			return point.Value
		}
	}
	return -1
}

func TestEveryCounterIsThereFromTheStart(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.InitialDelay = time.Hour
		w.start()
		zero := []metricdata.DataPoint[int64]{{Attributes: attribute.NewSet(attribute.String("receiver", "okta_systemlog"))}}
		for _, assertEqual := range []func(*testing.T){
			func(t *testing.T) { metadatatest.AssertEqualOktaSystemlogBytesReceived(t, w.telemetry, zero, anyTime) },
			func(t *testing.T) {
				metadatatest.AssertEqualOktaSystemlogDeliveriesRetried(t, w.telemetry, zero, anyTime)
			},
			func(t *testing.T) {
				metadatatest.AssertEqualOktaSystemlogEventsDelivered(t, w.telemetry, zero, anyTime)
			},
			func(t *testing.T) { metadatatest.AssertEqualOktaSystemlogEventsDropped(t, w.telemetry, zero, anyTime) },
			func(t *testing.T) {
				metadatatest.AssertEqualOktaSystemlogEventsMalformed(t, w.telemetry, zero, anyTime)
			},
			func(t *testing.T) { metadatatest.AssertEqualOktaSystemlogEventsReceived(t, w.telemetry, zero, anyTime) },
			func(t *testing.T) { metadatatest.AssertEqualOktaSystemlogEventsRepeated(t, w.telemetry, zero, anyTime) },
			func(t *testing.T) {
				metadatatest.AssertEqualOktaSystemlogPositionRewinds(t, w.telemetry, zero, anyTime)
			},
			func(t *testing.T) {
				metadatatest.AssertEqualOktaSystemlogStorageFailures(t, w.telemetry, zero, anyTime)
			},
			func(t *testing.T) { metadatatest.AssertEqualOktaSystemlogTokensIssued(t, w.telemetry, zero, anyTime) },
		} {
			assertEqual(t)
		}
		for _, outcome := range []string{"ok", "forbidden", "misdirected", "rate_limited", "rejected", "unauthorized", "unavailable"} {
			assert.Zero(t, w.requests(outcome), outcome)
		}
	})
}

var anyTime = metricdatatest.IgnoreTimestamp()

func TestMetricsTellWhatHappens(t *testing.T) {
	inWorld(t, oktatest.Options{PageLatency: 300 * time.Millisecond}, func(t *testing.T, w *world) {
		w.happened(2500, time.Hour)
		w.start()
		w.wait(62 * time.Second) // no request is under way

		assert.EqualValues(t, 2500, w.metric("events_received"))
		assert.EqualValues(t, 2500, w.metric("events_delivered"))
		assert.Greater(t, w.metric("bytes_received"), int64(2500*500))
		asked := w.requests("ok")
		assert.EqualValues(t, len(w.org.Requests()), asked)
		m, err := w.telemetry.GetMetric("otelcol_okta_systemlog_request_duration")
		require.NoError(t, err)
		took := m.Data.(metricdata.Histogram[float64]).DataPoints
		require.Len(t, took, 1)
		assert.EqualValues(t, asked, took[0].Count)
		assert.InDelta(t, 0.3, took[0].Sum/float64(asked), 0.01)

		assert.InDelta(t, 3660, w.gauge("lag"), 2, "an hour old, and a minute has passed")
		assert.Less(t, w.gauge("position_age"), 12.0, "an answer without events counts")
		assert.EqualValues(t, oktatest.DefaultRateLimit/2, w.gauge("rate_limit_ceiling"))
		assert.Less(t, w.gauge("rate_limit_remaining"), float64(oktatest.DefaultRateLimit/2))
		assert.Positive(t, w.gauge("rate_limit_waited"), "the backlog was read at the pace of the budget")
		assert.InDelta(t, 0, w.gauge("clock_offset"), 1)

		w.happen(1)
		w.wait(30 * time.Second)
		assert.InDelta(t, 25, w.gauge("lag"), 10)

		w.org.InjectAlways(fault.Status(503, fault.NoBody))
		w.wait(10 * time.Minute)
		assert.InDelta(t, 600, w.gauge("position_age"), 15)
		assert.Positive(t, w.requests("unavailable"))
	})
}

func TestMetricsTellOfFailuresBehindTheReceiver(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		flaky := &flakyStorage{Client: w.storage}
		w.storage = flaky
		w.cfg.PermanentErrors = permanentDrop
		w.sink.refuses(func(_ context.Context, call int) error {
			switch {
			case call <= 3:
				return errors.New("queue is full")
			case call == 5:
				return consumererror.NewPermanent(errors.New("no"))
			}
			return nil
		})
		w.happened(100, time.Hour)
		w.start()
		w.wait(time.Minute)
		assert.EqualValues(t, 3, w.metric("deliveries_retried"))
		w.happen(7)
		w.wait(time.Minute)
		assert.EqualValues(t, 83, w.metric("events_delivered"))
		assert.EqualValues(t, 24, w.metric("events_dropped"), "the call after the one of 12 that was accepted")
		assert.EqualValues(t, 107, w.metric("events_received"), "delivered, dropped and repeated make up what was received")

		flaky.fail(errors.New("no space left on device"))
		w.happen(1)
		w.wait(time.Minute)
		assert.Positive(t, w.metric("storage_failures"))
	})
}

func TestEachReceiverHasItsOwnFigures(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.id = "audit"
		w.happened(10, time.Hour)
		w.start()
		w.wait(time.Minute)
		for _, name := range []string{"events_delivered", "requests", "request_duration", "lag", "position_age", "rate_limit_ceiling", "rate_limit_waited", "clock_offset"} {
			m, err := w.telemetry.GetMetric("otelcol_okta_systemlog_" + name)
			require.NoError(t, err)
			metricdatatest.AssertHasAttributes(t, m, attribute.String("receiver", "okta_systemlog/audit"))
		}
	})
}
