// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"context"
	"math/rand/v2"
	"time"
)

// Trickle feeds generated events to an org.
type Trickle struct {
	// Generator makes the events. Required.
	Generator *Generator
	// Rate is the number of events a second; 0 or less means none.
	Rate float64
	// Late is the share, 0 to 1, of events that were published some time before they are persisted.
	Late float64
	// MaxDelay is how late the late ones are at most; 0 means ten minutes.
	MaxDelay time.Duration
	// Seed makes the choice of late events repeatable.
	Seed uint64
}

// tick is how often Run appends at most.
const tick = 50 * time.Millisecond

// Run appends events at the rate until ctx ends, in real or virtual time, and returns how many it appended. It makes up for ticks it missed.
func (t Trickle) Run(ctx context.Context, org *Org) (appended int) {
	if t.Rate <= 0 {
		<-ctx.Done()
		return 0
	}
	random := t.random()
	ticker := time.NewTicker(max(tick, time.Duration(float64(time.Second)/t.Rate)))
	defer ticker.Stop()
	start := time.Now()
	for {
		select {
		case <-ctx.Done():
			return appended
		case <-ticker.C:
			// A share of an event is kept for the next tick; the small addend keeps rounding from holding a whole one back.
			for due := int(time.Since(start).Seconds()*t.Rate + 1e-6); appended < due; appended++ {
				org.Append(t.event(random, org.Now()))
			}
		}
	}
}

// Backlog appends n events persisted evenly over the given time before now.
func (t Trickle) Backlog(org *Org, n int, span time.Duration) {
	random, now := t.random(), org.Now()
	for i := range n {
		persisted := now.Add(-span + time.Duration(float64(span)*float64(i)/float64(n)))
		e := t.event(random, persisted)
		e.Persisted = persisted
		org.Append(e)
	}
}

// event makes an event that is persisted at the given time.
func (t Trickle) event(random *rand.Rand, persisted time.Time) Event {
	published := persisted
	if random.Float64() < t.Late {
		delay := t.MaxDelay
		setDefault(&delay, 10*time.Minute)
		published = published.Add(-time.Duration(random.Int64N(int64(delay))) - time.Millisecond)
	}
	return t.Generator.Event(published)
}

func (t Trickle) random() *rand.Rand {
	return rand.New(rand.NewPCG(t.Seed, 0x7269636b6c65)) //nolint:gosec // reproducible on purpose
}
