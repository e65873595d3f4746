// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"context"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
)

// maxProbe bounds how long the other requests wait for the probe request. The headers of an answer come within
// seconds; a probe request that is slower must not hold up the others.
const maxProbe = 5 * time.Second

// Budget paces the System Log requests of all clients of one org, so that a reserve of every rate limit window is
// left to whatever else uses the org. It is safe for concurrent use. A nil Budget lets every request through.
//
//	window  |p   p   p   p   p   p   p | reserve left to others |     p: a permit
//	        first answer ──► what may be used, spread evenly ──► reset
//
// What may be used in a window is what the answers say is left, less the reserve. A request without an answer yet
// counts as used. As long as nothing is known of a window, one request at a time, the probe request, finds out.
type Budget struct {
	// next is held by the one caller that waits for the next permit; the others queue in the order they came.
	next chan struct{}
	// changed wakes that caller when the next permit may come at another time.
	changed chan struct{}

	mu      sync.Mutex
	reserve float64
	permits uint64    // taken so far
	last    time.Time // when the last one was taken
	waited  time.Duration
	latest  wire.RateLimit // what the latest answer said

	window   uint64         // the number of this window, to recognise the answer to a request of an earlier one
	before   uint64         // the permits that were taken before this window
	known    bool           // an answer has described this window
	ends     time.Time      // when it ends, not before Okta ends it
	limit    wire.RateLimit // the tightest one in this window's answers; Remaining is less by the permits taken since
	probe    uint64         // the number of the probe request's permit, 0 when there is none
	spacing  time.Duration  // of permits as long as nothing is known of the window
	inferred inferredLimit
}

// NewBudget returns a budget that leaves the reserved share (0 to below 1) of every window alone.
func NewBudget(reserve float64) *Budget {
	return &Budget{reserve: reserve, next: make(chan struct{}, 1), changed: make(chan struct{}, 1)}
}

// Wait waits until the next request may be sent. The caller that is next waits two minutes at most. jitter spreads
// the callers, in other processes too, that wait for the same instant. The only error is that of ctx.
func (b *Budget) Wait(ctx context.Context, jitter *retry.Jitter) (Permit, error) {
	if b == nil {
		return Permit{}, ctx.Err()
	}
	began := time.Now()
	defer func() { b.add(time.Since(began)) }()
	select {
	case b.next <- struct{}{}:
		defer func() { <-b.next }()
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

// pause waits for d and up to 2 % more. It ends early when the next permit may come at another time, or ctx ends.
func (b *Budget) pause(ctx context.Context, d time.Duration, jitter *retry.Jitter) {
	// The end of a window is the same for every process that polls this org.
	timer := time.NewTimer(d + jitter.Below(d/50+1))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.changed:
	case <-ctx.Done():
	}
}

// take takes a permit, or returns how long it is until there is one.
func (b *Budget) take(now time.Time) (Permit, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known && !now.Before(b.ends) {
		b.expire(now)
	}
	if wait := b.nextAt(now).Sub(now); wait > 0 {
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

// expire ends a window. Nothing is known of the next one, since others may have used it up already. Until an answer
// describes it, requests are spaced as in a window that nobody else uses, so that it does not begin with a burst.
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

// nextAt is when the next permit comes. The permits that are left, and the first one of the next window, are spread
// evenly from the last permit to the end of the window. When none is left, the next one comes at its end.
func (b *Budget) nextAt(now time.Time) time.Time {
	switch {
	case b.known:
		return b.last.Add(b.ends.Sub(b.last) / time.Duration(max(b.left(), 0)+1))
	case b.probe != 0 && now.Before(b.last.Add(maxProbe)):
		return b.last.Add(maxProbe)
	default:
		return b.last.Add(b.spacing)
	}
}

// left is how many permits are left of this window: the smaller number of what Okta says and the inferred limit.
func (b *Budget) left() int {
	left := b.usable(b.limit)
	if c := b.inferred.found; c > 0 {
		left = min(left, b.usable(wire.RateLimit{Ceiling: c, Remaining: c - int(b.permits-b.before)}))
	}
	return left
}

// usable is how many requests a limit leaves above the reserve.
func (b *Budget) usable(l wire.RateLimit) int { return l.Above(b.reserve, l.Remaining) }

// Done ends the permit when the headers of the answer have come, or no answer will. limit is what the answer
// said, the zero value when there was none. refused says that it was a 429.
func (p Permit) Done(limit wire.RateLimit, refused bool) {
	b := p.budget
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.probe == p.number {
		b.probe = 0
	}
	// The limit of simultaneous requests says nothing about the window.
	if limit.Known() && !limit.IsConcurrency() {
		b.latest = limit
		now := time.Now()
		if refused {
			// Whatever the headers say is left: another limit than the one they show may be what was reached.
			limit.Remaining = 0
			// A refusal is unexpected when at least a quarter of the window was left and at least as many
			// requests of ours were allowed before it: then others have hardly used it up.
			allowed := int(p.number-b.before) - 1
			if b.known && p.window == b.window && min(b.limit.Remaining, allowed) >= limit.Ceiling/4 {
				b.inferred.refused(b.window, allowed, now)
			}
		}
		b.learn(p, limit, now)
	}
	select {
	case b.changed <- struct{}{}:
	default:
	}
}

// learn updates the window with what an answer that has just come said of it.
//
// Within a window an answer can only lower what may be used. Answers may overtake each other, and an older one
// counts fewer requests: taking the higher number would give the same permits out twice. It also keeps tokens with
// limits of their own from adding up.
func (b *Budget) learn(p Permit, limit wire.RateLimit, now time.Time) {
	if p.window != b.window {
		return // the answer describes a window that has ended
	}
	// Okta counts a request when it arrives: the permits taken since this one are not in the answer.
	limit.Remaining -= int(b.permits - p.number)
	ends := now.Add(limit.UntilReset)
	if b.known && ends.Sub(b.ends) <= wire.Window/2 {
		if b.usable(limit) < b.usable(b.limit) {
			b.limit = limit
		}
		// Every estimate of the end is late, by the time the answer took and the fractions of a second that
		// Okta's headers leave out. So the earliest estimate is the best one.
		if ends.Before(b.ends) {
			b.ends = ends
		}
		return
	}
	if b.known {
		// The answer's window ends much later, so it is the next one, which began before this one's estimated end.
		b.begin(p.number - 1)
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

// setReserve changes the reserve; it applies to the next permit.
func (b *Budget) setReserve(reserve float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserve = reserve
}
