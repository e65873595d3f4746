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

// pipeline is how what comes behind a receiver feels. The member's lock guards it.
type pipeline struct {
	refuses time.Time // until then it refuses everything
	blocks  time.Time // until then a call does not return
	deaf    bool      // not even when its context ends
	slow    time.Time // until then a call takes each
	each    time.Duration
	fatal   int      // so many more calls are refused for good
	stop    *restart // the receiver is stopped in the middle of the next call
	refused meter
}

// stopDuring is how long a delivery goes on after the receiver was told to stop.
const stopDuring = 200 * time.Millisecond

var (
	errBusy  = errors.New("the pipeline is busy")
	errFatal = errors.New("the pipeline can't use these events")
)

// Capabilities says that the pipeline changes what it is given, which it does.
func (l *life) Capabilities() consumer.Capabilities { return consumer.Capabilities{MutatesData: true} }

// ConsumeLogs makes a life the pipeline behind its receiver.
func (l *life) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	records := take(logs)
	if err := l.hold(ctx); err != nil {
		return err
	}
	m := l.member
	m.mu.Lock()
	defer m.mu.Unlock()
	switch p := &m.pipeline; {
	case l.over, m.crashIfArmed(l, beforeAcceptance):
		return errGone
	case time.Now().Before(p.refuses):
		m.tally.add("deliveries refused", 1)
		if n := p.refused.count(time.Now()); n == mostFailures {
			m.fails("requests", "%d deliveries were refused within a minute, and tried again", n)
			p.refuses, p.blocks, p.deaf = time.Time{}, time.Now().Add(time.Hour), false
		}
		return errBusy
	case p.fatal > 0:
		p.fatal--
		m.tally.add("deliveries refused for good", 1)
		l.accept(records)
		return consumererror.NewPermanent(errFatal)
	}
	m.tally.add("deliveries", 1)
	if len(l.uncommitted) > 0 {
		m.tally.add("deliveries in parts", 1)
	}
	l.accept(records)
	m.crashIfArmed(l, afterAcceptance)
	return nil
}

// hold lets a call take as long as the pipeline is slow or blocks.
func (l *life) hold(ctx context.Context) error {
	m, now := l.member, time.Now()
	m.mu.Lock()
	p := m.pipeline
	if stop := p.stop; stop != nil {
		m.pipeline.stop = nil
		m.orders <- func() { m.restart(*stop) }
		// Long enough that the receiver knows that it is to stop, short enough for its patience.
		p = pipeline{blocks: now.Add(stopDuring), deaf: true}
	}
	m.mu.Unlock()
	wait := max(0, p.blocks.Sub(now))
	if now.Before(p.slow) {
		wait = max(wait, p.each)
	}
	if wait == 0 {
		return nil
	}
	m.tally.add("deliveries held up", 1)
	done := ctx.Done()
	if p.deaf {
		done = nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-m.healed:
	case <-l.ended:
		return errGone
	case <-done:
		return ctx.Err()
	}
	return nil
}

// taken is what is read of a record.
type taken struct {
	uuid      string
	announced bool // made of what the event hook said
}

// take reads some records and changes them, as a consumer may.
func take(logs plog.Logs) []taken {
	var records []taken
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				uid, _ := record.Attributes().Get("log.record.uid")
				mark, marked := record.Attributes().Get("okta.event_hook.unconfirmed")
				records = append(records, taken{uid.Str(), marked && mark.Bool()})
				record.Attributes().Clear()
			}
		}
	}
	return records
}

// accept notes events that the pipeline has, or never wants. It needs the lock.
func (l *life) accept(records []taken) {
	m := l.member
	for _, r := range records {
		e := m.events[r.uuid]
		if e == nil {
			m.fails("invented", "a record has the uuid %q, which no event has", r.uuid)
			continue
		}
		if r.announced && !m.setup.hook.unconfirmed {
			m.fails("invented", "%s was delivered from the event hook, which nobody wants", r.uuid)
		}
		switch {
		case !e.delivered():
			m.firsts++
			e.first, e.period, e.at, e.announced = m.firsts, l.period, m.org.Now(), r.announced
		case e.spare > 0:
			e.spare--
			m.again++
			m.tally.add("events delivered again", 1)
		default:
			m.fails("repeated", "%s was delivered again, without a crash or a failed store after the first time", e.uuid)
		}
		l.uncommitted = append(l.uncommitted, e)
		if r.announced {
			l.announced++
			m.tally.add("records made of announcements", 1)
		}
		m.tally.add("records", 1)
	}
}
