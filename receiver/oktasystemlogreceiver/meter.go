// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// meter is the internal metrics of one receiver. Every figure carries the receiver's ID.
type meter struct {
	*metadata.TelemetryBuilder
	receiver metric.MeasurementOption
	outcomes map[string]metric.MeasurementOption

	// mu guards what the gauges are computed from when somebody looks at them.
	mu     sync.Mutex
	newest time.Time // published time of the newest delivered event
	stored time.Time // when the position was stored last, or polling began without one, on the local clock
	// resumedAt is, until this polling has stored a position, when Okta gave the one that it began
	// with, on Okta's clock; else zero.
	resumedAt time.Time
}

// outcomeOK is the outcome of a request that brought a page; the others are the kinds of error.
const outcomeOK = "ok"

func newMeter(set component.TelemetrySettings, receiver component.ID) (*meter, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, fmt.Errorf("internal metrics: %w", err)
	}
	id := attribute.String("receiver", receiver.String())
	m := &meter{
		TelemetryBuilder: telemetry,
		receiver:         metric.WithAttributeSet(attribute.NewSet(id)),
		outcomes:         map[string]metric.MeasurementOption{},
	}
	for _, outcome := range append([]string{outcomeOK}, okta.KindNames()...) {
		m.outcomes[outcome] = metric.WithAttributeSet(attribute.NewSet(id, attribute.String("outcome", outcome)))
	}
	m.begin()
	return m, nil
}

// begin makes each counter appear with 0: the first increase of one that was not there is seen by no
// alert.
func (m *meter) begin() {
	for _, counter := range []metric.Int64Counter{
		m.OktaSystemlogBytesReceived, m.OktaSystemlogDeliveriesRetried, m.OktaSystemlogEventsDelivered,
		m.OktaSystemlogEventsDropped, m.OktaSystemlogEventsOdd, m.OktaSystemlogEventsReceived,
		m.OktaSystemlogEventsRepeated, m.OktaSystemlogPositionFallbacks, m.OktaSystemlogStorageFailures,
		m.OktaSystemlogTokensMinted,
	} {
		m.count(counter, 0)
	}
	for _, outcome := range m.outcomes {
		m.OktaSystemlogRequests.Add(context.Background(), 0, outcome)
	}
}

func (m *meter) count(counter metric.Int64Counter, n int) {
	counter.Add(context.Background(), int64(n), m.receiver)
}

// requested counts a request to the System Log.
func (m *meter) requested(r okta.Request) {
	name := outcomeOK
	var e *okta.Error
	if errors.As(r.Err, &e) {
		name = e.Kind.String()
	}
	outcome := m.outcomes[name]
	m.OktaSystemlogRequests.Add(context.Background(), 1, outcome)
	m.OktaSystemlogRequestDuration.Record(context.Background(), r.Took.Seconds(), outcome)
	m.count(m.OktaSystemlogBytesReceived, r.Bytes)
}

// minted counts an access token.
func (m *meter) minted() { m.count(m.OktaSystemlogTokensMinted, 1) }

// polls notes that polling begins.
func (m *meter) polls() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stored = time.Now()
}

// resumed notes how far an earlier polling came: its position is no younger for a restart.
func (m *meter) resumed(state checkpoint.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.newest, m.resumedAt = state.Newest, state.Answered
}

// reached notes that the position was stored, and the published time of the newest event before it.
func (m *meter) reached(newest time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.newest, m.stored, m.resumedAt = newest, time.Now(), time.Time{}
}

// show makes figures of what is true at the moment that somebody looks.
func (m *meter) show(clock *okta.Clock, budget *okta.Budget) error {
	err := errors.Join(
		m.RegisterOktaSystemlogClockOffsetCallback(m.seconds(func() (time.Duration, bool) { return clock.Offset() })),
		m.RegisterOktaSystemlogLagCallback(m.seconds(func() (time.Duration, bool) { return m.lag(clock.Now()) })),
		m.RegisterOktaSystemlogPositionAgeCallback(m.seconds(func() (time.Duration, bool) { return m.positionAge(clock.Now()) })),
		m.RegisterOktaSystemlogRateLimitWaitedCallback(m.seconds(func() (time.Duration, bool) { return budget.Waited(), true })),
		m.RegisterOktaSystemlogRateLimitCeilingCallback(m.requests(budget, func(l okta.RateLimit) int { return l.Ceiling })),
		m.RegisterOktaSystemlogRateLimitRemainingCallback(m.requests(budget, func(l okta.RateLimit) int { return l.Remaining })),
	)
	if err != nil {
		return fmt.Errorf("internal metrics: %w", err)
	}
	return nil
}

// lag is how old the newest delivered event is, given the time on Okta's clock.
func (m *meter) lag(now time.Time) (time.Duration, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return now.Sub(m.newest), !m.newest.IsZero()
}

// positionAge is how long ago the position was stored, given the time on Okta's clock.
func (m *meter) positionAge(now time.Time) (time.Duration, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.resumedAt.IsZero() {
		return now.Sub(m.resumedAt), true
	}
	return time.Since(m.stored), !m.stored.IsZero()
}

// seconds observes a time that may not be known yet.
func (m *meter) seconds(figure func() (time.Duration, bool)) metric.Float64Callback {
	return func(_ context.Context, o metric.Float64Observer) error {
		if d, known := figure(); known {
			o.Observe(d.Seconds(), m.receiver)
		}
		return nil
	}
}

// requests observes what Okta said of the rate limit, once it has.
func (m *meter) requests(budget *okta.Budget, figure func(okta.RateLimit) int) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		if limit, known := budget.Limit(); known {
			o.Observe(int64(figure(limit)), m.receiver)
		}
		return nil
	}
}
