// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// entry is one event at rest; the journal may hold millions.
type entry struct {
	json      []byte
	published int64 // nanoseconds since 1970
	persisted int64 // nanoseconds since 1970
}

// journal keeps the events of one org in persistence order. The events a request has been able to see never move again:
// cursors count on it.
type journal struct {
	entries   []entry
	unsorted  bool
	committed int   // entries[:committed] have been visible to a request
	horizon   int64 // Okta's clock at the newest request; nothing is persisted before it any more
	published []int32
	added     func([]entry) // told of all events, those added together at once; it has the lock of the Org
}

// add takes events in. An event cannot be committed in a past that requests have already seen: its time is moved up
// to the newest request.
func (j *journal) add(now time.Time, events ...logevent.Event) {
	before := len(j.entries)
	for _, event := range events {
		persisted := event.Persisted.UnixNano()
		if event.Persisted.IsZero() {
			persisted = now.UnixNano()
		}
		persisted = max(persisted, j.horizon)
		if last := len(j.entries) - 1; last >= 0 && j.entries[last].persisted > persisted {
			j.unsorted = true
		}
		published := event.PublishedOr(time.Unix(0, persisted)).UnixNano()
		j.entries = append(j.entries, entry{json: event.JSON, published: published, persisted: persisted})
	}
	if j.added != nil {
		j.added(j.entries[before:])
	}
}

// visible returns the events persisted up to now. The slice stays valid and unchanged without the lock: only entries
// behind it are ever moved.
func (j *journal) visible(now time.Time) []entry {
	// A clock set back does not take events out of the log again.
	j.horizon = max(j.horizon, now.UnixNano())
	j.sort()
	j.committed += sort.Search(len(j.entries)-j.committed, func(i int) bool {
		return j.entries[j.committed+i].persisted > j.horizon
	})
	return j.entries[:j.committed:j.committed]
}

// sort puts what no request has seen in persistence order; events of the same instant keep the order in which they were
// appended.
func (j *journal) sort() {
	if !j.unsorted {
		return
	}
	slices.SortStableFunc(j.entries[j.committed:], func(a, b entry) int { return cmp.Compare(a.persisted, b.persisted) })
	j.unsorted = false
}

// byPublished returns the indexes of the visible events ordered by published time, then by persistence order. Valid
// until the next call.
func (j *journal) byPublished() []int32 {
	if len(j.published) == j.committed {
		return j.published
	}
	// A copy: the order handed out before may still be in use.
	order := make([]int32, j.committed)
	for i := copy(order, j.published); i < j.committed; i++ {
		order[i] = int32(i)
	}
	slices.SortFunc(order, j.comparePublished)
	j.published = order
	return order
}

func (j *journal) comparePublished(a, b int32) int {
	return cmp.Or(cmp.Compare(j.entries[a].published, j.entries[b].published), cmp.Compare(a, b))
}

// firstPersisted returns the index of the first event persisted at or after t (nanoseconds since 1970).
func firstPersisted(events []entry, t int64) int {
	return sort.Search(len(events), func(i int) bool { return events[i].persisted >= t })
}
