// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
)

// hookLatency is what is recorded of the latency of events that the hook announced, all 0 before the first one.
func (w *world) hookLatency() (latency metricdata.HistogramDataPoint[float64]) {
	w.t.Helper()
	m, err := w.telemetry.GetMetric("otelcol_okta_systemlog_hook_event_latency")
	if err != nil {
		return latency
	}
	points := m.Data.(metricdata.Histogram[float64]).DataPoints
	require.Len(w.t, points, 1)
	return points[0]
}

// The metric tells what the pipeline sees.
func TestHookLatencyIsHowLongEventsTookToArrive(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"in the log at once": 0, "hooks are faster than the log": 700 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			inHookedWorld(t, oktatest.Options{PageLatency: pageLatency, Hooks: eventhooks.Options{Delay: -ahead}}, func(t *testing.T, w *world) {
				arrived := w.anHourOfEvents(ahead)
				latency := w.hookLatency()
				require.EqualValues(t, len(arrived), latency.Count)
				sum, buckets := 0.0, make([]uint64, len(latency.Bounds)+1)
				for _, took := range arrived {
					sum += took.Seconds()
					n, _ := slices.BinarySearch(latency.Bounds, took.Seconds())
					buckets[n]++
				}
				assert.InDelta(t, sum, latency.Sum, 1e-6)
				assert.Equal(t, buckets, latency.BucketCounts)
			})
		})
	}
}

func TestEventThatPollingBringsBeforeItsAnnouncementHasNoLatency(t *testing.T) {
	inHookedWorld(t, oktatest.Options{Hooks: eventhooks.Options{Delay: 20 * time.Second}}, func(t *testing.T, w *world) {
		w.cfg.PollInterval = 5 * time.Second
		w.start()
		w.hook("user.session.start")
		w.wait(time.Minute)
		for n := range 10 {
			w.org.Append(eventOf("user.session.start", n, w.org.Now()))
			w.wait(7 * time.Second)
		}
		w.wait(time.Minute)
		assert.EqualValues(t, 10, w.metric("hook_events_confirmed"))
		assert.Zero(t, w.hookLatency().Count)
	})
}

// A pipeline that refuses makes announced events late, in part or all of them, and each counts once.
func TestHookLatencyHasTheTimeInWhichThePipelineRefuses(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		w.hook("user.session.start")
		w.wait(time.Minute)
		w.sink.refuses(func(_ context.Context, call int) error {
			if call%3 != 0 {
				return errors.New("busy")
			}
			return nil
		})
		began := time.Now()
		events := make([]oktatest.Event, 20)
		for n := range events {
			events[n] = eventOf("user.session.start", n, w.org.Now())
		}
		w.org.Append(events...)
		w.wait(10 * time.Minute)
		w.requireNoLoss()
		last := slices.MaxFunc(w.sink.times, time.Time.Compare).Sub(began)
		require.Greater(t, last, 5*time.Second)
		latency := w.hookLatency()
		assert.EqualValues(t, 20, latency.Count)
		assert.InDelta(t, 20*last.Seconds(), latency.Sum, 1e-6, "the page is delivered with its last event")
	})
}

func TestHookLatencyIsFromTheFirstAnnouncement(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		w.wait(time.Minute)
		event := eventOf("user.session.start", 0, w.org.Now())
		event.Persisted = w.org.Now().Add(5 * time.Second)
		announcement := `{"data":{"events":[` + string(event.JSON) + `]}}`
		began := time.Now()
		for range 4 {
			require.Equal(t, http.StatusOK, w.deliver(announcement))
			w.wait(time.Second)
		}
		w.org.Append(event)
		w.wait(time.Minute)
		require.Len(t, w.sink.times, 1)
		require.Equal(t, http.StatusOK, w.deliver(announcement))
		w.wait(2 * time.Minute)
		latency := w.hookLatency()
		assert.EqualValues(t, 1, latency.Count)
		assert.InDelta(t, w.sink.times[0].Sub(began).Seconds(), latency.Sum, 1e-6)
	})
}
