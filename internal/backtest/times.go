// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

// timeRange is when the events of a backtest were published: from start on, before end. Zero means no bound.
type timeRange struct{ start, end time.Time }

func (r timeRange) has(t time.Time) bool {
	return !t.Before(r.start) && (r.end.IsZero() || t.Before(r.end))
}

// parseRange reads start and end of a range. What is wrong with the start is left to the receiver where that reads it.
func parseRange(start, end string, now time.Time, receiverReadsStart bool) (timeRange, error) {
	from, startErr := parseTime("start", start, now)
	if receiverReadsStart && startErr != nil {
		from, startErr = time.Time{}, nil
	}
	to, endErr := parseTime("to", end, now)
	if err := errors.Join(startErr, endErr); err != nil {
		return timeRange{}, err
	}
	if !to.IsZero() && !from.Before(to) {
		return timeRange{}, fmt.Errorf("to is %s, which is not after start, %s: events are those from start on and before to",
			to.UTC().Format(time.RFC3339), from.UTC().Format(time.RFC3339))
	}
	return timeRange{from, to}, nil
}

// parseTime reads a time, a date (its beginning in UTC) or a look-back from now, as the receiver's start_at. Empty
// means no bound, and so does beginning for the start.
func parseTime(name, text string, now time.Time) (time.Time, error) {
	if text == "" || name == "start" && text == "beginning" {
		return time.Time{}, nil
	}
	if lookBack, err := time.ParseDuration(text); err == nil && strings.HasPrefix(text, "-") {
		return now.Add(lookBack), nil
	}
	if t, ok := poll.ParseTime(text); ok {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%s is %q: use a time such as 2026-11-21T00:00:00Z, a date such as 2026-11-21, which begins at 00:00 UTC, or a look-back such as -24h",
		name, text)
}
