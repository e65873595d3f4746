// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

// compared is a reconciler beside a history that nothing refuses.
type compared struct {
	*Reconciler
	t         *testing.T
	history   *delivery.History
	telemetry *componenttest.Telemetry
}

func newCompared(t *testing.T) *compared {
	t.Helper()
	c := &compared{t: t, telemetry: componenttest.NewTelemetry()}
	t.Cleanup(func() { require.NoError(t, c.telemetry.Shutdown(context.WithoutCancel(t.Context()))) })
	id := component.NewID(metadata.Type)
	metrics, err := telemetry.NewMetrics(c.telemetry.NewTelemetrySettings(), id)
	require.NoError(t, err)
	reported, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: id, Transport: "http", ReceiverCreateSettings: receivertest.NewNopSettings(metadata.Type),
	})
	require.NoError(t, err)
	c.history, _, err = delivery.New(delivery.Settings{
		Org: "acme.okta.com", Storage: checkpoint.NewMemory(), Translator: translate.New(translate.Options{}),
		Consumer: consumertest.NewNop(), ObsReport: reported, Jitter: retry.NewJitter(1), Logger: zap.NewNop(),
		Metrics: metrics, Health: telemetry.NewHealth(zap.NewNop(), func(*componentstatus.Event) {}),
	}).Open(t.Context())
	require.NoError(t, err)
	c.Reconciler = New(Settings{ConfirmWithin: 10 * time.Minute, PollInterval: time.Minute, Logger: zap.NewNop(), Metrics: metrics})
	return c
}

// announce announces events by their uuids.
func (c *compared) announce(uuids ...string) {
	c.t.Helper()
	var events []eventhook.Event
	for _, uuid := range uuids {
		events = append(events, event(uuid))
	}
	require.NoError(c.t, c.Announce(c.t.Context(), events))
}

// page asks for a page and brings it, with events by their uuids, some time later.
func (c *compared) page(took time.Duration, uuids ...string) {
	c.t.Helper()
	page := &okta.Page{Asked: time.Now()}
	time.Sleep(took)
	page.Answered = time.Now()
	for _, uuid := range uuids {
		page.Events = append(page.Events, fmt.Appendf(nil, `{"uuid":%q,"published":%q}`, uuid, noon.Format(time.RFC3339)))
	}
	require.NoError(c.t, c.history.Deliver(c.t.Context(), delivery.Batch{Events: page.Events, Answered: page.Answered, Next: page.Next}))
	require.NoError(c.t, c.Reconcile(c.t.Context(), c.history, page))
}

// requireLatencies requires that these latencies were recorded, in seconds, and that so many events were confirmed.
func (c *compared) requireLatencies(confirmed int64, want ...float64) {
	c.t.Helper()
	counted, err := c.telemetry.GetMetric("otelcol_okta_systemlog_hook_events_confirmed")
	require.NoError(c.t, err)
	require.Equal(c.t, confirmed, counted.Data.(metricdata.Sum[int64]).DataPoints[0].Value)
	m, err := c.telemetry.GetMetric("otelcol_okta_systemlog_hook_event_latency")
	if len(want) == 0 {
		require.Error(c.t, err, "no latency was recorded")
		return
	}
	require.NoError(c.t, err)
	points := m.Data.(metricdata.Histogram[float64]).DataPoints
	require.Len(c.t, points, 1)
	sum, buckets := 0.0, make([]uint64, len(points[0].Bounds)+1)
	for _, seconds := range want {
		sum += seconds
		n, _ := slices.BinarySearch(points[0].Bounds, seconds)
		buckets[n]++
	}
	assert.InDelta(c.t, sum, points[0].Sum, 1e-9)
	assert.Equal(c.t, buckets, points[0].BucketCounts)
}

func TestLatencyIsFromTheFirstAnnouncementToDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCompared(t)
		c.page(time.Second)
		c.announce("u1", "u2")
		c.page(120*time.Millisecond, "not announced", "u1")
		c.requireLatencies(1, 0.12)
		time.Sleep(time.Second)
		c.announce("u1", "u2")
		c.page(80 * time.Millisecond)
		c.page(300*time.Millisecond, "u2")
		c.requireLatencies(2, 0.12, 1.5)
		c.announce("u1", "u2")
		c.page(time.Minute, "u1", "u2") // which Okta sends again
		c.requireLatencies(2, 0.12, 1.5)
	})
}

func TestEventThatWasDeliveredBeforeItsAnnouncementHasNoLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCompared(t)
		c.page(time.Second, "early", "earlier")
		c.announce("early")
		c.page(time.Minute)
		c.requireLatencies(1)
		c.announce("earlier", "late")
		c.page(2*time.Second, "earlier", "late") // the first of which Okta sends again
		c.requireLatencies(3, 2)

		// It is announced between the delivery of its page and the comparison.
		brought := func(yield func(checkpoint.ID) bool) { yield(idOf(event("meanwhile"))) }
		delivered := time.Now()
		time.Sleep(time.Millisecond)
		c.announce("meanwhile")
		c.announced.came(brought, delivered, func(waited time.Duration) { t.Errorf("waited for %v", waited) })
	})
}

// A page was asked for before the announcement and brings the event after it.
func TestEventOnItsWayWhenItIsAnnouncedHasALatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCompared(t)
		time.AfterFunc(time.Second, func() { c.announce("u1") })
		c.page(5*time.Second, "u1")
		c.requireLatencies(1, 4)
	})
}

func TestOverdueEventHasNoLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCompared(t)
		c.announce("overdue", "put back")
		for range 15 {
			c.page(time.Minute)
		}
		c.announced.putBack([]eventhook.Event{event("put back")})
		c.page(time.Minute, "overdue", "put back")
		c.requireLatencies(1)
	})
}

func TestLatencyTakesNoMemoryPerEvent(t *testing.T) {
	c := newCompared(t)
	var uuids []string
	for n := range 1000 {
		uuids = append(uuids, fmt.Sprint(n))
	}
	c.page(0, uuids...)
	c.announce(uuids...)
	now := time.Now().Add(time.Second)
	tell := func() { c.announced.came(c.history.Brought(), now, c.set.Metrics.HookEventLatency) }
	assert.LessOrEqual(t, testing.AllocsPerRun(10, tell), 5.0, "for 1,000 events")
}
