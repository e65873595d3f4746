// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// resume reads what is stored and returns the position to go on from. It returns an error only when
// ctx ends.
func (p *poller) resume(ctx context.Context) (okta.Position, error) {
	if err := p.openStore(ctx); err != nil {
		return okta.Position{}, err
	}
	state, found := p.store.State()
	p.state = state
	if !found {
		return p.begin(ctx)
	}
	// A stored position belongs to the query that made it: filter, q and page_size live inside it.
	if state.Query != p.cfg.query().Fingerprint() {
		return p.fallBack(ctx, "filter, q or page_size have changed")
	}
	at, err := okta.ParsePosition(state.Next)
	if err != nil {
		return p.fallBack(ctx, "the stored position can't be read")
	}
	p.moveOn(at)
	p.meter.resumed(state)
	p.logger.Info("Polling goes on from the stored position, start_at does not apply",
		p.with(zap.Time("newest_event", state.Newest))...)
	return at, nil
}

// begin starts a history at start_at.
func (p *poller) begin(ctx context.Context) (okta.Position, error) {
	// The time is Okta's: a local clock that is minutes off must not move the beginning.
	now, err := p.now(ctx)
	if err != nil {
		return okta.Position{}, err
	}
	start := p.startAt(now).UTC()
	p.logger.Info("Polling begins at start_at, no position is stored",
		p.with(zap.String("start_at", p.cfg.StartAt), zap.Time("since", start))...)
	return p.moveTo(ctx, checkpoint.State{Start: start}, start)
}

// fallBack gives up a position that can't be used any more and goes back far enough to miss
// nothing. What was delivered already is dropped on the way.
//
// Okta compares since with the time at which it persisted an event, which is never before the event
// was published. Every event that polling has not come to was persisted after the last one that it has,
// so none of them lies before the newest published time of those; the overlap is for differences between
// Okta's own clocks.
func (p *poller) fallBack(ctx context.Context, reason string) (okta.Position, error) {
	now, err := p.now(ctx)
	if err != nil {
		return okta.Position{}, err
	}
	// No fall-back goes further back than the history: what Okta persisted before it began is not owed.
	since := p.state.Start
	if !p.state.Newest.IsZero() {
		since = latest(since, p.state.Newest.Add(-checkpoint.Overlap))
	}
	since = latest(since, oldest(now))
	p.meter.count(p.meter.OktaSystemlogPositionFallbacks, 1)
	p.logger.Warn("Polling falls back to an earlier time: events that were delivered already are dropped, none is missed",
		p.with(zap.String("reason", reason), zap.Time("since", since))...)
	return p.moveTo(ctx, p.state, since)
}

// moveTo makes the events since a time the position, and stores that at once: an org that stays
// quiet until the next restart would lose what comes in between.
func (p *poller) moveTo(ctx context.Context, state checkpoint.State, since time.Time) (okta.Position, error) {
	query := p.cfg.query()
	at := query.Since(since)
	p.state = state
	p.state.Query = query.Fingerprint()
	p.moveOn(at)
	return at, p.commit(ctx)
}

// with adds to what a log line says of where polling begins how it polls.
func (p *poller) with(fields ...zap.Field) []zap.Field {
	return append(fields,
		zap.String("credential", strings.Join(p.cfg.credentials(), ", ")),
		zap.Duration("poll_interval", p.cfg.PollInterval),
		zap.Float64("rate_limit_reserve", p.cfg.RateLimit.Reserve))
}

// moveOn makes a position the one to be stored next. What a time finds is found again until Okta has
// given a cursor for it, also when that takes longer than uuids are remembered otherwise.
func (p *poller) moveOn(at okta.Position) {
	p.state.Next, p.state.Again = at.String(), !at.IsCursor()
}

// openStore reads the stored history until the storage lets it. A storage that fails is not one
// that is empty: beginning at start_at would lose events.
func (p *poller) openStore(ctx context.Context) error {
	backOff := p.newBackOff()
	for {
		store, err := checkpoint.Open(ctx, p.storage, p.org, p.logger)
		if err == nil {
			p.store = store
			p.health.succeeded(storing)
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !p.storageFailed(ctx, err, backOff) {
			return ctx.Err()
		}
	}
}
