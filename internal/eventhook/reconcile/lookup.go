// SPDX-License-Identifier: Apache-2.0

package reconcile

import "time"

const (
	// firstInterval is the time from a lookup that misses to the next one; each miss doubles it. It is
	// also the least time between two lookups.
	firstInterval = 250 * time.Millisecond
	// freeMisses is how many misses of a type of event make all lookups for its events rarer: what is
	// announced is then not what the poll reads.
	freeMisses = 8
	// missesPerEvent is how many misses an event that comes makes up for. A type of which the poll reads
	// only some thus costs about as many lookups as the events of it that come are worth.
	missesPerEvent = 2
)

// lookups says when to ask for announced events again. Each event has a back-off of its own, so that one
// that never comes does not slow down the next one. But events of a type of which none comes slow down each
// other, and not those of other types: else what the poll leaves out by its filter would use up the rate
// limit.
type lookups struct {
	pollInterval time.Duration
	last         time.Time
	interval     time.Duration  // from last to the next lookup; pollInterval when nothing is urgent
	misses       map[string]int // by event type, less what the events that came are worth
}

func newLookups(pollInterval time.Duration) *lookups {
	return &lookups{pollInterval: pollInterval, interval: pollInterval, misses: map[string]int{}}
}

// next is when to look again; ok is false when the poll interval will do.
func (l *lookups) next() (at time.Time, ok bool) {
	return l.last.Add(l.interval), l.interval < l.pollInterval
}

// expedite makes the next lookup early enough for an event that was looked up so often.
func (l *lookups) expedite(eventType string, count int) {
	l.interval = min(l.interval, l.intervalFor(eventType, count))
}

// isUrgent reports whether an event that was looked up so often is a reason to ask before the poll interval
// is over.
func (l *lookups) isUrgent(eventType string, count int) bool {
	return l.intervalFor(eventType, count) < l.pollInterval
}

func (l *lookups) intervalFor(eventType string, count int) time.Duration {
	return max(l.intervalAfter(count), l.intervalAfter(l.misses[l.countedAs(eventType)]-freeMisses))
}

// intervalAfter is the time to leave between lookups after so many misses.
func (l *lookups) intervalAfter(misses int) time.Duration {
	if misses >= maxLookups {
		return l.pollInterval
	}
	return min(firstInterval<<max(misses, 0), l.pollInterval)
}

// done takes note of a lookup and of what it has found, by event type.
func (l *lookups) done(now time.Time, found map[string]*finding) {
	l.last, l.interval = now, l.pollInterval
	for eventType, f := range found {
		switch {
		case f.confirmed > 0:
			l.makeUp(eventType, f.confirmed)
		case f.missed:
			l.misses[l.countedAs(eventType)]++
		}
		l.expedite(eventType, f.fewest)
	}
}

func (l *lookups) makeUp(eventType string, confirmed int) {
	eventType = l.countedAs(eventType)
	if l.misses[eventType] -= missesPerEvent * confirmed; l.misses[eventType] <= 0 {
		delete(l.misses, eventType)
	}
}

// countedAs is the name by which misses of a type are counted.
func (l *lookups) countedAs(eventType string) string {
	if _, known := l.misses[eventType]; !known && len(l.misses) >= maxTypes {
		return ""
	}
	return eventType
}

// finding is what a lookup has found of the announced events of one type.
type finding struct {
	confirmed int
	missed    bool // an urgent event has not come
	fewest    int  // lookups of the event that still waits and had the fewest; maxLookups or more when none waits
}
