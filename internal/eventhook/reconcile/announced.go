// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"bytes"
	"iter"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
)

// perEvent is about what an event costs beside its texts, in bytes.
const perEvent = 192

// announced is the events that were announced and have not come yet. It is safe for concurrent use, and
// remembers nothing beyond the life of the process.
type announced struct {
	confirmWithin time.Duration
	pollInterval  time.Duration
	keepRaw       bool // each event's text is kept, for when it does not come
	maxBytes      int  // bounds what is remembered

	mu       sync.Mutex
	readTo   time.Time // up to when polling has read, on Okta's clock; zero before the first page
	waiting  map[checkpoint.ID]*waiting
	resolved resolved
	bytes    int
	overflow int // how many announced events there was no room for
	lookups  *lookups
}

// waiting is an event that was announced and has not come yet.
type waiting struct {
	event     eventhook.Event
	since     time.Time     // when it was announced first; zero once it was put back
	lookups   int           // since it was announced
	waited    time.Duration // in which the log was read to its end without it
	lastAtEnd time.Time     // the last lookup that read all and did not find it; zero before the first
}

// extent is how much of the log an answer held.
type extent int

const (
	part  extent = iota // there is more to read for now
	short               // less than was asked for, after which there may be more all the same
	all                 // there was nothing more
)

func newAnnounced(confirmWithin, pollInterval time.Duration, keepRaw bool, maxBytes int) *announced {
	return &announced{
		confirmWithin: confirmWithin,
		pollInterval:  pollInterval,
		keepRaw:       keepRaw,
		maxBytes:      maxBytes,
		waiting:       map[checkpoint.ID]*waiting{},
		lookups:       newLookups(pollInterval),
	}
}

// add notes events that will come. One without a uuid can't be known again and is passed over, as is one
// that is waited for already, or was: Okta may announce an event twice. One for which there is no room is
// counted as overflow.
func (a *announced) add(events []eventhook.Event, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, event := range events {
		if event.UUID == "" {
			continue
		}
		id := idOf(event)
		if a.waiting[id] != nil || a.resolved.has(id) {
			continue
		}
		if a.keepRaw {
			// A copy of its own does not keep the rest of the delivery in memory.
			event.Raw = bytes.Clone(event.Raw)
		} else {
			event.Raw = nil
		}
		if a.bytes+sizeOf(event) > a.maxBytes {
			a.overflow++
			continue
		}
		a.bytes += sizeOf(event)
		a.waiting[id] = &waiting{event: event, since: now}
		a.lookups.expedite(event.Type, 0)
	}
}

// readUpTo takes note of a position, of whose times the earlier counts: either clock may be wrong.
func (a *announced) readUpTo(p checkpoint.Position) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.readTo = p.Newest
	if p.Answered.Before(a.readTo) {
		a.readTo = p.Answered
	}
}

// isForgotten reports whether events that Okta announced at a time may have been delivered and be forgotten.
func (a *announced) isForgotten(made time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !made.IsZero() && a.beyondMemory(made)
}

// beyondMemory is isForgotten with the lock held. Okta has announced an event after it persisted it, so polling that
// has read so much further has come upon it, if it ever does.
func (a *announced) beyondMemory(made time.Time) bool {
	return made.Before(a.readTo.Add(-maxLateness))
}

// resolve goes through what is waited for after an answer that held so much of the log. asked is when the
// log was asked: an event that was announced after that can't have been in the answer. It returns how many
// events have come, and, when the log held nothing more, those that are overdue; both are resolved. While
// there is more to read, an event that has not come is late and not missing.
func (a *announced) resolve(delivered func(checkpoint.ID) bool, held extent, asked, now time.Time) (confirmed int, overdue []eventhook.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := map[string]*finding{}
	for id, w := range a.waiting {
		f := found[w.event.Type]
		if f == nil {
			f = &finding{fewest: maxLookups}
			found[w.event.Type] = f
		}
		switch {
		case delivered(id):
			confirmed++
			f.confirmed++
			a.remove(id)
			continue
		case w.since.After(asked):
			// The answer can't have had it.
		case held == all && a.isOverdue(w, now):
			// It came before the first page, so only now it is known how old it was.
			if w.event.Made.IsZero() || !a.beyondMemory(w.event.Made.Add(now.Sub(w.since))) {
				overdue = append(overdue, w.event)
			}
			a.remove(id)
			continue
		case held != part:
			f.missed = f.missed || a.lookups.isUrgent(w.event.Type, w.lookups)
			w.lookups++
		}
		f.fewest = min(f.fewest, w.lookups)
	}
	a.lookups.done(now, found)
	return confirmed, overdue
}

// came tells how long each event was waited for that was just delivered. It is called before resolve, which also takes
// events for come that were delivered before they were announced: the time until it does says nothing about them.
func (a *announced) came(ids iter.Seq[checkpoint.ID], now time.Time, tell func(waited time.Duration)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) == 0 {
		return
	}
	for id := range ids {
		// An overdue event that was put back does not tell since when.
		if w := a.waiting[id]; w != nil && !w.since.IsZero() && !w.since.After(now) {
			tell(now.Sub(w.since))
		}
	}
}

// isOverdue adds the time since the last lookup to what an event was waited for, and reports whether that
// is as long as it may take. Only the time in which the log was read counts: a lookup adds no more than half
// of confirmWithin, and not much more than regular polling lets pass before it, so that no outage makes an
// event missing that the next lookup would find.
func (a *announced) isOverdue(w *waiting, now time.Time) bool {
	if !w.lastAtEnd.IsZero() {
		limit := min(max(2*a.pollInterval, a.confirmWithin/10), a.confirmWithin/2)
		w.waited += min(now.Sub(w.lastAtEnd), limit)
	}
	w.lastAtEnd = now
	return w.waited >= a.confirmWithin
}

// putBack takes back overdue events whose delivery was interrupted. They are overdue again at the next
// lookup.
func (a *announced) putBack(events []eventhook.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, event := range events {
		if id := idOf(event); a.waiting[id] == nil {
			a.waiting[id] = &waiting{event: event, lookups: maxLookups, waited: a.confirmWithin}
			a.bytes += sizeOf(event)
		}
	}
}

// nextLookup is when to ask for announced events again; ok is false when regular polling will do.
func (a *announced) nextLookup() (at time.Time, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.lookups.next()
}

// overflowed reports whether there was an announced event that there was no room for.
func (a *announced) overflowed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.overflow > 0
}

// remove ends the wait for an event. It needs the lock.
func (a *announced) remove(id checkpoint.ID) {
	a.bytes -= sizeOf(a.waiting[id].event)
	delete(a.waiting, id)
	a.resolved.add(id)
}

// sizeOf is about the memory that an event takes, in bytes.
func sizeOf(event eventhook.Event) int {
	return perEvent + len(event.UUID) + len(event.Type) + len(event.Raw)
}

// idOf names an event as the memory of delivered events does.
func idOf(event eventhook.Event) checkpoint.ID { return checkpoint.IDOf(event.UUID, event.Published) }
