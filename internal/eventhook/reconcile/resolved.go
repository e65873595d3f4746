// SPDX-License-Identifier: Apache-2.0

package reconcile

import "github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"

// resolved remembers the newest events that were waited for and are not any more: at least maxResolved of
// them, and no more than twice as many. The zero value remembers none.
type resolved struct {
	newer, older map[checkpoint.ID]struct{}
}

func (r *resolved) has(event checkpoint.ID) bool {
	_, newer := r.newer[event]
	_, older := r.older[event]
	return newer || older
}

func (r *resolved) add(event checkpoint.ID) {
	if r.newer == nil || len(r.newer) >= maxResolved {
		r.newer, r.older = map[checkpoint.ID]struct{}{}, r.newer
	}
	r.newer[event] = struct{}{}
}
