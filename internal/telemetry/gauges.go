// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/metric"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// RegisterGauges makes figures of what is true at the moment at which somebody reads them.
func (m *Metrics) RegisterGauges(clock *wire.Clock, budget *pacing.Budget) error {
	err := errors.Join(
		m.RegisterOktaSystemlogClockOffsetCallback(m.seconds(func() (time.Duration, bool) { return clock.Offset() })),
		m.RegisterOktaSystemlogDeliveryHeldCallback(m.seconds(func() (time.Duration, bool) { return m.held(), true })),
		m.RegisterOktaSystemlogLagCallback(m.seconds(func() (time.Duration, bool) { return m.lag(clock.Now()) })),
		m.RegisterOktaSystemlogPositionAgeCallback(m.seconds(func() (time.Duration, bool) { return m.positionAge(clock.Now()) })),
		m.RegisterOktaSystemlogReplayProgressCallback(func(_ context.Context, o metric.Float64Observer) error {
			if share, replays := m.replayProgress(); replays {
				o.Observe(share, m.receiver)
			}
			return nil
		}),
		m.RegisterOktaSystemlogRateLimitWaitedCallback(m.seconds(func() (time.Duration, bool) { return budget.Waited(), true })),
		m.RegisterOktaSystemlogRateLimitCeilingCallback(m.requests(budget, func(l wire.RateLimit) int { return l.Ceiling })),
		m.RegisterOktaSystemlogRateLimitRemainingCallback(m.requests(budget, func(l wire.RateLimit) int { return l.Remaining })),
	)
	if err != nil {
		return fmt.Errorf("internal metrics: %w", err)
	}
	return nil
}

// RegisterLeader makes a figure of whether this replica is the one that polls.
func (m *Metrics) RegisterLeader() error {
	return m.RegisterOktaSystemlogLeaderCallback(func(_ context.Context, o metric.Int64Observer) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		leads := int64(0)
		if m.leads {
			leads = 1
		}
		o.Observe(leads, m.receiver)
		return nil
	})
}

// lag is how old the newest delivered event is, given the time on Okta's clock.
func (m *Metrics) lag(now time.Time) (time.Duration, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return now.Sub(m.newest), !m.newest.IsZero() && m.replay.until.IsZero()
}

// mostRead is the progress of a replay that has not ended, whose newest event may be the last one.
const mostRead = 0.9999

// replayProgress is the share of its time range that a replay has read, by the newest event that was delivered; 1
// once it has ended. Events of a bounded query come in the order in which they were published.
func (m *Metrics) replayProgress() (float64, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.replay
	switch {
	case r.until.IsZero():
		return 0, false
	case r.ended:
		return 1, true
	case r.since.IsZero() || !m.newest.After(r.since):
		return 0, true
	}
	return min(mostRead, m.newest.Sub(r.since).Seconds()/r.until.Sub(r.since).Seconds()), true
}

// held is for how long the pipeline has had the delivery in hand, 0 while it has none.
func (m *Metrics) held() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.callBegan.IsZero() {
		return 0
	}
	return time.Since(m.callBegan)
}

// positionAge is how long ago the position was stored, given the time on Okta's clock.
func (m *Metrics) positionAge(now time.Time) (time.Duration, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.resumedAt.IsZero() {
		return now.Sub(m.resumedAt), true
	}
	return time.Since(m.stored), !m.stored.IsZero()
}

// seconds observes a time that may not be known yet.
func (m *Metrics) seconds(figure func() (time.Duration, bool)) metric.Float64Callback {
	return func(_ context.Context, o metric.Float64Observer) error {
		if d, known := figure(); known {
			o.Observe(d.Seconds(), m.receiver)
		}
		return nil
	}
}

// requests observes what Okta said of the rate limit, once it has.
func (m *Metrics) requests(budget *pacing.Budget, figure func(wire.RateLimit) int) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		if limit, known := budget.Limit(); known {
			o.Observe(int64(figure(limit)), m.receiver)
		}
		return nil
	}
}
