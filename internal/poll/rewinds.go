// SPDX-License-Identifier: Apache-2.0

package poll

import "time"

// rewinds says how long to wait before a rewind.
type rewinds struct {
	last  time.Time // the time that the last one went back to; zero when a position has proved good since
	pause time.Duration
}

const (
	minRewindPause = time.Minute
	maxRewindPause = time.Hour
)

// pauseBefore is how long to wait before a rewind to a time: not at all where it comes further than the last.
func (r *rewinds) pauseBefore(since time.Time) time.Duration {
	if r.last.IsZero() || since.After(r.last) {
		r.pause = 0
	} else {
		r.pause = min(max(2*r.pause, minRewindPause), maxRewindPause)
	}
	r.last = since
	return r.pause
}

// succeeded notes that a position that Okta gave was accepted.
func (r *rewinds) succeeded() { *r = rewinds{} }
