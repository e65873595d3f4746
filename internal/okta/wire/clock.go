// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"sync"
	"time"
)

// TolerableOffset is the difference between Okta's clock and the local one from which on it is reported.
const TolerableOffset = 5 * time.Second

// Clock estimates Okta's clock: it is the local clock, corrected by the Date headers of Okta's answers. The zero value
// is the local clock. It is safe for concurrent use; all clients of an org in a receiver share one.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
	known  bool
}

// Observe corrects the clock by the headers of an answer that has just arrived, and returns the instant of the arrival
// on Okta's clock.
//
// A Date has no fractions of a second and is older than the answer's arrival. So the clock is never ahead of Okta's,
// and behind it by up to a second and the time that the answer travelled. As long as no answer had a Date the local
// clock is used, unless the rate limit's window shows that it is wrong.
func (c *Clock) Observe(h http.Header) time.Time {
	local := time.Now()
	date, err := http.ParseTime(h.Get("Date"))
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		c.offset, c.known = date.Sub(local), true
	case !c.known:
		c.offset = c.within(h, local)
	}
	return local.Add(c.offset)
}

// within returns the offset with which the clock is inside the rate limit window of an answer: the present offset, or
// that to the beginning of the window. The beginning, because a time that is too early makes a since repeat a minute
// of events, where one that is too late would lose some. The caller holds c.mu.
func (c *Clock) within(h http.Header, local time.Time) time.Duration {
	reset, ok := number(h.Get("X-Rate-Limit-Reset"))
	if !ok {
		return c.offset
	}
	ends := time.Unix(reset, 0)
	begins := ends.Add(-Window)
	// A window ends within the second that Okta names.
	if now := local.Add(c.offset); !now.Before(begins) && now.Before(ends.Add(time.Second)) {
		return c.offset
	}
	return begins.Sub(local)
}

// Now is the time on Okta's clock.
func (c *Clock) Now() time.Time {
	offset, _ := c.Offset()
	return time.Now().Add(offset)
}

// Offset is how far Okta's clock is ahead of the local one, to about a second, and whether an answer has had a Date
// yet.
func (c *Clock) Offset() (ahead time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset, c.known
}
