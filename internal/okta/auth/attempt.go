// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

const (
	// noticeableOffset is a difference of the clocks that can be the reason of a refusal.
	noticeableOffset = 2 * time.Second
)

// attempt is one sending of a request: what it was signed with, and what its answer brought.
type attempt struct {
	at       time.Time // when, on the local clock
	claimed  time.Time // when, on Okta's clock, as far as that was known
	proves   bool      // it carries a proof
	again    bool      // the one before was refused because of its time
	newNonce bool      // the answer brought a nonce
}

// newAttempt is a sending that begins now. again is whether the one before was refused because of its time.
func newAttempt(clock *wire.Clock, proves, again bool) attempt {
	return attempt{at: time.Now(), claimed: signingTime(clock, again, 0), proves: proves, again: again}
}

// signingTime is the time on Okta's clock to sign a request with. Where the last one was refused because of its time
// (again), the time that the refusal told counts even though nothing else confirms it yet, but no later than that
// what is signed, which is valid for some time, ends within maxAhead.
func signingTime(clock *wire.Clock, again bool, validFor time.Duration) time.Time {
	now := clock.Now()
	told, doubtful := clock.Doubt()
	if !again || !doubtful {
		return now
	}
	if last := now.Add(maxAhead - validFor); told.After(last) {
		return last
	}
	return told
}

// clockMoved reports whether the answer named another time than the one that the request was signed with.
func (a *attempt) clockMoved(clock *wire.Clock) bool {
	moved := signingTime(clock, true, 0).Sub(a.claimed) - time.Since(a.at)
	return moved.Abs() >= noticeableOffset
}

// once reports true the first time. A request is sent again once for each reason: what does not help the first
// time does not help the second time.
func once(done *bool) bool {
	before := *done
	*done = true
	return !before
}
