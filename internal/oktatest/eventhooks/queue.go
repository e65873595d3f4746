// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"slices"
	"sort"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// hookItem is an event that waits to be sent.
type hookItem struct {
	json []byte
	due  time.Time // on the clock of time.Now
	// alone keeps it from sharing a delivery.
	alone bool
}

// Appended puts an event of the log in the queues of the hooks that want it. persisted is when it can be read from the
// log, in nanoseconds since 1970 on Okta's clock, and now is the time on that clock.
func (s *Server) Appended(event []byte, persisted int64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.hooks) == 0 {
		return
	}
	eventType, _ := logevent.Text(event, "eventType")
	var wanting []*hook
	for _, h := range s.hooks {
		if h.live() && h.subscribed[eventType] && persisted >= h.sendsFrom {
			wanting = append(wanting, h)
		}
	}
	if len(wanting) == 0 || !s.day.take(now, s.options.DailyLimit) {
		return
	}
	due := time.Now().Add(time.Unix(0, persisted).Sub(now) + s.options.Delay)
	for _, h := range wanting {
		s.queue(h, event, due)
	}
	s.wakeUp()
}

// queue makes an event wait for one hook, later than its time, or twice, by chance. It needs the lock.
func (s *Server) queue(h *hook, json []byte, due time.Time) {
	if s.chance(s.options.Reorder) {
		due = due.Add(1 + time.Duration(s.random.Int64N(int64(s.options.ReorderBy))))
	}
	h.insert(hookItem{json: json, due: due})
	if s.chance(s.options.DuplicateEvents) {
		h.report.Duplicates++
		h.insert(hookItem{json: json, due: due, alone: true})
	}
}

// chance is true in the given share of cases. A share of 0 leaves the order of all other chances alone. It needs the
// lock.
func (s *Server) chance(share float64) bool { return share > 0 && s.random.Float64() < share }

// wakeUp makes Run look at the queues.
func (s *Server) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default: // it has been woken already
	}
}

// insert puts an item behind those that are due no later.
func (h *hook) insert(item hookItem) {
	at := sort.Search(len(h.waiting), func(i int) bool { return h.waiting[i].due.After(item.due) })
	h.waiting = slices.Insert(h.waiting, at, item)
}

// take removes the events of the next delivery from the queue, or returns the time when there may be one; zero is
// never.
func (h *hook) take(now time.Time, batch int, wait time.Duration) (items []hookItem, next time.Time) {
	if len(h.waiting) == 0 {
		return nil, time.Time{}
	}
	size := h.together(batch)
	ready := h.waiting[0].due.Add(wait)
	if full := h.waiting[size-1].due; (size == batch || size < len(h.waiting) || h.waiting[0].alone) && full.Before(ready) {
		ready = full
	}
	if ready.After(now) {
		return nil, ready
	}
	size = sort.Search(size, func(i int) bool { return h.waiting[i].due.After(now) })
	items, h.waiting = h.waiting[:size:size], h.waiting[size:]
	return items, time.Time{}
}

// together is how many of the first events in the queue, due or not, make one delivery.
func (h *hook) together(batch int) int {
	first := h.waiting[:min(batch, len(h.waiting))]
	if first[0].alone {
		return 1
	}
	if i := slices.IndexFunc(first, func(item hookItem) bool { return item.alone }); i > 0 {
		return i
	}
	return len(first)
}

// hookQuota counts the events of 24 hours (Okta, event hook limits: "applicable events").
type hookQuota struct {
	began  time.Time // with the first event after the 24 hours before
	events int
}

// take counts an event and reports whether it may still be sent.
func (q *hookQuota) take(now time.Time, limit int) bool {
	if q.began.IsZero() || now.Sub(q.began) >= hookDay {
		*q = hookQuota{began: now}
	}
	if limit >= 0 && q.events >= limit {
		return false
	}
	q.events++
	return true
}
