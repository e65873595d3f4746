// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// probe tries one event other than those that are known to be refused, and reports whether it was accepted: one of
// this batch and one of the page behind in turn, each time another one. Without any other event it was not.
func (p *progress) probe() (bool, error) {
	p.probes++
	if p.probes%2 == 0 {
		if accepted, tried, err := p.probeAhead(); tried || err != nil {
			return accepted, err
		}
	}
	rest := p.todo
	if len(p.suspects) == 0 && len(rest) > 0 {
		rest = rest[1:] // the first is the one that is refused
	}
	accepted, tried, err := p.probeOf(rest)
	if !tried && err == nil {
		accepted, _, err = p.probeAhead()
	}
	return accepted, err
}

// probeOf tries an event out of the last ones of the batch.
func (p *progress) probeOf(rest [][]byte) (accepted, tried bool, err error) {
	c, at := p.undelivered(rest, p.batch)
	if c == nil {
		return false, false, nil
	}
	if accepted, err = p.try(c); accepted {
		at += len(p.todo) - len(rest)
		// The slice is the page's, whose order others may still need.
		p.todo = slices.Concat(p.todo[:at], p.todo[at+1:])
		p.acceptAny(c, p.batch)
	}
	return accepted, true, err
}

// probeAhead tries an event of the page behind, and reports whether there was one, and whether it was accepted.
func (p *progress) probeAhead() (accepted, tried bool, err error) {
	c, batch, err := p.undeliveredAhead()
	if c == nil {
		return false, false, err
	}
	if accepted, err = p.try(c); accepted {
		// It comes again with its page, and is known then.
		for _, id := range c.ids {
			p.ahead[id] = struct{}{}
		}
		p.acceptAny(c, batch)
	}
	return accepted, true, err
}

// try calls the pipeline with an event that is there to be tried.
func (p *progress) try(c *call) (accepted bool, err error) {
	switch err := p.consume(p.ctx, c); {
	case err == nil:
		return true, nil
	case isPermanent(err):
		p.refusedInARow++
		p.lastDenial = err
		return false, nil
	default:
		return false, p.refusedBeside(err)
	}
}

// undelivered is a call with one event that was not delivered yet, and the event's index; nil where there is none.
// It is another event each time, and the newest at first: what a far end refuses by age is old.
func (p *progress) undelivered(events [][]byte, b *Batch) (*call, int) {
	for i := range events {
		at := len(events) - 1 - (p.probes/2+i)%len(events)
		if c := p.newCall(events[at:at+1], b); c.records > 0 {
			return c, at
		}
	}
	return nil, 0
}

// undeliveredAhead is a call with one event of the page behind, and that page as a batch. A page of which every event
// was tried becomes a part of this batch, so that the page behind it can be fetched.
func (p *progress) undeliveredAhead() (*call, *Batch, error) {
	if p.batch.Ahead == nil {
		return nil, nil, nil
	}
	page, err := p.batch.Ahead(nil)
	if page == nil {
		return nil, nil, err
	}
	b := &Batch{Source: p.batch.Source, Received: page.Received, Answered: page.Answered}
	if p.aheadTries < len(page.Events) {
		p.aheadTries++
		if c, _ := p.undelivered(page.Events, b); c != nil {
			return c, b, nil
		}
	}
	return nil, nil, p.take(page)
}

// take makes the page behind a part of this batch, but for its events that were delivered already.
func (p *progress) take(page *okta.Page) error {
	if err := p.commit(p.ctx, p.batch.Source); err != nil {
		return err
	}
	p.aheadTries, p.severalPages, p.maxCall = 0, true, max(p.maxCall, len(page.Events))
	b := *p.batch
	b.Received, b.Answered, b.Next = page.Received, page.Answered, page.Next
	p.batch, p.position.Answered = &b, page.Answered
	p.set.Metrics.Count(p.set.Metrics.OktaSystemlogEventsReceived, len(page.Events))
	p.todo = slices.Clone(p.todo) // what is behind its end is the page's
	for _, event := range page.Events {
		c := p.newCall([][]byte{event}, p.batch)
		if c.records > 0 {
			p.todo = append(p.todo, event)
			continue
		}
		p.newest = latest(p.newest, c.newest)
		p.markDelivered(c, p.batch)
	}
	_, err := p.batch.Ahead(page)
	return err
}

// probeBesideStuck names the next event when it has been refused alone, and not for good, for a long time
// while another one is accepted.
func (p *progress) probeBesideStuck(c *call, refusal error) error {
	if p.stuckSince.IsZero() {
		p.stuckSince, p.stuckNamed, p.stuckProbed = time.Now(), false, time.Now()
	}
	since := p.stuckSince
	if p.stuckNamed || time.Since(p.stuckProbed) < namedAfter {
		return nil
	}
	accepted, _, err := p.probeOf(p.todo[1:])
	p.stuckSince, p.stuckProbed = since, time.Now()
	if accepted {
		p.stuckNamed = true
		p.set.Logger.Error("The pipeline keeps refusing an event while it accepts others, so the position can't move behind it: check what the far end says of it",
			append(c.name.fields(), zap.Error(refusal), zap.Duration("for", time.Since(since)))...)
	}
	return err
}
