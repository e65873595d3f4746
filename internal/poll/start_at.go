// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"fmt"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// What start_at can be beside a time and a look-back.
const (
	StartAtEnd       = "end"       // when the receiver first started
	StartAtBeginning = "beginning" // the oldest event that Okta keeps
)

// StartAt is where to begin when no position is stored.
type StartAt struct {
	text string
	// moment is the time that the setting names, zero for any other setting.
	moment time.Time
	// since returns the configured time, given when the receiver first started and the present time, both on Okta's
	// own clock.
	since func(started, now time.Time) time.Time
}

// ParseStartAt reads the setting start_at: end, beginning, an RFC 3339 time, a date (its beginning in UTC), or a
// look-back such as -24h.
func ParseStartAt(text string) (StartAt, error) {
	s := StartAt{text: text}
	switch text {
	case StartAtEnd:
		s.since = func(started, _ time.Time) time.Time { return started }
		return s, nil
	case StartAtBeginning:
		s.since = func(_, now time.Time) time.Time { return oldest(now) }
		return s, nil
	}
	if lookBack, err := time.ParseDuration(text); err == nil && strings.HasPrefix(text, "-") {
		s.since = func(started, _ time.Time) time.Time { return started.Add(lookBack) }
		return s, nil
	}
	if t, ok := ParseTime(text); ok {
		s.moment, s.since = t, func(_, _ time.Time) time.Time { return t }
		return s, nil
	}
	return s, fmt.Errorf("start_at is %s: use end, beginning, a time such as 2026-11-21T00:00:00Z, or a look-back such as -24h", wire.Quote(text))
}

// ParseTime reads an RFC 3339 time, or a date, which is its beginning in UTC.
func ParseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// String is the setting as it was written.
func (s StartAt) String() string { return s.text }

// Configured is the time that the setting names to a receiver that starts now, on Okta's own clock.
func (s StartAt) Configured(now time.Time) time.Time { return s.since(now, now).UTC() }

// At is the time to begin at, given when the receiver first started and the present time, both on Okta's own clock. It
// never lies before what Okta keeps: an older time finds nothing more, and a much older one is refused. It lies in
// the future where the setting names such a time.
func (s StartAt) At(started, now time.Time) time.Time {
	return latest(s.since(started, now), oldest(now)).UTC()
}

// oldest is the time of the oldest event that Okta still has.
func oldest(now time.Time) time.Time { return now.Add(-okta.Retention) }

// earliest is the earlier of two times.
func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// latest is the last of some times.
func latest(t time.Time, others ...time.Time) time.Time {
	for _, o := range others {
		if o.After(t) {
			t = o
		}
	}
	return t
}
