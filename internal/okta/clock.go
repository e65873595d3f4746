// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"net/http"
	"sync"
	"time"
)

// Clock is Okta's clock as seen from here: the local one, corrected by what the Date headers of
// Okta's answers said. The zero value knows nothing yet and goes by the local clock. It is safe for
// concurrent use, and shared by all that talk to the same org.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
	known  bool
}

// Observe learns from the Date header of an answer that has just arrived and returns that instant
// on Okta's clock; without a Date the corrected local clock has to do.
//
// A Date has no fractions of a second and is older than the answer's arrival, so the clock is never
// ahead of Okta's, and behind it by a second and the way of the answer.
func (c *Clock) Observe(h http.Header) time.Time {
	local := time.Now()
	date, err := http.ParseTime(h.Get("Date"))
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.offset, c.known = date.Sub(local), true
	}
	return local.Add(c.offset)
}

// Now is the time on Okta's clock.
func (c *Clock) Now() time.Time {
	offset, _ := c.Offset()
	return time.Now().Add(offset)
}

// Offset is how far Okta's clock is ahead of the local one, to about a second, and whether an
// answer has told it yet.
func (c *Clock) Offset() (ahead time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset, c.known
}
