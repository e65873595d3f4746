// SPDX-License-Identifier: Apache-2.0

package checkpoint

import "time"

const (
	// Overlap is how far before the newest delivered event a rewind begins.
	Overlap = time.Hour
	// remembered is how far before the newest delivered event IDs are kept. The second hour is for
	// differences between Okta's own clocks, and for answers that do not tell the time.
	remembered = 2 * Overlap
	// minKept is how many IDs are kept, in 256 kB, of events that no rewind reaches by their published
	// time: as long as there are fewer, those of events that Okta persisted hours late are known too.
	minKept = 1 << 14
)

// Retention says which of the delivered events a commit may forget. The zero value is [ReachableByRewind].
type Retention struct {
	keepAll   bool
	forgetAll bool      // of [Store.BeginAt]
	since     time.Time // what was announced earlier may be forgotten; zero where the position decides
}

// ReachableByRewind keeps the events that a rewind from the position can come upon.
func ReachableByRewind() Retention { return Retention{} }

// KeepAll keeps every event, up to the bound: for a position at which delivered events come again,
// because it is a time and no cursor, or has not moved.
func KeepAll() Retention { return Retention{keepAll: true} }

// AnnouncedRecently keeps the events of the last hours before now: for deliveries while nothing polls,
// so that the position and with it the newest polled event stand still. Polling that begins later comes
// upon all of these events, however old: minKept of them are kept for that.
func AnnouncedRecently(now time.Time) Retention { return Retention{since: now.Add(-remembered)} }

// AnnouncedWithinADay keeps the events of the last 24 hours before now, up to the bound: for a history that no poll has
// made, so that a delivery that is sent again later is known.
func AnnouncedWithinADay(now time.Time) Retention { return Retention{since: now.Add(-24 * time.Hour)} }

// expired is how many of the oldest chunks can go once delivery has come to newest and more IDs are
// added.
func (r Retention) expired(d *chunkList, newest time.Time, more int) int {
	switch {
	case r.forgetAll:
		return len(d.chunks)
	case r.keepAll:
		return d.oldest(more, func(*chunk, int) bool { return false })
	case !r.since.IsZero():
		return d.oldest(more, func(c *chunk, kept int) bool { return c.answered.Before(r.since) && kept > minKept })
	default:
		reach := newest.Add(-remembered)
		return d.oldest(more, func(c *chunk, kept int) bool { return c.beyond(reach, kept) })
	}
}

// beyond reports whether a rewind to reach can't come upon the chunk's events, when kept IDs are
// remembered.
//
// A rewind goes by the time of persistence, which no event tells. It lies between the newest published
// time and the answer: close to the answer where events are read as they come, and far before it where a
// backlog is read, of which not everything can be kept until the answer is old.
func (c *chunk) beyond(reach time.Time, kept int) bool {
	return c.newest.Before(reach) && (c.answered.Before(reach) || kept > minKept)
}
