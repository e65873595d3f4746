// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// Metrics is the internal metrics of one receiver. Every figure carries the receiver's ID. It is safe
// for concurrent use.
type Metrics struct {
	*metadata.TelemetryBuilder
	receiver metric.MeasurementOption
	recorded []metric.RecordOption               // receiver, for what is recorded event by event
	outcomes map[string]metric.MeasurementOption // of requests, by the name of the outcome

	// mu guards what the gauges are computed from when they are read.
	mu     sync.Mutex
	newest time.Time // published time of the newest delivered event
	stored time.Time // when the position was stored last, or polling began without one, on the local clock
	// resumedAt is, until this run of polling has stored a position, when Okta gave the one that it began
	// with, on Okta's clock; else zero.
	resumedAt time.Time
	replay    replay
	leads     bool      // this replica polls; without a lease it does not matter
	callBegan time.Time // of the call of the pipeline in hand; zero while there is none
}

// replay is what is known of a replay: the time range, and whether all of it was read.
type replay struct {
	since, until time.Time // until is zero where the log is followed
	ended        bool
}

// outcomeOK is the outcome of a request that brought a page; the others are the kinds of error.
const outcomeOK = "ok"

// NewMetrics returns the metrics of the receiver with an ID. Each counter is there with 0 from the
// start: the first increase of one that was not there is seen by no alert.
func NewMetrics(set component.TelemetrySettings, receiver component.ID) (*Metrics, error) {
	builder, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, fmt.Errorf("internal metrics: %w", err)
	}
	id := attribute.String("receiver", receiver.String())
	ofReceiver := metric.WithAttributeSet(attribute.NewSet(id))
	m := &Metrics{
		TelemetryBuilder: builder,
		receiver:         ofReceiver,
		recorded:         []metric.RecordOption{ofReceiver},
		outcomes:         map[string]metric.MeasurementOption{},
	}
	for _, counter := range []metric.Int64Counter{
		m.OktaSystemlogBytesReceived, m.OktaSystemlogDeliveriesRetried, m.OktaSystemlogEventsDelivered,
		m.OktaSystemlogEventsDropped, m.OktaSystemlogEventsMalformed, m.OktaSystemlogEventsReceived,
		m.OktaSystemlogEventsRepeated, m.OktaSystemlogPositionRewinds, m.OktaSystemlogStorageFailures,
		m.OktaSystemlogTokensIssued,
	} {
		m.Count(counter, 0)
	}
	for _, outcome := range append([]string{outcomeOK}, oktaerr.KindNames()...) {
		m.outcomes[outcome] = metric.WithAttributeSet(attribute.NewSet(id, attribute.String("outcome", outcome)))
		m.OktaSystemlogRequests.Add(context.Background(), 0, m.outcomes[outcome])
	}
	return m, nil
}

// WithEventHook makes the counters of an event hook appear with 0, those of each outcome of a request
// to it among them.
func (m *Metrics) WithEventHook(outcomes []string) {
	for _, counter := range []metric.Int64Counter{
		m.OktaSystemlogHookTriggeredPolls, m.OktaSystemlogHookEventsConfirmed, m.OktaSystemlogHookEventsUnconfirmed,
	} {
		m.Count(counter, 0)
	}
	for _, outcome := range outcomes {
		m.hookRequests(outcome, 0)
	}
}

// Count adds to a counter.
func (m *Metrics) Count(counter metric.Int64Counter, n int) {
	counter.Add(context.Background(), int64(n), m.receiver)
}

// Requested counts a request to the System Log.
func (m *Metrics) Requested(r okta.Request) {
	name := outcomeOK
	var e *oktaerr.Error
	if errors.As(r.Err, &e) {
		name = e.Kind.String()
	}
	outcome := m.outcomes[name]
	m.OktaSystemlogRequests.Add(context.Background(), 1, outcome)
	m.OktaSystemlogRequestDuration.Record(context.Background(), r.Took.Seconds(), outcome)
	m.Count(m.OktaSystemlogBytesReceived, r.Bytes)
}

// TokenIssued counts an access token.
func (m *Metrics) TokenIssued() { m.Count(m.OktaSystemlogTokensIssued, 1) }

// HookRequest counts a request to the event hook, by how it was answered.
func (m *Metrics) HookRequest(outcome string) { m.hookRequests(outcome, 1) }

func (m *Metrics) hookRequests(outcome string, n int64) {
	m.OktaSystemlogHookDeliveries.Add(context.Background(), n, m.receiver, metric.WithAttributes(attribute.String("outcome", outcome)))
}

// HookEventLatency records how long an event that an event hook announced took to come. It allocates nothing.
func (m *Metrics) HookEventLatency(took time.Duration) {
	m.OktaSystemlogHookEventLatency.Record(context.Background(), took.Seconds(), m.recorded...)
}

// PollingBegan notes that polling begins, until Resumed or Stored tells more.
func (m *Metrics) PollingBegan() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stored = time.Now()
}

// Resumed notes the published time of the newest event of an earlier run, and when Okta gave the
// position that it left, both on Okta's clock: that position is no younger for a restart.
func (m *Metrics) Resumed(newest, answered time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.newest, m.resumedAt = newest, answered
}

// Replays notes that a time range is read rather than the log followed: how old its events are says nothing about how
// late they come, so there is no lag. since is zero while it is not known.
func (m *Metrics) Replays(since, until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.replay = replay{since: since, until: until}
}

// ReplayEnded notes that all of the time range was read.
func (m *Metrics) ReplayEnded() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.replay.ended = true
}

// Rests notes that nothing is asked for until PollingBegan: then no position grows old.
func (m *Metrics) Rests() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stored, m.resumedAt = time.Time{}, time.Time{}
}

// Leads notes whether this replica is the one that polls. One that stands by has no lag and no position.
func (m *Metrics) Leads(leads bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.leads = leads; !leads {
		m.newest, m.stored, m.resumedAt = time.Time{}, time.Time{}, time.Time{}
	}
}

// CallBegan and CallEnded note that the pipeline has a delivery, and that it has returned.
func (m *Metrics) CallBegan(at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.callBegan = at
}

// CallEnded is described at CallBegan.
func (m *Metrics) CallEnded() { m.CallBegan(time.Time{}) }

// Stored notes that the position was stored, and the published time of the newest event before it.
func (m *Metrics) Stored(newest time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.newest, m.stored, m.resumedAt = newest, time.Now(), time.Time{}
}
