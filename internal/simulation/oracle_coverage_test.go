// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// enoughHistories is how many histories, from the first one on, must have met everything there is.
const enoughHistories = 500

// coverage counts what happened in all histories. It is safe for concurrent use.
type coverage struct {
	mu     sync.Mutex
	counts map[string]int
}

func newCoverage() *coverage { return &coverage{counts: map[string]int{}} }

func (c *coverage) add(what string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[what] += n
}

func (c *coverage) of(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[what]
}

// String sums everything up, the faults that were met by their kinds.
func (c *coverage) String() string {
	var b strings.Builder
	line := func(format string, counts ...string) {
		values := make([]any, len(counts))
		for i, what := range counts {
			values[i] = c.of(what)
		}
		fmt.Fprintf(&b, format+"\n", values...)
	}
	simulated := time.Duration(c.of("simulated minutes")) * time.Minute
	fmt.Fprintf(&b, "%d histories, %.1f simulated days, ", c.of("histories"), simulated.Hours()/24)
	line("%d events, %d records delivered in %d calls, %d lost, %d repeated after a crash or a failed store",
		"events", "records", "deliveries", "lost", "events delivered again")
	line("%d processes: %d crashes, %d orderly stops; %d requests, %d commits, %d clock jumps",
		"processes", "crashes", "restarts", "requests", "commits", "clock jumps")
	line("%d deliveries refused, %d held up, %d refused for good; %d operations of the storage failed",
		"deliveries refused", "deliveries held up", "deliveries refused for good", "storage failures")
	line("%d deliveries of event hooks, %d lost, %d repeated; %d polls triggered, %d announced events confirmed, %d not, %d records made of them",
		"announcements", "announcements lost", "announcements repeated", "polls triggered",
		"announced events confirmed", "announced events unconfirmed", "records made of announcements")
	line("%d ranges read to their end: %d waited for it, %d resumed, %d confirmed again, %d ended in an earlier process; %d of their events persisted late",
		rangeCounts...)
	c.mu.Lock()
	defer c.mu.Unlock()
	var met []string
	for _, what := range slices.Sorted(maps.Keys(c.counts)) {
		if kind, ok := strings.CutPrefix(what, "met: "); ok {
			met = append(met, fmt.Sprintf("%s %d", kind, c.counts[what]))
		}
	}
	fmt.Fprintf(&b, "faults met: %s", strings.Join(met, ", "))
	return b.String()
}

// missing returns what no history has met of what all of them together must meet.
func (c *coverage) missing() (missing []string) {
	for what := range mustMeet() {
		if c.of(what) == 0 {
			missing = append(missing, what)
		}
	}
	return missing
}

// mustMeet is what the histories must meet: each kind of step that the generator makes, each fault, each moment
// for a crash, and what shows that the simulation comes to the receiver's rarer paths.
func mustMeet() map[string]bool {
	all := map[string]bool{
		stepName(newEvents{}): true, "deliveries in parts": true,
		"announcements": true, "announcements lost": true, "announcements repeated": true,
		"polls triggered": true, "announced events confirmed": true, "records made of announcements": true,
		"requests with the limit to themselves": true, "met: refusals of the rate limit": true,
		"met: a lease that is lost": true, "met: a lease that is lost in a commit": true, "met: a lease that is gained twice": true,
		"met: a holder that is suspended": true, "met: a storage that is open elsewhere": true, "met: a write that does not count": true,
		"met: a delivery after another replica took over": true,
		"met: a storage that stalls":                      true, "met: strangers answered 401": true, "met: strangers answered 400": true,
		"met: strangers answered 409": true, "met: strangers answered 413": true, "met: strangers answered 200": true,
	}
	r, length := newRandom(0), time.Hour
	for range 100 { // some kinds make steps of several types
		set := r.setup(length)
		for _, make := range stepKinds {
			all[stepName(make(r, set))] = true
		}
	}
	for _, make := range leaseKinds {
		all[stepName(make(r, setup{}))] = true
	}
	for fault := range logFaults {
		all["met: "+fault] = true
	}
	for fault := range tokenFaults {
		all["met: token "+fault] = true
	}
	for _, what := range rangeCounts {
		all[what] = true
	}
	for when := range moments {
		all["crash "+when.String()] = true
	}
	return all
}

// stepName is what steps of this kind are counted as.
func stepName(s step) string {
	return strings.TrimPrefix(fmt.Sprintf("%T", s), "simulation.") + " steps"
}
