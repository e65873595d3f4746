// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"iter"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// Appended puts events of the log in the queues of the hooks that want them: events that were appended together are
// queued before any of them is sent. Beside each event is when it can be read from the log, in nanoseconds since 1970
// on Okta's clock; now is the time on that clock.
func (s *Server) Appended(events iter.Seq2[[]byte, int64], now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.hooks) == 0 {
		return
	}
	for event, persisted := range events {
		s.appended(event, persisted, now)
	}
}

// appended needs the lock.
func (s *Server) appended(event []byte, persisted int64, now time.Time) {
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
