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

// tally counts what happened in all histories. It is safe for concurrent use.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func newTally() *tally { return &tally{counts: map[string]int{}} }

func (t *tally) add(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[what] += n
}

func (t *tally) of(what string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts[what]
}

// String sums everything up, the faults that were met by their kinds.
func (t *tally) String() string {
	var b strings.Builder
	simulated := time.Duration(t.of("simulated minutes")) * time.Minute
	fmt.Fprintf(&b, "%d histories, %.1f simulated days, %d events, %d records delivered in %d calls, %d lost, %d repeated after a crash or a failed store\n",
		t.of("histories"), simulated.Hours()/24, t.of("events"), t.of("records"), t.of("deliveries"), t.of("lost"), t.of("events delivered again"))
	fmt.Fprintf(&b, "%d processes: %d crashes, %d orderly stops; %d requests, %d commits, %d clock jumps\n",
		t.of("processes"), t.of("crashes"), t.of("restarts"), t.of("requests"), t.of("commits"), t.of("clock jumps"))
	fmt.Fprintf(&b, "%d deliveries refused, %d held up, %d refused for good; %d operations of the storage failed\n",
		t.of("deliveries refused"), t.of("deliveries held up"), t.of("deliveries refused for good"), t.of("storage failures"))
	fmt.Fprintf(&b, "%d deliveries of event hooks, %d lost, %d repeated; %d polls rung for, %d announced events confirmed, %d not, %d records made of them\n",
		t.of("announcements"), t.of("announcements lost"), t.of("announcements repeated"), t.of("polls rung for"),
		t.of("announced events confirmed"), t.of("announced events unconfirmed"), t.of("records made of announcements"))
	t.mu.Lock()
	defer t.mu.Unlock()
	var met []string
	for _, what := range slices.Sorted(maps.Keys(t.counts)) {
		if kind, ok := strings.CutPrefix(what, "met: "); ok {
			met = append(met, fmt.Sprintf("%s %d", kind, t.counts[what]))
		}
	}
	fmt.Fprintf(&b, "faults met: %s", strings.Join(met, ", "))
	return b.String()
}
