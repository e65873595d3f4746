// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// ParseEndAt reads the setting end_at beside start_at: an RFC 3339 time or a date (its beginning in UTC), which comes
// after start_at. Without the setting the time is zero.
func ParseEndAt(text string, start StartAt) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	end, ok := ParseTime(text)
	switch {
	case !ok:
		return end, fmt.Errorf("end_at is %q: use a time such as 2026-11-21T00:00:00Z, or a date, or leave it out to follow the log", text)
	case start.text == StartAtEnd:
		return end, errors.New("end_at is set and start_at is end: set start_at to where the replay begins, such as 2026-11-21T00:00:00Z, beginning or a look-back such as -72h")
	case !start.moment.IsZero() && !start.moment.Before(end):
		return end, fmt.Errorf("end_at is %s, and start_at is %s: set end_at to a time after start_at, a date is its beginning in UTC", text, start.text)
	}
	return end, nil
}

// ReplayName names the replay that a query with an end asks for, by all that decides which events it reads: so a
// changed time, filter or q is another replay, with a history of its own. It is "" for a query that follows the log.
func ReplayName(start StartAt, query okta.Query) string {
	if !query.IsBounded() {
		return ""
	}
	begins := start.text
	if !start.moment.IsZero() {
		begins = start.moment.UTC().Format(time.RFC3339Nano)
	}
	name := begins + ".." + query.Until.UTC().Format(time.RFC3339Nano)
	if query.Filter == "" && query.Search == "" {
		return name
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{query.Filter, query.Search}, "\x00")))
	return name + "," + hex.EncodeToString(sum[:8])
}
