// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing/synctest"
	"time"
)

// roundsOfEvents is how often events happen after everything is repaired, so that what a branch refuses for good is
// given up: that takes three refusals, after each of which another event is accepted.
const roundsOfEvents = 6

// passPoison brings further events to the nodes where a branch refuses some for good, and checks that the position
// leaves those of before behind. It reports whether there are such nodes.
func (s *simulation) passPoison() bool {
	poisoned := slices.DeleteFunc(slices.Clone(s.nodes), func(n *node) bool { return !n.setup.poisoned() })
	if len(poisoned) == 0 || len(s.violations()) > 0 {
		return false
	}
	before := map[*node][]*event{}
	for _, n := range poisoned {
		n.locked(func() { before[n] = n.givenUpEvents() })
	}
	for range roundsOfEvents {
		gap := 10 * time.Minute
		for _, n := range poisoned {
			n.appendEvents(5, 0, 0)
			gap = max(gap, 2*n.setup.pollInterval)
		}
		time.Sleep(gap)
		synctest.Wait()
	}
	for _, n := range poisoned {
		n.checkHeld(before[n])
	}
	return true
}

// givenUpEvents are those that a branch refuses for good and that were offered. It needs the lock.
func (n *node) givenUpEvents() (events []*event) {
	for _, e := range n.events {
		if e.delivered() && e.announced && e.acceptedBy != 1<<len(n.setup.branches)-1 {
			events = append(events, e)
		}
	}
	return events
}

// checkHeld finds an event that is still behind the stored position, though it could be given up.
func (n *node) checkHeld(events []*event) {
	held := n.behindPosition()
	n.mu.Lock()
	defer n.mu.Unlock()
	accepted := 0
	for _, e := range n.events {
		if e.polled() && time.Since(e.happened) < roundsOfEvents*max(10*time.Minute, 2*n.setup.pollInterval) {
			accepted++
		}
	}
	if accepted < roundsOfEvents { // the filter leaves them out, or they are refused themselves
		return
	}
	n.coverage.add("met: an event that was given up", len(events))
	for _, e := range events {
		if slices.Contains(held, e.uuid) {
			n.fail("held", "%s, which a branch refuses for good, still holds the position back", e.uuid)
			return
		}
	}
}

// behindPosition are the uuids of the page at the stored position; none where the storage has no position of the org's
// usual host.
func (n *node) behindPosition() (uuids []string) {
	var stored struct{ Next string }
	n.mu.Lock()
	err := json.Unmarshal(n.disk.values[n.disk.historyKey("position")], &stored)
	n.mu.Unlock()
	if err != nil {
		return nil
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://"+n.hosts.org+stored.Next, http.NoBody)
	if err != nil {
		return nil
	}
	r.Header.Set("Authorization", "SSWS "+n.token)
	resp, err := n.org.Transport().RoundTrip(r)
	if err != nil {
		return nil
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	var events []struct{ UUID string }
	if err != nil || json.Unmarshal(body, &events) != nil {
		return nil
	}
	for _, e := range events {
		uuids = append(uuids, e.UUID)
	}
	return uuids
}
