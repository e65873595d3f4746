// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"net/http"
	"time"
)

// branchAway is a branch whose far end is away, while the others go on.
type branchAway struct {
	branch int
	last   time.Duration
}

func (f branchAway) String() string {
	return fmt.Sprintf("branch %d is away for %s", f.branch, f.last)
}

func (f branchAway) apply(n *node) {
	n.locked(func() { n.pipeline.branches[f.branch].away = time.Now().Add(f.last) })
}

// branchDenies is a branch whose far end refuses everything for good, as with a token that has expired.
type branchDenies struct {
	branch, status int
	last           time.Duration
}

func (f branchDenies) String() string {
	return fmt.Sprintf("branch %d refuses everything for good for %s: %s", f.branch, f.last, http.StatusText(f.status))
}

func (f branchDenies) apply(n *node) {
	n.locked(func() {
		b := &n.pipeline.branches[f.branch]
		b.denies, b.status = time.Now().Add(f.last), f.status
	})
}

// branchLimits is a branch that refuses calls that are too large for good.
type branchLimits struct {
	branch, limit int
	last          time.Duration
}

func (f branchLimits) String() string {
	return fmt.Sprintf("branch %d refuses calls of %d records or more for good for %s", f.branch, f.limit, f.last)
}

func (f branchLimits) apply(n *node) {
	n.locked(func() {
		b := &n.pipeline.branches[f.branch]
		b.tooLarge, b.limit = time.Now().Add(f.last), f.limit
	})
}

// branchSteps are what happens to a node whose pipeline fans out.
func (r random) branchSteps(node int, set setup, length time.Duration) (steps []timedStep) {
	for range 1 + r.IntN(8) {
		at := time.Duration(r.Int64N(int64(length))).Truncate(time.Millisecond)
		for range 1 + r.IntN(3) { // often of several branches at a time
			b := r.IntN(len(set.branches))
			steps = append(steps, timedStep{at, node, pick[step](r,
				branchAway{b, r.between(time.Second, 40*time.Minute)},
				branchDenies{b, pick(r, 400, 401, 403, 404, 405, 413, 422), r.between(time.Second, 40*time.Minute)},
				branchLimits{b, 2 + r.IntN(30), r.between(time.Minute, time.Hour)},
			)})
			at = min(length, at+r.between(0, 10*time.Minute))
		}
	}
	return steps
}
