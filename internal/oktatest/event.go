// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Event is one entry of the System Log.
type Event struct {
	// JSON is the LogEvent as Okta sends it. Required. The Org serves these bytes as they are and keeps them: do not change them after Append.
	JSON []byte
	// UUID is the event's uuid, for the convenience of tests. The Org itself reads the uuid out of JSON.
	UUID string
	// Published is the event's own time. When zero, Append reads it out of JSON, and takes Persisted when it is not there either.
	Published time.Time
	// Persisted is when the event is committed to the log, on Okta's clock: from then on requests can see it, in that order. Zero means now.
	Persisted time.Time
}

// ParseEvent reads uuid and published out of a LogEvent. It fails when the text is no JSON object, or when one of the two is missing or unreadable.
func ParseEvent(raw []byte) (Event, error) {
	raw = bytes.TrimSpace(raw)
	if !json.Valid(raw) || raw[0] != '{' {
		return Event{}, errors.New("a LogEvent must be one JSON object")
	}
	uuid, ok := text(member(raw, "uuid"))
	if !ok || uuid == "" {
		return Event{}, errors.New("a LogEvent must have a uuid")
	}
	stamp, ok := text(member(raw, "published"))
	if !ok {
		return Event{}, errors.New("a LogEvent must have a published time")
	}
	published, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return Event{}, fmt.Errorf("the published time must be RFC 3339: %w", err)
	}
	return Event{JSON: raw, UUID: uuid, Published: published}, nil
}

// publishedOf returns the event's published time, or the given one when the JSON has none that can be read.
func publishedOf(event Event, otherwise time.Time) time.Time {
	if !event.Published.IsZero() {
		return event.Published
	}
	if stamp, ok := text(member(event.JSON, "published")); ok {
		if published, err := time.Parse(time.RFC3339, stamp); err == nil {
			return published
		}
	}
	return otherwise
}
