// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"sync"
	"time"
)

// TolerableOffset is a difference between Okta's clock and the local one that needs no mention.
const TolerableOffset = 5 * time.Second

// Clock is Okta's clock as seen from here: the local one, corrected by what the Date headers of
// Okta's answers said. The zero value knows nothing yet and goes by the local clock. It is safe for
// concurrent use, and shared by all that talk to the same org.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
	known  bool
}

// Observe learns from the headers of an answer that has just arrived and returns that instant on
// Okta's clock.
//
// A Date has no fractions of a second and is older than the answer's arrival, so the clock is never
// ahead of Okta's, and behind it by a second and the way of the answer. Without one, as long as there
// never was any, the local clock has to do, unless the rate limit's window shows that it is wrong.
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

// within returns the offset with which the clock is inside the window of the rate limit that an answer
// speaks of: the one it has, or that to the beginning of the window. An early time repeats a minute
// where a late one would lose what came before it. It needs the lock.
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

// Offset is how far Okta's clock is ahead of the local one, to about a second, and whether an
// answer has told it yet.
func (c *Clock) Offset() (ahead time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset, c.known
}
