// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"errors"
	"time"
)

// ErrReplayed says that a delivery is too old to be Okta's: somebody has captured it and sends it again. Whether its
// events were delivered is not remembered any more.
var ErrReplayed = errors.New("okta made the delivery long before another one")

// replays tells a delivery of Okta's from one that somebody has captured and sends again, once its events are not
// remembered any more ([checkpoint.AnnouncedWithinADay]).
type replays struct {
	newest time.Time // when the newest delivery was made, or the newest delivered event was published
}

// isOld reports whether a delivery that was made at a time is older than Okta's are. One without a time is not.
func (r *replays) isOld(made time.Time) bool {
	return !made.IsZero() && made.Before(r.newest.Add(-maxLateness))
}

// note notes a time of Okta's, of what was taken when the local clock showed now. A time that is ahead of the local
// clock counts as now: either clock may be wrong, and a delivery is refused only where both say that it is old.
func (r *replays) note(okta, now time.Time) {
	if okta.After(now) {
		okta = now
	}
	if okta.After(r.newest) {
		r.newest = okta
	}
}
