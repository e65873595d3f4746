// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"fmt"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

const (
	startAtEnd       = "end"
	startAtBeginning = "beginning"
)

// startAt returns the time to begin at, given the time on Okta's own clock. It never lies before
// what Okta keeps: an older time finds nothing more, and a much older one is refused.
type startAt func(now time.Time) time.Time

// parseStartAt reads start_at.
func parseStartAt(text string) (startAt, error) {
	switch text {
	case startAtEnd:
		return func(now time.Time) time.Time { return now }, nil
	case startAtBeginning:
		return oldest, nil
	}
	if lookBack, err := time.ParseDuration(text); err == nil && strings.HasPrefix(text, "-") {
		return func(now time.Time) time.Time { return latest(now.Add(lookBack), oldest(now)) }, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return func(now time.Time) time.Time { return latest(t, oldest(now)) }, nil
	}
	return nil, fmt.Errorf("start_at is %q: use end, beginning, a time such as 2026-11-21T00:00:00Z, or a look-back such as -24h", text)
}

// oldest is the time of the oldest event that Okta still has.
func oldest(now time.Time) time.Time { return now.Add(-okta.Retention) }

// latest is the last of some times.
func latest(t time.Time, others ...time.Time) time.Time {
	for _, o := range others {
		if o.After(t) {
			t = o
		}
	}
	return t
}

// earlier is the first of two times.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
