// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

const (
	// triesBeforeGivingUp is how often an event must be refused for good, alone, before it is given up.
	triesBeforeGivingUp = 3
	// givingUpTakes is the least time from the first of these tries to the last: a token that heals, or a
	// queue that merges an event with those of others, must not make a good event a lost one.
	givingUpTakes = time.Minute
	// maxGivenUpInARow is how many events are given up in a row until giving up takes no time any more, so
	// that a store that refuses by age costs three calls an event rather than a minute.
	maxGivenUpInARow = 10
)

// suspect is an event that was refused for good, alone. It is given up when that has happened often enough, and
// after each time another event was accepted, which shows that it is the event that is refused and not
// everything.
type suspect struct {
	text      []byte
	name      eventName
	err       error // of the last try
	refusals  int   // each confirmed by an event that was accepted after it, but for the last one
	confirmed bool
	first     time.Time
	last      time.Time
}

// suspect sets an event aside that was refused for good alone.
func (p *progress) suspect(text []byte, c *call, err error) *suspect {
	now := time.Now()
	s := &suspect{text: text, name: c.name, err: err, refusals: 1, first: now, last: now}
	p.suspects = append(p.suspects, s)
	p.refusedInARow++
	p.lastDenial = err
	if p.refusedInARow == 1 { // else it may be everything that is refused
		p.tellSuspect(s)
	}
	return s
}

func (p *progress) tellSuspect(s *suspect) {
	p.set.Metrics.Count(p.set.Metrics.OktaSystemlogDeliveriesRetried, 1)
	p.set.Health.Failed(telemetry.Delivering, "suspect", "the pipeline refuses an event for good",
		"The pipeline refuses an event for good, it is tried again before it is given up: check what the far end says of it",
		s.err, s.name.fields()...)
}

// confirmSuspects notes that an event was accepted after the suspects were refused, and gives up those for
// which that was the last time.
func (p *progress) confirmSuspects() {
	for _, s := range p.suspects {
		s.confirmed = true
	}
	p.suspects = slices.DeleteFunc(p.suspects, func(s *suspect) bool {
		if s.refusals < triesBeforeGivingUp || s.last.Sub(s.first) < p.timeNeeded() {
			return false
		}
		p.giveUp(s)
		return true
	})
}

// timeNeeded is the least time from the first refusal to the last that it takes to give an event up. The number of
// tries stays the same: a far end that denied everything for a while must not make good events lost ones, however many
// bad ones came before them.
func (p *progress) timeNeeded() time.Duration {
	return givingUpTakes * time.Duration(max(0, maxGivenUpInARow-p.givenUpInARow)) / maxGivenUpInARow
}

// giveUp passes over an event, names it, and remembers it as delivered, so that it is not offered again.
func (p *progress) giveUp(s *suspect) {
	p.givenUpInARow++
	p.givenUpInBatch++
	c := p.newCall([][]byte{s.text}, p.batch)
	p.newest = latest(p.newest, c.newest)
	p.set.Metrics.Count(p.set.Metrics.OktaSystemlogEventsDropped, 1)
	p.set.Logger.Error("An event was given up: the pipeline has refused it for good, alone and again, while it accepted others",
		append(s.name.fields(), zap.Int("tries", s.refusals), zap.Error(s.err))...)
	p.set.Health.Failed(telemetry.Delivering, telemetry.Dropped, "the pipeline has refused an event for good, which was given up",
		"Events that the pipeline refuses for good are given up", s.err)
	p.markDelivered(c, p.batch)
}

// dueSuspect is a suspect whose next try is due, nil while there is none.
func (p *progress) dueSuspect() *suspect {
	for _, s := range p.suspects {
		if s.confirmed && time.Since(s.last) >= p.timeNeeded()/(triesBeforeGivingUp-1) {
			return s
		}
	}
	return nil
}

// retrySuspect tries a suspect once more, alone.
func (p *progress) retrySuspect(s *suspect) error {
	c := p.newCall([][]byte{s.text}, p.batch)
	err := p.consume(p.ctx, c)
	switch {
	case err == nil:
		p.suspects = slices.DeleteFunc(p.suspects, func(other *suspect) bool { return other == s })
		p.givenUpInARow = 0
		p.acceptAny(c, p.batch)
		return nil
	case !isPermanent(err):
		// It says nothing about the event.
		s.last = time.Now()
		return p.refusedBeside(err)
	}
	s.err, s.last, s.confirmed = err, time.Now(), false
	s.refusals++
	p.tellSuspect(s)
	return nil
}

// refusedBeside waits after an event that is not the next one was refused, and not for good.
func (p *progress) refusedBeside(err error) error {
	wait := p.backOff.Next()
	p.set.Metrics.Count(p.set.Metrics.OktaSystemlogDeliveriesRetried, 1)
	p.set.Health.Failed(telemetry.Delivering, "refused", "the pipeline refuses events",
		"The pipeline does not accept events, the same ones are tried again: check its exporters and what is behind them",
		err, zap.Duration("wait", wait))
	return p.wait(wait, err)
}

// awaitSuspects goes on when nothing but suspects is left of the batch: where one still needs an event that is
// accepted after it, one of the page behind is tried; else it waits until the next try is due.
func (p *progress) awaitSuspects() error {
	oldest := p.suspects[0]
	unconfirmed := slices.ContainsFunc(p.suspects, func(s *suspect) bool { return !s.confirmed })
	if !unconfirmed {
		due := oldest.last.Add(p.timeNeeded() / (triesBeforeGivingUp - 1))
		return p.wait(max(time.Until(due), time.Second), oldest.err)
	}
	accepted, err := p.probe()
	if err != nil || accepted {
		return err
	}
	// No other event is there, or none is accepted. The far end may have recovered meanwhile.
	wait := p.backOff.Next()
	if err := p.wait(wait, oldest.err); err != nil {
		return err
	}
	return p.retryUnconfirmed()
}

// retryUnconfirmed tries a suspect again after which no event was accepted, each in turn, since any of them may be a
// good one that was refused while everything was. That it is refused once more counts as the same refusal.
func (p *progress) retryUnconfirmed() error {
	s := slices.MinFunc(p.suspects, func(a, b *suspect) int {
		switch {
		case a.confirmed == b.confirmed:
			return a.last.Compare(b.last)
		case b.confirmed:
			return -1
		default:
			return 1
		}
	})
	refusals := s.refusals
	err := p.retrySuspect(s)
	s.refusals = min(s.refusals, refusals)
	return err
}
