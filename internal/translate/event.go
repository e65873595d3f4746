// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"strings"
	"time"
)

// How an event can be malformed. The set is closed, so that it can be a metric's attribute.
const (
	malformedNotJSON     = "not valid JSON"
	malformedNotObject   = "not an object"
	malformedTooMuch     = "too many values"
	malformedNoUUID      = "no uuid"
	malformedNoPublished = "no published"
	malformedPublished   = "published is not RFC 3339"
	malformedTimeRange   = "published is out of range"
)

// Event is what a poller needs to know of an event.
type Event struct {
	// UUID is Okta's uuid, a copy of its own; "" when the event has none.
	UUID string
	// Published is the event's time in UTC; zero when it is absent or impossible.
	Published time.Time
	// Malformed names what was wrong with the event, one of a small closed set; "" when nothing.
	Malformed string
	// Size is in bytes, and not less than the record takes as OTLP in protobuf.
	Size int
}

// Published reads the time of an event, in UTC. It takes RFC 3339 to the letter and only times that a log record can
// have; else the time is zero and malformed says why, as [Event].Malformed does. Whoever names an event by its time
// reads it here, or an event that is announced and later polled would not be known as one.
func Published(text string) (published time.Time, malformed string) {
	var t time.Time
	if err := t.UnmarshalText([]byte(text)); err != nil || !strict(text) {
		return time.Time{}, malformedPublished
	}
	// Timestamp counts from 1970 on, 0 meaning unknown.
	if t.Unix() < 0 || t.UnixNano() <= 0 || t.Year() > maxYear {
		return time.Time{}, malformedTimeRange
	}
	return t.UTC(), ""
}

// strict reports whether a time that time.Time accepts is free of what it lets pass against RFC 3339: a comma before
// the decimals and an hour of one digit.
func strict(text string) bool {
	return text[13] == ':' && !strings.Contains(text, ",")
}

// decimals returns the number of decimals of an RFC 3339 time.
func decimals(text string) int {
	_, fraction, _ := strings.Cut(text, ".")
	if end := strings.IndexAny(fraction, "Z+-"); end >= 0 {
		fraction = fraction[:end]
	}
	return len(fraction)
}
