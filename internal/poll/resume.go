// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// resume reads the stored history and returns it with the position to continue from. It returns an error
// only when ctx ends.
func (p *Poller) resume(ctx context.Context) (*delivery.History, okta.Position, error) {
	history, found, err := p.set.Delivery.Open(ctx)
	if err != nil {
		return nil, okta.Position{}, err
	}
	at, err := p.beginning(ctx, history, found)
	return history, at, err
}

// beginning is the position to begin a run of polling at.
func (p *Poller) beginning(ctx context.Context, history *delivery.History, found bool) (okta.Position, error) {
	if !found {
		return p.begin(ctx, history)
	}
	stored := history.Position()
	// A stored position belongs to the query that made it: filter, q and page_size live inside it.
	if stored.Query != p.set.Query.Fingerprint() {
		return p.rewind(ctx, history, "filter, q or page_size have changed")
	}
	at, err := okta.ParsePosition(stored.Next)
	if err != nil {
		return p.rewind(ctx, history, "the stored position can't be read")
	}
	history.Resume(at)
	p.set.Metrics.Resumed(stored.Newest, stored.Answered)
	p.set.Logger.Info("Polling resumes from the stored position, start_at does not apply",
		p.details(zap.Time("newest_event", stored.Newest))...)
	return at, nil
}

// begin starts a history at start_at.
func (p *Poller) begin(ctx context.Context, history *delivery.History) (okta.Position, error) {
	// The time is Okta's: a local clock that is minutes off must not move the beginning.
	now, err := request(ctx, p, p.set.Client.Time)
	if err != nil {
		return okta.Position{}, err
	}
	start := p.set.StartAt.At(now)
	p.set.Logger.Info("Polling begins at start_at, no position is stored",
		p.details(zap.Stringer("start_at", p.set.StartAt), zap.Time("since", start))...)
	return p.moveTo(history, start, start)
}

// rewind gives up a position that can't be used any more and goes back far enough to miss nothing. What
// was delivered already is dropped on the way.
//
// Okta compares since with the time at which it persisted an event, which is never before the event
// was published. Every event that polling has not come to was persisted after the last one that it has,
// so none of them lies before the newest published time of those; the overlap is for differences between
// Okta's own clocks.
func (p *Poller) rewind(ctx context.Context, history *delivery.History, reason string) (okta.Position, error) {
	now, err := request(ctx, p, p.set.Client.Time)
	if err != nil {
		return okta.Position{}, err
	}
	// No rewind goes further back than the history: what Okta persisted before it began is not owed.
	from := history.Position()
	since := from.Start
	if !from.Newest.IsZero() {
		since = latest(since, from.Newest.Add(-checkpoint.Overlap))
	}
	since = latest(since, oldest(now))
	p.set.Metrics.Count(p.set.Metrics.OktaSystemlogPositionRewinds, 1)
	p.set.Logger.Warn("Polling rewinds to an earlier time: events that were delivered already are dropped, none is missed",
		p.details(zap.String("reason", reason), zap.Time("since", since))...)
	return p.moveTo(history, since, from.Start)
}

// moveTo makes the events since a time the position of a history that began at start.
func (p *Poller) moveTo(history *delivery.History, since, start time.Time) (okta.Position, error) {
	at := p.set.Query.Since(since)
	return at, history.MoveTo(at, p.set.Query.Fingerprint(), start)
}

// details adds to what a log line says of where polling begins how it polls.
func (p *Poller) details(fields ...zap.Field) []zap.Field { return append(fields, p.set.Details...) }
