// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
)

// pipeline is the state of what comes behind a receiver. The node's lock guards it.
type pipeline struct {
	refuses        time.Time // until then it refuses everything
	blocks         time.Time // until then a call does not return
	ignoresContext bool      // not even when its context ends
	slow           time.Time // until then a call takes each
	each           time.Duration
	refusesForGood int      // how many more calls are refused with a permanent error
	denied         bool     // it has refused a call for good, or one of its branches has
	restartDuring  *restart // the receiver is restarted in the middle of the next call
	refused        minuteCounter
	refusedSince   time.Time // when it refused a call that was not followed by an acceptance yet; else zero
	branches       []branch  // in the order of the setup's
}

// probedAfter is how long an event is refused until another one may be tried, to tell whether it is this event that
// is refused or everything.
const probedAfter = 10 * time.Minute

// stopDuring is how long a delivery goes on after the receiver was told to stop: long enough for the receiver
// to know of it, and shorter than it waits.
const stopDuring = 200 * time.Millisecond

var (
	errBusy     = errors.New("the pipeline is busy")
	errUnusable = errors.New("the pipeline can't use these events")
)

// Capabilities says that the pipeline changes what it is given, which it does.
func (p *process) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

// ConsumeLogs makes a process the pipeline behind its receiver.
func (p *process) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	records, began := readRecords(logs), time.Now()
	n := p.node
	p.enter(deliveryCall)
	n.locked(func() {
		p.member.delivering++
		// What a process does after its end does not count, and how much of it is done is left to the scheduler.
		if !p.ended {
			n.trace.add(n.number, "delivery of %d records", len(records))
		}
	})
	defer func() { n.locked(func() { p.member.delivering-- }) }()
	if err := p.delay(ctx); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch pipe := &n.pipeline; {
	case p.ended, n.crashIfPlanned(p, beforeAcceptance):
		return errProcessGone
	case time.Now().Before(pipe.refuses):
		n.coverage.add("deliveries refused", 1)
		n.noteRefusal(maxFailures)
		return errBusy
	case pipe.refusesForGood > 0:
		pipe.refusesForGood--
		pipe.denied = true
		n.noteRefusal(maxRefusedByBranches)
		n.coverage.add("deliveries refused for good", 1)
		if n.setup.drop {
			p.noteDropped(records)
		}
		return consumererror.NewPermanent(errUnusable)
	}
	if err := p.fanOut(records); err != nil {
		n.pipeline.denied = true
		return err
	}
	n.coverage.add("deliveries", 1)
	if len(p.uncommitted) > 0 {
		n.coverage.add("deliveries in parts", 1)
	}
	p.accept(records, began)
	n.crashIfPlanned(p, afterAcceptance)
	return nil
}

// noteRefusal counts a call that was refused, of which there may be so many within a minute. It needs the lock.
func (n *node) noteRefusal(limit int) {
	pipe := &n.pipeline
	if pipe.refusedSince.IsZero() {
		pipe.refusedSince = time.Now()
	}
	if refusals := pipe.refused.add(time.Now()); refusals == limit {
		n.fail("requests", "%d deliveries were refused within a minute, and tried again", refusals)
		pipe.refuses, pipe.blocks, pipe.ignoresContext = time.Time{}, time.Now().Add(time.Hour), false
	}
}

// delay takes as long as the pipeline is slow or blocks.
func (p *process) delay(ctx context.Context) error {
	n, now := p.node, time.Now()
	n.mu.Lock()
	pipe := n.pipeline
	if during := pipe.restartDuring; during != nil {
		n.pipeline.restartDuring = nil
		n.commands <- func() { n.restart(*during) }
		pipe = pipeline{blocks: now.Add(stopDuring), ignoresContext: true}
	}
	n.mu.Unlock()
	wait := max(0, pipe.blocks.Sub(now))
	if now.Before(pipe.slow) {
		wait = max(wait, pipe.each)
	}
	if wait == 0 {
		return nil
	}
	n.coverage.add("deliveries held up", 1)
	canceled := ctx.Done()
	if pipe.ignoresContext {
		canceled = nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-n.repaired:
	case <-p.done:
		return errProcessGone
	case <-canceled:
		return ctx.Err()
	}
	return nil
}

// record is what is read of a log record.
type record struct {
	uuid      string
	announced bool // made of what the event hook said
}

// eventsOf are the events that records are of, without those that nobody knows: accept finds those. It needs the lock.
func (n *node) eventsOf(records []record) (events []*event) {
	for _, r := range records {
		if e := n.events[r.uuid]; e != nil {
			events = append(events, e)
		}
	}
	return events
}

// readRecords reads log records and changes them, as a consumer may.
func readRecords(logs plog.Logs) []record {
	var records []record
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, r := range scope.LogRecords().All() {
				uid, _ := r.Attributes().Get("log.record.uid")
				mark, marked := r.Attributes().Get("okta.event_hook.unconfirmed")
				records = append(records, record{uid.Str(), marked && mark.Bool()})
				r.Attributes().Clear()
			}
		}
	}
	return records
}

// accept notes events that the pipeline has, or has refused for good, and checks each delivery of one, by a call that
// began then. It needs the lock.
func (p *process) accept(records []record, began time.Time) {
	n := p.node
	p.member.accepted = time.Now()
	since := n.pipeline.refusedSince
	probed := len(records) == 1 && !since.IsZero() && time.Since(since) >= probedAfter
	n.pipeline.refusedSince = time.Time{}
	for _, r := range records {
		e := n.events[r.uuid]
		if e == nil {
			n.fail("invented", "a record has the uuid %q, which no event has", r.uuid)
			continue
		}
		if r.announced && !n.setup.hook.deliverUnconfirmed {
			n.fail("invented", "%s was delivered from the event hook, which is switched off", r.uuid)
		}
		n.checkDelivered(e)
		late := p.acceptLate(e, began)
		switch {
		case !e.delivered():
			n.firstDeliveries++
			e.first, e.period, e.deliveredAt, e.announced = n.firstDeliveries, p.period, n.org.Now(), r.announced
			e.probed = probed
		case e.allowedDuplicates > 0:
			e.allowedDuplicates--
			n.repeats++
			n.coverage.add("events delivered again", 1)
		default:
			n.fail("repeated", "%s was delivered again, without a crash or a failed store after the first time", e.uuid)
		}
		if !late {
			p.uncommitted = append(p.uncommitted, e)
		}
		if r.announced {
			p.uncommittedAnnounced++
			n.coverage.add("records made of announcements", 1)
		}
		n.coverage.add("records", 1)
	}
}
