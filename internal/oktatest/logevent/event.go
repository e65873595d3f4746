// SPDX-License-Identifier: Apache-2.0

package logevent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// TimeLayout is how Okta writes times: UTC, milliseconds.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// Event is one entry of the System Log.
type Event struct {
	// JSON is the LogEvent as Okta sends it. Required. The org keeps these bytes and serves them as they are: do not
	// change them after appending.
	JSON []byte
	// UUID is the event's uuid, for the convenience of tests. The org itself reads the uuid out of JSON.
	UUID string
	// Published is the event's own time. When zero, the org reads it out of JSON, and takes Persisted when it is not
	// there either.
	Published time.Time
	// Persisted is when the event is committed to the log, on Okta's clock: from then on requests can see it, in that
	// order. Zero means now.
	Persisted time.Time
}

// Parse reads uuid and published out of a LogEvent. It fails when the text is no JSON object, or when one of the two is
// missing or unreadable.
func Parse(raw []byte) (Event, error) {
	raw = bytes.TrimSpace(raw)
	if !json.Valid(raw) || raw[0] != '{' {
		return Event{}, errors.New("a LogEvent must be one JSON object")
	}
	uuid, ok := Text(raw, "uuid")
	if !ok || uuid == "" {
		return Event{}, errors.New("a LogEvent must have a uuid")
	}
	stamp, ok := Text(raw, "published")
	if !ok {
		return Event{}, errors.New("a LogEvent must have a published time")
	}
	published, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return Event{}, fmt.Errorf("the published time must be RFC 3339: %w", err)
	}
	return Event{JSON: raw, UUID: uuid, Published: published}, nil
}

// PublishedOr returns the event's published time: Published, or else that of JSON, or else the one given.
func (e Event) PublishedOr(otherwise time.Time) time.Time {
	if !e.Published.IsZero() {
		return e.Published
	}
	if stamp, ok := Text(e.JSON, "published"); ok {
		if published, err := time.Parse(time.RFC3339, stamp); err == nil {
			return published
		}
	}
	return otherwise
}

// Member returns the JSON of a member of an object, or nil when raw is no object or has no such member.
func Member(raw []byte, key string) []byte {
	var found []byte
	jsontape.Members(raw, func(name string, value []byte) {
		if name == key {
			found = value
		}
	})
	return found
}

// Text returns a member that is a string; ok is false when there is none.
func Text(raw []byte, key string) (text string, ok bool) {
	value := Member(raw, key)
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	return text, json.Unmarshal(value, &text) == nil
}
