// SPDX-License-Identifier: Apache-2.0

package eventhook

import "time"

const (
	// firstGap is the time from a look in vain to the next one; each look in vain doubles it. It is also the least time
	// between two looks.
	firstGap = 250 * time.Millisecond
	// vainLooks is how many looks in vain at events of a type make all looks at its events rarer: what is announced is
	// then not what the poll reads.
	vainLooks = 8
	// worth is how many looks in vain an event that comes makes up for. A type of which the poll reads only some thus
	// costs about as many looks as the events of it that come are worth.
	worth = 2
	// mostLooks in vain take longer than any poll interval.
	mostLooks = 20
	// mostTypes is more than the types of event that Okta has. Those beyond it share one count.
	mostTypes = 2000
)

// pace says when to look at the log again. Each event has looks of its own, at intervals that double, so that one that
// never comes does not slow down the next one. But events of a type of which none comes slow down each other, and not
// those of other types: else what the poll leaves out by its filter would use up the rate limit.
type pace struct {
	longest  time.Duration
	lastLook time.Time
	gap      time.Duration  // from lastLook to the next look; longest when nothing is in a hurry
	vain     map[string]int // by event type: looks in vain, less what the events that came are worth
}

func newPace(longest time.Duration) *pace {
	return &pace{longest: longest, gap: longest, vain: map[string]int{}}
}

// hurry makes the next look early enough for an event that was looked for so often.
func (p *pace) hurry(eventType string, looks int) { p.gap = min(p.gap, p.gapOf(eventType, looks)) }

// hurries reports whether an event that was looked for so often is a reason to look before regular polling does.
func (p *pace) hurries(eventType string, looks int) bool {
	return p.gapOf(eventType, looks) < p.longest
}

func (p *pace) gapOf(eventType string, looks int) time.Duration {
	return max(p.gapAfter(looks), p.gapAfter(p.vain[p.counted(eventType)]-vainLooks))
}

// gapAfter is the time to leave between looks after so many in vain.
func (p *pace) gapAfter(looks int) time.Duration {
	if looks >= mostLooks {
		return p.longest
	}
	return min(firstGap<<max(looks, 0), p.longest)
}

// looked takes note of a look and of what it has found, by event type.
func (p *pace) looked(now time.Time, found map[string]*finding) {
	p.lastLook, p.gap = now, p.longest
	for eventType, f := range found {
		switch {
		case f.confirmed > 0:
			p.makeUp(eventType, f.confirmed)
		case f.vain:
			p.vain[p.counted(eventType)]++
		}
		p.hurry(eventType, f.fewest)
	}
}

func (p *pace) makeUp(eventType string, confirmed int) {
	eventType = p.counted(eventType)
	if p.vain[eventType] -= worth * confirmed; p.vain[eventType] <= 0 {
		delete(p.vain, eventType)
	}
}

// counted is the name by which looks at a type are counted.
func (p *pace) counted(eventType string) string {
	if _, known := p.vain[eventType]; !known && len(p.vain) >= mostTypes {
		return ""
	}
	return eventType
}

// finding is what a look at the log has found of the announced events of one type.
type finding struct {
	confirmed int
	vain      bool // it was for events that have not come
	fewest    int  // looks at the event that still waits and had the fewest; mostLooks or more when none waits
}
