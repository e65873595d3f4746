// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// pollingCursor names the place behind the n-th event persisted in a millisecond: "<epoch milliseconds>_<n>", the form
// Okta's polling links have. It stays true for ever, because events that were visible never move and later ones go
// behind them.
func pollingCursor(events []entry, at int, millisecond int64) string {
	return strconv.FormatInt(millisecond, 10) + "_" + strconv.Itoa(at-firstPersisted(events, millisecond*1e6))
}

// resolvePolling returns the index of the first event behind the cursor; ok is false when the cursor names no place in
// the log. With adopt, one that names an event the log does not have stands for the end of its millisecond.
func resolvePolling(events []entry, cursor string, adopt bool) (at int, millisecond int64, ok bool) {
	stamp, count, found := strings.Cut(cursor, "_")
	millisecond, err := strconv.ParseInt(stamp, 10, 64)
	n, errN := strconv.Atoi(count)
	if !found || err != nil || errN != nil || n < 0 || millisecond < 0 || millisecond > maxMillisecond {
		return 0, 0, false
	}
	at = firstPersisted(events, millisecond*1e6) + n
	if n > 0 && (at > len(events) || millisecondOf(events[at-1]) != millisecond) {
		return firstPersisted(events, (millisecond+1)*1e6), millisecond, adopt
	}
	return at, millisecond, true
}

// maxMillisecond keeps a made-up cursor from overflowing the nanoseconds of the journal.
const maxMillisecond = (1<<63-1)/int64(1e6) - 1

func millisecondOf(e entry) int64 { return e.persisted / 1e6 }

// boundedCursor is the uuid of the last event of the page, the form seen in Okta's bounded links. An event without one
// gets a uuid made of its place.
func boundedCursor(e entry, index int32) string {
	if uuid, ok := logevent.Text(e.json, "uuid"); ok && uuid != "" {
		return uuid
	}
	return fmt.Sprintf("00000000-0000-1000-8000-%012x", index)
}

// cursors knows which cursors are good.
type cursors struct {
	refusing    bool
	refusedCode string
	issued      map[string]struct{} // since positions were last refused; nil before
	bounded     map[string]int32    // index of the event a bounded cursor stands on
}

// issue notes that a cursor was handed out.
func (c *cursors) issue(cursor string) string {
	if c.refusing {
		c.issued[cursor] = struct{}{}
	}
	return cursor
}

// refused reports whether the cursor was handed out before positions were refused.
func (c *cursors) refused(cursor string) bool {
	if !c.refusing {
		return false
	}
	_, ok := c.issued[cursor]
	return !ok
}

// scanKey names a place in a filtered polling query.
type scanKey struct{ terms, cursor string }
