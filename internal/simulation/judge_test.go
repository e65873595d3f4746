// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
)

// kept is one event in the order in which the org persisted them.
type kept struct {
	*event
	persisted time.Time // on Okta's clock
}

// log returns the org's events in the order in which it persisted them. Those that the org wrote
// itself are events from now on. It needs the lock.
func (m *member) log() []kept {
	var log []kept
	for e := range m.org.Events() {
		if m.events[e.UUID] == nil {
			m.events[e.UUID] = ofRate(e)
		}
		log = append(log, kept{m.events[e.UUID], e.Persisted})
	}
	return log
}

// judge returns the events that are owed and were not delivered.
//
// Owed is every event from where the receiver began, in each period between two changes of its
// query, if it matches
//
//   - the query of the period in which it happened, and
//   - while it is not delivered, also the queries of all periods after that: whoever changes the
//     filter from "user." to "app." no longer wants the user events that did not come in time, and
//     did not ask for the app events from before.
//
// An event that is owed and not delivered when a period ends must not have been passed over: none
// that Okta persisted after it was delivered in the same period.
func (m *member) judge() (missing []*event) {
	log := m.log()
	reached := make([]int, len(m.periods)) // how far in the log each period came
	for i, e := range log {
		if e.polled() {
			reached[e.period] = max(reached[e.period], i)
		}
	}
	for i, e := range log {
		if !m.owes(e) {
			continue
		}
		for p := m.periodOf(e.event); p < len(m.periods); p++ {
			if !filters[m.periods[p].query.filter].matches(e.event) || e.delivered() && e.period <= p {
				break
			}
			if i < reached[p] || p == len(m.periods)-1 {
				missing = append(missing, e.event)
				break
			}
		}
	}
	return missing
}

// owes reports whether the event lies behind the place where the receiver began.
func (m *member) owes(e kept) bool {
	if !m.owed.known {
		return true
	}
	if m.setup.startAt == "end" {
		return e.happened.After(m.owed.at)
	}
	return !e.persisted.Before(m.owed.since)
}

// periodOf is the period in which an event happened.
func (m *member) periodOf(e *event) int {
	p := 0
	for p+1 < len(m.periods) && !m.periods[p+1].began.After(e.happened) {
		p++
	}
	return p
}

// verdict does the checks that are for the end.
func (m *member) verdict() []violation {
	m.mu.Lock()
	defer m.mu.Unlock()
	if missing := m.judge(); len(missing) > 0 {
		e := missing[0]
		m.fails("lost", "%d of %d events, the first one is %s (%s, %s), published at %s on okta's clock and persisted at %s on ours",
			len(missing), m.happened, e.uuid, e.eventType, e.severity, e.published.Format(time.StampMilli), e.happened.Format(time.StampMilli))
		m.tally.add("lost", len(missing))
	}
	m.checkOrder()
	m.checkMemory()
	m.checkStorage()
	for i, l := range m.lives {
		if l.bodies != 0 {
			m.fails("leftovers", "%d response bodies of process %d were not closed", l.bodies, i+1)
		}
	}
	return m.violation
}

// checkStorage finds credentials in the storage.
func (m *member) checkStorage() {
	for name, value := range m.disk.values {
		for secret := range m.secrets() {
			if bytes.Contains(value, []byte(secret)) {
				m.fails("credential", "the stored value of %s holds a credential", name)
			}
		}
	}
}

// checkOrder finds first deliveries that overtook others. A changed query may go back for events
// that match it and did not match the one before, so each period is a sequence of its own. What the
// log did not have in time, and came from the event hook, is in no order.
func (m *member) checkOrder() {
	place := map[*event]int{}
	var delivered []*event
	for i, e := range m.log() {
		place[e.event] = i
		if e.polled() {
			delivered = append(delivered, e.event)
		}
	}
	slices.SortFunc(delivered, func(a, b *event) int { return a.first - b.first })
	last := make([]*event, len(m.periods))
	for _, e := range delivered {
		before := last[e.period]
		if before != nil && place[before] > place[e] {
			m.fails("order", "%s was delivered after %s, which okta persisted later", e.uuid, before.uuid)
			return
		}
		last[e.period] = e
	}
}

// reach is how far before the newest delivered event uuids are worth keeping: a fall-back goes back
// one hour, as much again is for clocks that differ, and half an hour for those that jump here.
const reach = 2*time.Hour + 30*time.Minute

// checkMemory finds uuids that are stored for longer than any fall-back needs them.
func (m *member) checkMemory() {
	stored := 0
	for name, value := range m.disk.values {
		if strings.HasPrefix(name, "seen/") {
			stored += len(value) / len(checkpoint.ID{})
		}
	}
	// What the event hook announced and the filter leaves out moves nothing.
	var newest time.Time
	wanted := filters[m.periods[len(m.periods)-1].query.filter]
	for _, e := range m.events {
		if (e.polled() || e.delivered() && wanted.matches(e)) && e.published.After(newest) {
			newest = e.published
		}
	}
	needed := 0
	for _, e := range m.events {
		if e.delivered() && e.at.After(newest.Add(-reach)) {
			needed++
		}
	}
	// Each commit has a header. The last one forgets before it remembers its own page.
	page := 0
	for _, p := range m.periods {
		page = max(page, p.query.pageSize)
	}
	if most := 2*(needed+m.again) + page; stored > most {
		m.fails("memory", "about %d uuids are stored, %d are enough", stored, most)
	}
}
