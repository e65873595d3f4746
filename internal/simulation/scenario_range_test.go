// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"time"
)

// lateness is how long after its end a range is read at the earliest.
const lateness = time.Hour

// timeRange is what a receiver with end_at reads; the zero value is one that follows the log. The times are since the
// beginning of the history, on the clock that Okta has then.
type timeRange struct {
	on       bool
	from, to time.Duration
	oldest   bool // from is the oldest event
	beside   bool // the storage has the position of a receiver that follows the log
}

func (t timeRange) String() string {
	from := t.from.String()
	if t.oldest {
		from = "the oldest event"
	}
	s := fmt.Sprintf("reads the range from %s to %s since the beginning, and ends", from, t.to)
	if t.beside {
		s += "; the storage has the position of a receiver that follows the log"
	}
	return s
}

// readsRange reports whether the first receiver of a seed's history reads a range.
func readsRange(seed uint64) bool { return seed%5 == 4 || seed%35 == 6 || seed%50 == 23 }

// rangeSetup makes a receiver one that reads a range, which has passed, or of which the end is yet to come.
func (r random) rangeSetup(set setup, length time.Duration) setup {
	t := timeRange{on: true, oldest: r.oneIn(6), beside: r.oneIn(2)}
	t.to = -lateness - r.between(0, 7*time.Hour)
	if r.oneIn(2) {
		t.to = r.between(-lateness, max(-lateness/2, length-lateness-10*time.Minute))
	}
	t.from = t.to - r.between(10*time.Minute, 6*time.Hour)
	set.reads, set.hook, set.startAt = t, hookSetup{}, "beginning"
	set.backlog = pick(r, 0, 40, 200, 400, 400)
	set.query.pageSize = pick(r, 5, 10, 10, 25, 25, 100, 1000)
	if set.maxPage > 0 {
		set.maxPage = max(1, set.query.pageSize/2)
	}
	// An event of the last page that is refused for good waits until another one is accepted, of which there is none.
	for i := range set.branches {
		if !set.drop {
			set.branches[i].poison = 0
		}
	}
	return set
}

// rangeSteps makes what happens while the receiver reads its range: that takes minutes of the hours of a history.
func (r random) rangeSteps(node int, set setup, length time.Duration) (steps []timedStep) {
	begins := min(length, max(0, set.reads.to+lateness))
	if begins > 0 { // what happens in the range
		for range r.IntN(20) {
			steps = append(steps, timedStep{r.between(0, begins), node, r.newEvents()})
		}
	}
	for range 1 + r.IntN(6) {
		at := min(length, begins+r.between(0, 12*time.Minute))
		for range 1 + r.IntN(4) {
			steps = append(steps, timedStep{at, node, pick(r, rangeKinds...)(r, set)})
			at = min(length, at+pick(r, 0, r.between(0, 2*time.Second), r.between(0, time.Minute)))
		}
	}
	return steps
}

// rangeKinds are the kinds of steps of a receiver that reads a range, beside those of the others.
var rangeKinds = append([]stepKind{
	func(r random, _ setup) step {
		return requestFaults{fault: pick(r, linkFaults...), times: 1 + r.IntN(4)}
	},
	func(r random, _ setup) step {
		return outage{fault: pick(r, linkFaults...), last: r.between(time.Minute, 20*time.Minute)}
	},
	func(r random, _ setup) step {
		return crashAt{when: pick(r, beforeAcceptance, afterAcceptance, beforeCommit, afterCommit), down: r.between(0, 10*time.Second)}
	},
	func(r random, _ setup) step { return crashAt{when: onRequest, down: r.between(0, 10*time.Second)} },
	func(r random, set setup) step {
		again := r.restart(false)
		if !set.replicas.on {
			again.pageSize = pick(r, 5, 10, 25, 100)
		}
		return again
	},
}, stepKinds...)

// linkFaults are those that change the links of an answer.
var linkFaults = []string{"no next link", "no next link", "no links", "a next link to itself", "folded links", "links at another host"}
