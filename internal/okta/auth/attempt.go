// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// noticeableOffset is a difference of the clocks that can be the reason of a refusal.
const noticeableOffset = 2 * time.Second

// attempt is one sending of a request: what it was signed with, and what its answer brought.
type attempt struct {
	at       time.Time // when, on the local clock
	claimed  time.Time // when, on Okta's clock, as far as that was known
	proves   bool      // it carries a proof
	newNonce bool      // the answer brought a nonce
}

// newAttempt is a sending that begins now.
func newAttempt(clock *wire.Clock, proves bool) attempt {
	return attempt{at: time.Now(), claimed: clock.Now(), proves: proves}
}

// clockMoved reports whether the answer named another time than the one that the request was signed with.
func (a *attempt) clockMoved(clock *wire.Clock) bool {
	moved := clock.Now().Sub(a.claimed) - time.Since(a.at)
	return moved.Abs() >= noticeableOffset
}

// once reports true the first time. A request is sent again once for each reason: what does not help the first
// time does not help the second time.
func once(done *bool) bool {
	before := *done
	*done = true
	return !before
}
