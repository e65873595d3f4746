// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing/synctest"
	"time"
)

// maxClockJump is how far back Okta's clock goes at most here.
const maxClockJump = 20 * time.Minute

// inRange reports whether the event is one that the receiver was told to read. It needs the lock.
func (n *node) inRange(e *event) bool {
	return !e.published.Before(n.reading.from) && e.published.Before(n.reading.to) && filters[n.query.filter].matches(e)
}

// owedOfRange are the events of the range that Okta had persisted before it was read, and within an hour of its end;
// later ones may come. Those of the last minutes of that hour are left out, which a clock that is set back repeats. It
// needs the lock.
func (n *node) owedOfRange() (owed []loggedEvent) {
	for _, e := range n.log() {
		late := !n.reading.began.IsZero() && !e.happened.Before(n.reading.began) ||
			e.persisted.After(n.reading.to.Add(lateness-maxClockJump))
		if n.inRange(e.event) && !late {
			owed = append(owed, e)
		}
	}
	return owed
}

// missingOfRange are the events that are owed and were not delivered. It needs the lock.
func (n *node) missingOfRange() (missing []*event) {
	for _, e := range n.owedOfRange() {
		if !e.delivered() {
			missing = append(missing, e.event)
		}
	}
	return missing
}

// checkBegan finds a range that is read while its events may still come. It needs the lock.
func (n *node) checkBegan() {
	early := n.reading.to.Add(lateness).Sub(n.org.Now())
	if early > maxClockJump && !n.reading.timeIsWrong {
		n.fail("early", "the range is read %s before the events that Okta persists late have come", early)
	}
	if n.setup.reads.to+lateness > 0 {
		n.coverage.add("ranges that were waited for", 1)
	}
}

// checkDelivered finds an event that lies outside of the range. It needs the lock.
func (n *node) checkDelivered(e *event) {
	if n.setup.reads.on && !n.inRange(e) {
		n.fail("range", "%s was delivered, which was published at %s and is not in the range", e.uuid, e.published.Format(time.StampMilli))
	}
}

// checkEnded finds events that were not delivered when the receiver said that it has read all. It needs the lock.
func (n *node) checkEnded() {
	if missing := n.missingOfRange(); len(missing) > 0 {
		n.fail("ended", "the receiver says that it has read the range, and %d events are missing, the first one is %s, published at %s",
			len(missing), missing[0].uuid, missing[0].published.Format(time.StampMilli))
	}
}

// checkRest finds a request after the end. A replica checks the connection as it starts, and so does a process that
// can't read its storage then; a replica that was suspended may not know of the end. It needs the lock.
func (n *node) checkRest(p *process, r *http.Request) {
	by := n.reading.endedBy
	if by == nil || n.setup.replicas.on && !p.rangeEnded {
		return
	}
	if check := r.URL.Path != "/api/v1/logs" || strings.Contains(r.URL.RawQuery, "limit=1&") || r.URL.RawQuery == "limit=1"; check && (p.storageTrouble || n.setup.replicas.on) {
		return
	}
	n.fail("rest", "the range was read to its end, and a request was sent after that: %s", r.URL.RequestURI())
}

// checkOther finds changes of what another receiver has stored. It needs the lock.
func (n *node) checkOther() {
	for key, value := range n.reading.other {
		if !bytes.Equal(n.disk.values[key], value) {
			n.fail("history", "%s, which belongs to the receiver that follows the log, was changed", key)
		}
	}
}

// checkRange does the checks that are for the end. It needs the lock.
func (n *node) checkRange() {
	if !n.setup.reads.on {
		return
	}
	n.checkOther()
	if n.reading.endedBy == nil {
		n.fail("unended", "the range was not read to its end")
	}
	if n.setup.reorders() {
		return
	}
	owed := n.owedOfRange()
	for e := range n.org.Events() {
		if n.inRange(n.events[e.UUID]) {
			n.coverage.add("events of ranges that are persisted late", 1)
		}
	}
	n.coverage.add("events of ranges that are persisted late", -len(owed))
	owed = slices.DeleteFunc(owed, func(e loggedEvent) bool { return !e.inOrder() })
	slices.SortFunc(owed, func(a, b loggedEvent) int { return a.first - b.first })
	for i := 1; i < len(owed); i++ {
		if before := owed[i-1]; owed[i].published.Before(before.published) {
			n.fail("order", "%s was delivered after %s, which was published later", owed[i].uuid, before.uuid)
			return
		}
	}
}

// passRest has events happen, and receivers restart, where a range was read to its end: nothing is asked for any more.
func (s *simulation) passRest() {
	resting := slices.DeleteFunc(slices.Clone(s.nodes), func(n *node) bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.reading.endedBy == nil || n.setup.replicas.on
	})
	if len(resting) == 0 || len(s.violations()) > 0 {
		return
	}
	for _, n := range resting {
		n.appendEvents(5, 3*time.Hour, 0)
		n.commands <- func() { n.restart(restart{filter: -1}) }
	}
	time.Sleep(30 * time.Minute)
	synctest.Wait()
	for _, n := range resting {
		n.locked(func() {
			if len(n.violations) == 0 && !n.process.rangeEnded {
				n.fail("rest", "a process that starts after the end does not say that the range was read")
			}
		})
	}
}
