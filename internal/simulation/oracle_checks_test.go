// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
)

// violation is a check that failed.
type violation struct{ check, what string }

func (v violation) String() string { return v.check + ": " + v.what }

// missingEvents returns the events that are owed and were not delivered. It needs the lock.
//
// Owed is every event from where the receiver began, in each period between two changes of its query, if it
// matches
//
//   - the query of the period in which it happened, and
//   - while it is not delivered, also the queries of all periods after that: whoever changes the filter from
//     "user." to "app." no longer wants the user events that did not come in time, and did not ask for the app
//     events from before.
//
// An event that is owed and not delivered when a period ends must not have been passed over: none that Okta
// persisted after it was delivered in the same period.
func (n *node) missingEvents() (missing []*event) {
	if n.setup.reads.on {
		return n.missingOfRange()
	}
	log := n.log()
	reached := make([]int, len(n.periods)) // how far in the log each period came
	for i, e := range log {
		if e.inOrder() {
			reached[e.period] = max(reached[e.period], i)
		}
	}
	for i, e := range log {
		if !n.owes(e) {
			continue
		}
		for p := n.periodOf(e.event); p < len(n.periods); p++ {
			if !filters[n.periods[p].query.filter].matches(e.event) || e.delivered() && e.period <= p {
				break
			}
			if i < reached[p] || p == len(n.periods)-1 {
				missing = append(missing, e.event)
				break
			}
		}
	}
	return missing
}

// owes reports whether the event was persisted after the place in the log where the receiver began. It needs
// the lock.
func (n *node) owes(e loggedEvent) bool {
	if !n.owed.known {
		return true
	}
	if n.setup.startAt == "end" {
		return e.happened.After(n.owed.at)
	}
	return !e.persisted.Before(n.owed.since)
}

// periodOf is the period in which an event happened.
func (n *node) periodOf(e *event) int {
	p := 0
	for p+1 < len(n.periods) && !n.periods[p+1].began.After(e.happened) {
		p++
	}
	return p
}

// checkLag finds events that have not come in the time that it takes where nothing breaks: to notice that pages are
// short takes two poll intervals, behind which each page takes its requests and writes, and a filter may look
// through the whole log. It needs the lock.
func (n *node) checkLag(waited time.Duration) {
	if n.setup.reads.on {
		return // it waits for its end
	}
	set, page := n.setup, n.query.pageSize
	if set.maxPage > 0 {
		page = min(page, set.maxPage)
	}
	pages, polls := n.eventCount/page+1, 5
	if set.scanLimit > 0 {
		pages += n.eventCount/set.scanLimit + 1
		polls += n.eventCount / set.scanLimit
	}
	each := set.latency + 2*set.storageLatency + time.Minute/time.Duration(set.limits.usable(set.reserve))
	allowed := settleStep + time.Duration(polls)*set.pollInterval*5/4 + time.Duration(pages)*each
	waited = min(waited, time.Since(n.pollsSince()))
	if missing := n.missingEvents(); waited > allowed && !n.process.ended && len(missing) > 0 {
		n.fail("lag", "%d events have not come after %s, which may take %s", len(missing), waited, allowed)
	}
}

// finalChecks does the checks that are for the end and returns all that have failed.
func (n *node) finalChecks() []violation {
	n.mu.Lock()
	defer n.mu.Unlock()
	if missing := n.missingEvents(); len(missing) > 0 {
		e := missing[0]
		n.fail("lost", "%d of %d events, the first one is %s (%s, %s), published at %s on okta's clock and persisted at %s on ours",
			len(missing), n.eventCount, e.uuid, e.eventType, e.severity,
			e.published.Format(time.StampMilli), e.happened.Format(time.StampMilli))
		n.coverage.add("lost", len(missing))
	}
	n.checkOrder()
	n.checkRange()
	n.checkMemory()
	n.checkStorage()
	for i, p := range n.processes {
		if p.openBodies != 0 {
			n.fail("leftovers", "%d response bodies of process %d were not closed", p.openBodies, i+1)
		}
	}
	return n.violations
}

// checkOrder finds first deliveries that overtook others. A changed query may go back for events that match it
// and did not match the one before, so each period is a sequence of its own. Events whose first delivery was made
// of announcements have no order, nor has one that is tried while the one before it is refused for long. It needs the
// lock.
func (n *node) checkOrder() {
	place := map[*event]int{}
	var delivered []*event
	for i, e := range n.log() {
		place[e.event] = i
		if e.inOrder() {
			delivered = append(delivered, e.event)
		}
	}
	slices.SortFunc(delivered, func(a, b *event) int { return a.first - b.first })
	if n.setup.reorders() || n.setup.reads.on {
		return
	}
	last := make([]*event, len(n.periods))
	for _, e := range delivered {
		before := last[e.period]
		if before != nil && place[before] > place[e] {
			n.fail("order", "%s was delivered after %s, which okta persisted later", e.uuid, before.uuid)
			return
		}
		last[e.period] = e
	}
}

// rewindReach is how far before the newest delivered event uuids are worth keeping: a rewind goes back one hour,
// one more is for clocks that differ, and half an hour for those that jump here.
const rewindReach = 2*time.Hour + 30*time.Minute

// checkMemory finds uuids that are stored for longer than any rewind needs them. It needs the lock.
func (n *node) checkMemory() {
	// While an event that is refused for good waits, the position waits, and with it what a rewind needs.
	if n.setup.reorders() || n.setup.reads.on {
		return
	}
	stored := 0
	for name, value := range n.disk.values {
		if strings.HasPrefix(name, n.disk.historyKey("seen/")) {
			stored += len(value) / len(checkpoint.ID{})
		}
	}
	// An event that the hook announced and the filter leaves out does not move the newest time.
	var newest time.Time
	wanted := filters[n.periods[len(n.periods)-1].query.filter]
	for _, e := range n.events {
		if (e.polled() || e.delivered() && wanted.matches(e)) && e.published.After(newest) {
			newest = e.published
		}
	}
	needed := 0
	for _, e := range n.events {
		if e.delivered() && e.deliveredAt.After(newest.Add(-rewindReach)) {
			needed++
		}
	}
	// Twice as many, since each commit has a header; and a page, since the last one forgets before it remembers
	// its own.
	page := 0
	for _, p := range n.periods {
		page = max(page, p.query.pageSize)
	}
	if enough := 2*(needed+n.repeats) + page; stored > enough {
		n.fail("memory", "about %d uuids are stored, %d are enough", stored, enough)
	}
}
