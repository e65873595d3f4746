// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"context"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
)

// maxProbe bounds how long all wait for the one request that finds out what is left. The headers of an
// answer come within seconds, or that request must not hold up the others.
const maxProbe = 5 * time.Second

// Budget paces the System Log requests of all clients of one org, so that a reserve of every rate
// limit window stays untouched whatever else uses the org. It is safe for concurrent use. A nil
// Budget sets no pace.
//
//	window  |t   t   t   t   t   t   t | reserve left to others |
//	        first answer ──► what may be used, spread evenly ──► reset
//
// What may be used in a window is what the latest answers leave of it, less the reserve. Requests
// without an answer count as used. When nothing is known of a window, one request alone finds out.
type Budget struct {
	// head lets one caller at a time wait for the next permit; the others queue in the order they came.
	head chan struct{}
	// news wakes the one at the head: the next permit may come at another time now.
	news chan struct{}

	mu      sync.Mutex
	reserve float64
	permits uint64    // taken so far
	last    time.Time // when the last one was taken
	waited  time.Duration
	latest  wire.RateLimit // as the latest answer told it

	window   uint64         // counts the windows, to know an answer that comes after its own
	before   uint64         // the permits that were taken before this window
	known    bool           // an answer has told of this window
	ends     time.Time      // when it ends, not before Okta ends it
	limit    wire.RateLimit // the tightest that is known of it; Remaining is without all permits taken
	probe    uint64         // the permit that is finding out, 0 when none is
	spacing  time.Duration  // of permits as long as nothing is known of the window
	inferred inferredLimit
}

// NewBudget returns a budget that leaves the reserved share (0 to below 1) of every window alone.
func NewBudget(reserve float64) *Budget {
	return &Budget{reserve: reserve, head: make(chan struct{}, 1), news: make(chan struct{}, 1)}
}

// Wait waits until the next request may be sent, which is never longer than two minutes for the one
// who is next. jitter spreads the waits of those that wait for the same instant. The only error is that
// of ctx.
func (b *Budget) Wait(ctx context.Context, jitter *retry.Jitter) (Permit, error) {
	if b == nil {
		return Permit{}, ctx.Err()
	}
	began := time.Now()
	defer func() { b.add(time.Since(began)) }()
	select {
	case b.head <- struct{}{}:
		defer func() { <-b.head }()
	case <-ctx.Done():
		return Permit{}, ctx.Err()
	}
	for {
		if err := ctx.Err(); err != nil {
			return Permit{}, err
		}
		permit, wait := b.take(time.Now())
		if wait <= 0 {
			permit.jitter = jitter
			return permit, nil
		}
		b.pause(ctx, wait, jitter)
	}
}

// pause waits for d and a little more, less when there is news or ctx ends.
func (b *Budget) pause(ctx context.Context, d time.Duration, jitter *retry.Jitter) {
	// The end of a window is the same for every process that polls this org.
	timer := time.NewTimer(d + jitter.Below(d/50+1))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.news:
	case <-ctx.Done():
	}
}

// take takes the permit that is due, or says how long it is until there is one.
func (b *Budget) take(now time.Time) (Permit, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known && !now.Before(b.ends) {
		b.expire(now)
	}
	if wait := b.next(now).Sub(now); wait > 0 {
		return Permit{}, min(wait, wire.MaxWindow)
	}
	b.permits++
	b.last = now
	b.limit.Remaining--
	if !b.known {
		b.probe = b.permits
	}
	return Permit{budget: b, number: b.permits, window: b.window}, 0
}

// expire ends a window. Of the next one it is known that it is not the last one, and no more: others
// may have used it up. Until an answer tells, requests keep the pace of a window nobody else uses,
// so that there is no burst at its beginning.
func (b *Budget) expire(now time.Time) {
	b.begin(b.permits)
	b.known, b.probe = false, 0
	b.inferred.expire(now)
	b.limit.Remaining = b.limit.Ceiling
	b.spacing = wire.Window / time.Duration(max(b.left(), 1))
}

// begin begins a window after a number of permits.
func (b *Budget) begin(permits uint64) {
	b.window++
	b.before = permits
}

// next is when the next permit comes: what may still be used and the first permit of the next window
// are spread evenly from the last permit to the end of the window. When nothing may be used, that is
// the end of the window.
func (b *Budget) next(now time.Time) time.Time {
	switch {
	case b.known:
		return b.last.Add(b.ends.Sub(b.last) / time.Duration(max(b.left(), 0)+1))
	case b.probe != 0 && now.Before(b.last.Add(maxProbe)):
		return b.last.Add(maxProbe)
	default:
		return b.last.Add(b.spacing)
	}
}

// left is how many permits this window still has.
func (b *Budget) left() int {
	left := b.usable(b.limit)
	if c := b.inferred.found; c > 0 {
		left = min(left, b.usable(wire.RateLimit{Ceiling: c, Remaining: c - int(b.permits-b.before)}))
	}
	return left
}

// usable is how many requests a limit leaves above the reserve.
func (b *Budget) usable(l wire.RateLimit) int { return l.Above(b.reserve, l.Remaining) }

// Done ends the permit when the head of an answer has come, or none will. limit is what the answer
// said, the zero value when there was none. refused says that it was a 429.
func (t Permit) Done(limit wire.RateLimit, refused bool) {
	b := t.budget
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.probe == t.number {
		b.probe = 0
	}
	// The limit of simultaneous requests says nothing about the window.
	if limit.Known() && !limit.IsConcurrency() {
		b.latest = limit
		now := time.Now()
		if refused {
			// Another ceiling than the one in the headers may be what was reached.
			limit.Remaining = 0
			// A refusal is a surprise when others have used little: with much left, and after many
			// requests of ours.
			allowed := int(t.number-b.before) - 1
			if b.known && t.window == b.window && min(b.limit.Remaining, allowed) >= limit.Ceiling/4 {
				b.inferred.refused(b.window, allowed, now)
			}
		}
		b.learn(t, limit, now)
	}
	select {
	case b.news <- struct{}{}:
	default:
	}
}

// learn takes in what an answer that has just come said of the window.
//
// Within a window an answer can only lower what may be used, for others use it too. So requests of
// ours that an answer does not count yet are never given out twice, and tokens with limits of their
// own do not add up.
func (b *Budget) learn(t Permit, limit wire.RateLimit, now time.Time) {
	if t.window != b.window {
		return // of a window that has ended
	}
	// Okta counts a request when it arrives: the permits taken since this one are not in the answer.
	limit.Remaining -= int(b.permits - t.number)
	ends := now.Add(limit.UntilReset)
	if b.known && ends.Sub(b.ends) <= wire.Window/2 {
		if b.usable(limit) < b.usable(b.limit) {
			b.limit = limit
		}
		// Every estimate is late, by what the answer took and the fractions of a second that Okta's
		// headers leave out. The earliest is the best.
		if ends.Before(b.ends) {
			b.ends = ends
		}
		return
	}
	if b.known {
		b.begin(t.number - 1) // the new one has begun before the old one seemed to end
	}
	b.known, b.limit, b.ends = true, limit, ends
}

// Limit is what the latest answer said of the rate limit, and whether one has said anything yet.
func (b *Budget) Limit() (limit wire.RateLimit, known bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.latest, b.latest.Known()
}

// Waited is how long all requests together have waited for their permits.
func (b *Budget) Waited() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.waited
}

func (b *Budget) add(waited time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waited += waited
}

// setReserve changes the reserve, at once.
func (b *Budget) setReserve(reserve float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserve = reserve
}
