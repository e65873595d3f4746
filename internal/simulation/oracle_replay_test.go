// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trace is what the receivers of a history did, and when. It is safe for concurrent use; a nil trace keeps
// nothing.
type trace struct {
	mu      sync.Mutex
	began   time.Time
	entries []traceEntry
}

// traceEntry is a request or a delivery.
type traceEntry struct {
	at   time.Duration // since the beginning of the history
	what string
}

// begin sets the beginning of the history.
func (t *trace) begin(at time.Time) {
	if t != nil {
		t.began = at
	}
}

// add notes what a node does now.
func (t *trace) add(node int, format string, args ...any) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = append(t.entries, traceEntry{time.Since(t.began), hostOf(node) + ": " + fmt.Sprintf(format, args...)})
}

// sorted returns the entries in the order of their times, those of one instant in any fixed order.
func (t *trace) sorted() []traceEntry {
	return slices.SortedFunc(slices.Values(t.entries), func(a, b traceEntry) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.what, b.what))
	})
}

// TestReplayRepeatsTheWaits requires that a second run of a history sends each request and makes each delivery at
// the same virtual time as the first run, to the nanosecond. It leaves out histories with an event hook: the org
// sends announcements by two goroutines at a time, and their order is the scheduler's. With replicas it is left to the
// scheduler which of the two is told of the lease first.
func TestReplayRepeatsTheWaits(t *testing.T) {
	for seed := uint64(1); seed <= 100; seed++ {
		h := generate(seed)
		if slices.ContainsFunc(h.setups, func(set setup) bool { return set.hook.on() || set.replicas.on }) {
			continue
		}
		first, second := &trace{}, &trace{}
		runHistory(t, h, newCoverage(), first)
		runHistory(t, h, newCoverage(), second)
		require.NotEmpty(t, first.entries)
		assert.Equal(t, first.sorted(), second.sorted(), "seed %d", seed)
	}
}
