// SPDX-License-Identifier: Apache-2.0

package pacing

import "time"

// inferredLimitLasts is how long an inferred limit is kept: an admin may raise the real one.
const inferredLimitLasts = time.Hour

// inferredLimit infers the limit of a token where the headers show that of the whole org. By default Okta allows a
// token half of the org's requests, and does not document which limit the headers show (Okta, rate limits of API
// tokens and OAuth 2.0 apps).
//
// One refusal says little, since others may have used up the window. When two refused windows in a row had allowed
// the same number of our own requests, give or take one, that number is the limit.
type inferredLimit struct {
	found   int // requests a window, 0 while no limit is inferred
	foundAt time.Time
	allowed int    // how many requests of ours the last refused window had allowed
	window  uint64 // the number of that window
}

// refused learns from an unexpected 429 in a window that had allowed some requests of ours. Only the first refusal
// of a window counts.
func (l *inferredLimit) refused(window uint64, allowed int, now time.Time) {
	if allowed <= 0 || window == l.window && l.allowed > 0 {
		return
	}
	if apart := allowed - l.allowed; -1 <= apart && apart <= 1 {
		l.found, l.foundAt = min(allowed, l.allowed), now
	}
	l.allowed, l.window = allowed, window
}

// expire gives up a limit that was inferred long ago. A single refusal after as many requests infers it again.
func (l *inferredLimit) expire(now time.Time) {
	if now.Sub(l.foundAt) > inferredLimitLasts {
		l.found = 0
	}
}
