// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"slices"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// deliverDenied goes on after several different events were refused for good, one after the other, and none
// was accepted: the far end refuses everything, as with a token that has expired. So nothing is set aside and
// the position waits. After a while the next event is tried, and where it is refused, another one, which tells
// whether it is this event or everything.
func (p *progress) deliverDenied() error {
	if !p.denied {
		if accepted, err := p.probe(); err != nil || accepted {
			return err
		}
		p.denied = true
	}
	p.takeBackSuspects()
	cause := p.lastDenial
	wait := p.backOff.Next()
	p.set.Metrics.Count(p.set.Metrics.OktaSystemlogDeliveriesRetried, 1)
	p.set.Health.Failed(telemetry.Delivering, "denied", "the pipeline refuses everything for good",
		"The pipeline refuses every event for good, the position waits and one event at a time is tried: check the credentials and the address of its exporters",
		cause, zap.Duration("wait", wait))
	if err := p.wait(wait, cause); err != nil {
		return err
	}
	if len(p.todo) == 0 {
		if accepted, err := p.probe(); err != nil || accepted || len(p.suspects) == 0 {
			return err
		}
		return p.retryUnconfirmed(p.suspects[0])
	}
	p.callSize = 1
	before := len(p.suspects)
	if err := p.deliverNext(); err != nil || len(p.suspects) <= before {
		return err
	}
	refused := p.suspects[len(p.suspects)-1]
	accepted, err := p.probe()
	if err == nil && accepted && slices.Contains(p.suspects, refused) {
		// It is the event, or the far end has just recovered: the next try of the event tells.
		return p.retrySuspect(refused)
	}
	return err
}

// maxRefusedInARow is how many different events may be refused for good, one after the other, until it may be
// everything that is refused. Where others of the batch were accepted, or many were given up already, since a store
// refuses by age, more are tried: one event that is accepted then tells about all of those before it.
func (p *progress) maxRefusedInARow() int {
	switch {
	case p.givenUpInARow >= maxGivenUpInARow:
		return 100
	case p.anyAccepted:
		return 10
	default:
		return 1
	}
}

// takeBackSuspects takes back the suspects that were never refused while others were accepted.
func (p *progress) takeBackSuspects() {
	var back [][]byte
	p.suspects = slices.DeleteFunc(p.suspects, func(s *suspect) bool {
		if s.confirmed || s.refusals > 1 {
			return false
		}
		back = append(back, s.text)
		return true
	})
	p.todo = append(back, p.todo...)
}

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

// endAnnounced ends the delivery of announced events that were refused for good alone. Nothing waits for another
// try of them: they are given up where others were accepted, and else sent again by who announced them.
func (p *progress) endAnnounced() error {
	if !p.anyAccepted {
		s := p.suspects[0]
		p.set.Health.Failed(telemetry.Delivering, "denied", "the pipeline refuses everything for good",
			"The pipeline refuses the event hook's events for good, Okta sends them again, once: check the credentials and the address of its exporters", s.err)
		return s.err
	}
	for _, s := range p.suspects {
		p.giveUp(s)
	}
	p.suspects = nil
	return nil
}
