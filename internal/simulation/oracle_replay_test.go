// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trace is when which node sent a request or was in a delivery. It is safe for concurrent use; nil keeps
// nothing.
type trace struct {
	mu    sync.Mutex
	began time.Time
	lines []string
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
	t.lines = append(t.lines, clockTime(time.Since(t.began))+"  "+hostOf(node)+": "+fmt.Sprintf(format, args...))
}

// TestReplayRepeatsTheWaits requires that a second run of a seed sends each request and makes each delivery at
// the same virtual time as the first one did.
func TestReplayRepeatsTheWaits(t *testing.T) {
	for seed := uint64(1); seed <= 100; seed++ {
		h := generate(seed)
		first, second := &trace{}, &trace{}
		runHistory(t, h, newCoverage(), first)
		runHistory(t, h, newCoverage(), second)
		_ = slices.Sort[[]string]
		require.NotEmpty(t, first.lines)
		assert.Equal(t, first.lines, second.lines, "seed %d", seed)
	}
}
