// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// namedAfter is how long a single event may be refused, not for good, until it is named.
const namedAfter = 10 * time.Minute

// progress is the delivery of one batch.
//
//	todo ──► call of callSize events ──► accepted: twice as many next time
//	 ▲                                     │ refused: half as many, down to one
//	 │                                     ▼
//	 │       one event alone, refused and not for good: again, with back-off
//	 │       one event alone, refused for good: a suspect, set aside (suspects.go)
//	 └────── every event refused for good: nothing is set aside, with back-off (denied.go)
type progress struct {
	*History
	ctx   context.Context // of the calls of the pipeline
	batch *Batch
	// todo are the events that are still to be delivered, in Okta's order.
	todo [][]byte
	// newest is the newest published time of what was delivered or given up.
	newest  time.Time
	backOff *retry.BackOff

	// suspects are events that were refused for good alone and wait for their next try, oldest first.
	suspects []*suspect
	// refusedInARow counts the different events that were refused for good alone since one was accepted; denied
	// that everything was found to be refused since.
	refusedInARow int
	denied        bool
	lastDenial    error // why the last one was refused
	// anyAccepted: an event of this batch was accepted.
	anyAccepted bool
	// probes counts the events that were tried only to see whether they are accepted.
	probes int
	// aheadTries counts those of the page behind.
	aheadTries int
	// maxCall is how many events a call may hold: those of the largest page of the batch. severalPages: it has more
	// than one.
	maxCall      int
	severalPages bool
	// stuckSince is when the first of todo was refused alone, and not for good; zero while it was not. stuckProbed is
	// when another event was tried since, and stuckNamed tells that it was accepted.
	stuckSince, stuckProbed time.Time
	stuckNamed              bool
}

// deliverNext delivers as many of the next events as a call may hold.
func (p *progress) deliverNext() error {
	// A consumer owns what it was given and may have changed it before it refused, so every try gets records
	// made afresh.
	c := p.newCall(p.todo[:min(p.callSize, p.maxCall, len(p.todo))], p.batch)
	err := p.consume(p.ctx, c)
	switch {
	case err == nil:
		return p.acceptNext(c)
	case !isPermanent(err):
		return p.refused(c, err)
	case p.set.DropPermanent:
		p.drop(c, err)
		return nil
	case c.records > 1:
		p.shrink(c)
		return nil
	}
	// Only one event of the call was still to be delivered.
	alone := p.todo[c.first]
	p.todo = p.todo[c.events:]
	p.suspect(alone, c, err)
	return nil
}

// acceptNext notes that the pipeline has accepted the next events. Those of several pages are stored call by call: a
// crash repeats a page at most.
func (p *progress) acceptNext(c *call) error {
	p.todo = p.todo[c.events:]
	p.grow()
	p.acceptAny(c, p.batch)
	if p.severalPages {
		return p.commit(p.ctx, p.batch.Source)
	}
	return nil
}

// acceptAny notes that the pipeline has accepted events, wherever they stand.
func (p *progress) acceptAny(c *call, b *Batch) {
	p.accepted(c, b)
	if b == p.batch {
		p.newest = latest(p.newest, c.newest)
	}
	if c.records == 0 {
		return // nothing was asked of the pipeline
	}
	p.anyAccepted, p.refusedInARow, p.denied, p.stuckSince = true, 0, false, time.Time{}
	p.backOff = p.newBackOff()
	p.confirmSuspects()
}

// refused handles a call that was refused, and not for good: fewer of the same events are tried again after a
// while, however long it takes.
func (p *progress) refused(c *call, err error) error {
	p.shrink(c)
	if p.batch.Source == Announced {
		p.set.Health.Failed(telemetry.Delivering, "refused", "the pipeline refuses events",
			"The pipeline does not accept the event hook's events, Okta sends them again, once", err)
		return err
	}
	if p.History.run.Err() != nil {
		return err
	}
	if c.records == 1 {
		if err := p.probeBesideStuck(c, err); err != nil {
			return err
		}
	}
	wait := p.backOff.Next()
	p.set.Metrics.Count(p.set.Metrics.OktaSystemlogDeliveriesRetried, 1)
	p.set.Health.Failed(telemetry.Delivering, "refused", "the pipeline refuses events",
		"The pipeline does not accept events, the same ones are tried again: check its exporters and what is behind them",
		err, zap.Duration("wait", wait))
	return p.wait(wait, err)
}

// drop gives up what was refused for good, at once.
func (p *progress) drop(c *call, err error) {
	p.todo = p.todo[c.events:]
	p.newest = latest(p.newest, c.newest)
	p.set.Metrics.Count(p.set.Metrics.OktaSystemlogEventsDropped, c.records)
	p.set.Health.Failed(telemetry.Delivering, telemetry.Dropped, "the pipeline drops events",
		"The pipeline refuses events for good, they are dropped", err, zap.Int("events", c.records))
	p.markDelivered(c, p.batch)
}

// shrink makes the next call smaller after one was refused.
func (p *progress) shrink(c *call) { p.callSize = max(1, min(p.callSize, c.events)/2) }

// grow makes the next call larger after one was accepted.
func (p *progress) grow() { p.callSize = min(2*p.callSize, maxCallEvents) }

// wait stores what was accepted so far, so that a crash repeats none of it, and waits; cause is returned when
// the run ends meanwhile.
func (p *progress) wait(d time.Duration, cause error) error {
	if err := p.commit(p.ctx, p.batch.Source); err != nil {
		return err
	}
	if !p.set.Jitter.Sleep(p.History.run, d) {
		return cause
	}
	return nil
}
