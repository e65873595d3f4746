// SPDX-License-Identifier: Apache-2.0

package pacing

import "time"

// inferredLimitLasts is how long a ceiling that was found out is believed in: an admin may raise it.
const inferredLimitLasts = time.Hour

// inferredLimit finds out the ceiling of a token where the headers show that of the whole org. Okta
// gives a token half of the org's bucket by default, and leaves open which one the headers show
// (Okta, rate limits of API tokens and OAuth 2.0 apps).
//
// One refusal says little, since others may have used up the window. Two windows that were refused
// after the same number of our own requests tell a ceiling.
type inferredLimit struct {
	found   int // requests a window, 0 while there is none
	foundAt time.Time
	allowed int    // how many requests of ours the last refused window had allowed
	window  uint64 // which one that was
}

// refused learns from a 429 that came as a surprise, in a window that had allowed some requests of
// ours. Only a window's first refusal counts.
func (c *inferredLimit) refused(window uint64, allowed int, now time.Time) {
	if allowed <= 0 || window == c.window && c.allowed > 0 {
		return
	}
	if apart := allowed - c.allowed; -1 <= apart && apart <= 1 {
		c.found, c.foundAt = min(allowed, c.allowed), now
	}
	c.allowed, c.window = allowed, window
}

// expire gives up a ceiling that was found long ago. A single refusal confirms it again.
func (c *inferredLimit) expire(now time.Time) {
	if now.Sub(c.foundAt) > inferredLimitLasts {
		c.found = 0
	}
}
