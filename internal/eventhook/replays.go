// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"sync"
	"time"
)

// replays tells a delivery of Okta's from one that somebody has captured and sends again, once its events are not
// remembered any more ([checkpoint.AnnouncedWithinADay]). Only Okta's own times are compared: those of deliveries that
// were taken before. The local clock says nothing, and Okta may be an hour late. The zero value has seen none.
type replays struct {
	mu     sync.Mutex
	newest time.Time // when the newest delivery was made
}

// maxLateness is how long before another delivery Okta may have made one.
const maxLateness = 24 * time.Hour

// isOld reports whether a delivery that was made at a time is older than Okta's are. One without a time is not.
func (r *replays) isOld(made time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !made.IsZero() && made.Before(r.newest.Add(-maxLateness))
}

// note notes a delivery that was taken.
func (r *replays) note(made time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if made.After(r.newest) {
		r.newest = made
	}
}
