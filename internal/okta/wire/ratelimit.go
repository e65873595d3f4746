// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// Window is how long a window of the rate limit lasts (Okta, rate limits: requests per minute).
	Window = time.Minute
)

// RateLimit is what a response said of the rate limit that its request was counted against. The zero value is that
// of a response which said nothing.
type RateLimit struct {
	// Ceiling is how many requests a window of one minute allows.
	Ceiling int
	// Remaining is how many of them are left.
	Remaining int
	// UntilReset is how long the window still lasted when Okta answered, on Okta's clock.
	UntilReset time.Duration

	known bool
}

// RateLimitFrom reads the X-Rate-Limit headers. answered is the instant of the answer on Okta's clock, as the reset
// is, so that a wrong local clock does not change a wait.
func RateLimitFrom(h http.Header, answered time.Time) RateLimit {
	ceiling, ok1 := number(h.Get("X-Rate-Limit-Limit"))
	remaining, ok2 := number(h.Get("X-Rate-Limit-Remaining"))
	reset, ok3 := number(h.Get("X-Rate-Limit-Reset"))
	if !ok1 || !ok2 || !ok3 {
		return RateLimit{}
	}
	return RateLimit{
		Ceiling:   int(min(ceiling, math.MaxInt32)),
		Remaining: int(min(remaining, math.MaxInt32)),
		// A window is reset within the second that Okta names, so it is over one second later.
		UntilReset: min(max(time.Unix(min(reset, 1<<33), 0).Sub(answered)+time.Second, time.Second), MaxWindow),
		known:      true,
	}
}

// Known reports whether the response said anything.
func (l RateLimit) Known() bool { return l.known }

// Above is how many of the requests that are left of a window may be sent when the reserved share (0 to 1) of the
// ceiling stays for the org's other clients. It is negative when part of the reserve is used already. This is the
// one place of the reserve formula.
func (l RateLimit) Above(reserve float64, left int) int {
	return left - int(math.Ceil(reserve*float64(l.Ceiling)))
}

// IsConcurrency reports whether this is the limit of simultaneous requests rather than that of requests a minute: for
// that Okta answers with a ceiling of 0.
func (l RateLimit) IsConcurrency() bool { return l.known && l.Ceiling == 0 && l.Remaining == 0 }

// WaitAfter429 is how long to wait after a 429: until the window ends, 0 when nothing tells. Okta sends no
// Retry-After, but a proxy may; it counts only without Okta's own headers.
func WaitAfter429(l RateLimit, h http.Header) time.Duration {
	switch {
	case l.IsConcurrency():
		return min(l.UntilReset, maxConcurrencyWait)
	case l.known:
		return l.UntilReset
	}
	if seconds, ok := number(h.Get("Retry-After")); ok {
		return min(max(time.Duration(min(seconds, 3600))*time.Second, time.Second), MaxWindow)
	}
	return 0
}

func number(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n, err == nil && n >= 0
}
