// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

const (
	// witnessBytes bounds what is remembered of announced events: about 250,000 of them without
	// their text, or 10,000 with it.
	witnessBytes = 64 << 20
	// unconfirmedAttribute marks a record that was made of what the hook said.
	unconfirmedAttribute = "okta.event_hook.unconfirmed"
	// mostNamed bounds how many uuids and event types a log line has.
	mostNamed = 20
)

// doorbell makes the poller look when an event hook announces events, and again soon when they are
// not in the log yet. The events themselves come by the poll, the one checkpointed way: no second
// path, no duplicates.
//
//	delivery ──► witness.Announce ──► rung ──► idle ends ──► page ──► deliver, commit ──► witness.Settle
//	                                              ▲                                           │
//	                                              └── not all of them: again, less and less ──┘
type doorbell struct {
	witness *eventhook.Witness
	rung    chan struct{}
	lost    bool // events for which the witness had no room were told of
}

func newDoorbell(cfg *Config) *doorbell {
	hook := cfg.EventHook.Get()
	return &doorbell{
		witness: eventhook.NewWitness(eventhook.WitnessSettings{
			Patience:   hook.ConfirmWithin,
			LongestGap: cfg.PollInterval,
			KeepRaw:    hook.DeliverUnconfirmed,
			MaxBytes:   witnessBytes,
		}),
		rung: make(chan struct{}, 1),
	}
}

// take notes what a delivery announces and rings. It never waits: whatever the pipeline does, Okta
// has its answer.
func (d *doorbell) take(_ context.Context, events []eventhook.Event) error {
	d.witness.Announce(events, time.Now())
	select {
	case d.rung <- struct{}{}:
	default:
	}
	return nil
}

// rings has an element when somebody has rung. Without a doorbell nobody does.
func (d *doorbell) rings() <-chan struct{} {
	if d == nil {
		return nil
	}
	return d.rung
}

// look returns what ends the wait for the next look at what was announced, nil when nothing is.
func (d *doorbell) look() <-chan time.Time {
	if d == nil {
		return nil
	}
	at, ok := d.witness.NextLook()
	if !ok {
		return nil
	}
	return time.After(time.Until(at))
}

// idle waits for new events: for the poll interval, less when somebody wakes the poller or rings.
// The next request takes its turn by itself, so neither ever makes it break the pace.
func (p *poller) idle(ctx context.Context) bool {
	timer := time.NewTimer(jitter(p.cfg.PollInterval))
	defer timer.Stop()
	look := p.doorbell.look()
	for {
		select {
		case <-timer.C:
		case <-p.wake:
		case <-p.doorbell.rings():
			look = p.doorbell.look()
			continue
		case <-look:
			p.meter.count(p.meter.OktaSystemlogHookDoorbellPolls, 1)
		case <-ctx.Done():
		}
		return ctx.Err() == nil
	}
}

// witnessed lets the witness look at what has been delivered up to the end of a page. It returns an
// error only when polling ends while events that polling has missed are being delivered.
func (p *poller) witnessed(ctx, polling context.Context, page *okta.Page) error {
	if p.doorbell == nil {
		return nil
	}
	delivered := func(event eventhook.Event) bool {
		return p.store.Delivered(checkpoint.IDOf(event.UUID, event.Published))
	}
	confirmed, overdue := p.doorbell.witness.Settle(delivered, p.extentOf(page), page.Asked, time.Now())
	p.meter.count(p.meter.OktaSystemlogHookEventsConfirmed, confirmed)
	if lost := p.doorbell.witness.Overflow(); lost > 0 && !p.doorbell.lost {
		p.doorbell.lost = true
		p.logger.Warn("The event hook announces more events than can be remembered until they have come: these are delivered as always, and not compared")
	}
	if len(overdue) == 0 {
		return nil
	}
	if p.cfg.EventHook.Get().DeliverUnconfirmed {
		if err := p.deliverUnconfirmed(ctx, polling, page, overdue); err != nil {
			p.doorbell.witness.Return(overdue)
			return err
		}
	}
	p.meter.count(p.meter.OktaSystemlogHookEventsUnconfirmed, len(overdue))
	p.tellOverdue(overdue)
	return nil
}

// tellOverdue names what has not come: in one line, however much it is, and each event at Debug.
func (p *poller) tellOverdue(overdue []eventhook.Event) {
	var uuids, types []string
	for _, event := range overdue {
		p.logger.Debug("An event that the event hook announced has not come from the System Log in time",
			zap.String("uuid", event.UUID), zap.String("event_type", event.Type), zap.Time("published", event.Published))
		uuids, types = append(uuids, event.UUID), append(types, event.Type)
	}
	slices.Sort(types)
	types = slices.Compact(types)
	p.logger.Warn("Events that the event hook announced have not come from the System Log in time: check that filter and q let their types pass, else polling has missed them",
		zap.Int("events", len(overdue)), zap.Strings("event_types", types[:min(len(types), mostNamed)]), zap.Strings("uuids", uuids[:min(len(uuids), mostNamed)]),
		zap.Bool("delivered", p.cfg.EventHook.Get().DeliverUnconfirmed))
}

// extentOf is how much of the log a page held that was delivered. With filter or q, Okta may search a
// part of the log only and answer with what is in it: then a page that has something in it held all
// only where it came close to the present.
func (p *poller) extentOf(page *okta.Page) eventhook.Extent {
	switch {
	case page.Full:
		return eventhook.Part
	case p.cfg.Filter == "" && p.cfg.Q == "", len(page.Events) == 0:
		return eventhook.All
	case page.Answered.Sub(p.state.Newest) < p.cfg.EventHook.Get().ConfirmWithin/2:
		return eventhook.All
	default:
		return eventhook.Short
	}
}

// deliverUnconfirmed delivers events from what the hook said of them, marked as such, and notes them
// as delivered: should they come from the System Log after all, they are not repeated.
func (p *poller) deliverUnconfirmed(ctx, polling context.Context, behind *okta.Page, events []eventhook.Event) error {
	p.unconfirmed = true
	defer func() { p.unconfirmed = false }()
	return p.deliver(ctx, polling, announcedPage(events, p.client.Clock().Now(), behind.Next))
}

// announcedPage makes a page of events as the System Log would have them.
func announcedPage(events []eventhook.Event, answered time.Time, next okta.Position) *okta.Page {
	page := &okta.Page{Received: time.Now(), Answered: answered, Next: next}
	for _, event := range events {
		page.Events = append(page.Events, eventhook.Canonical(event.Raw))
	}
	return page
}
