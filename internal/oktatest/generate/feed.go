// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"cmp"
	"context"
	"math/rand/v2"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// Log is the log of an org that a Feed appends to.
type Log interface {
	// Now returns the time on the org's clock.
	Now() time.Time
	// Append commits events, in the order given.
	Append(events ...logevent.Event)
}

// Feed appends generated events to a log.
type Feed struct {
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

// Run appends events at the rate until ctx ends, in real or virtual time, and returns how many it appended. It makes up
// for ticks it missed.
func (f Feed) Run(ctx context.Context, log Log) (appended int) {
	if f.Rate <= 0 {
		<-ctx.Done()
		return 0
	}
	random := f.random()
	ticker := time.NewTicker(max(tick, time.Duration(float64(time.Second)/f.Rate)))
	defer ticker.Stop()
	start := time.Now()
	for {
		select {
		case <-ctx.Done():
			return appended
		case <-ticker.C:
			// A share of an event is kept for the next tick; the small addend keeps rounding from holding a whole one
			// back.
			for due := int(time.Since(start).Seconds()*f.Rate + 1e-6); appended < due; appended++ {
				log.Append(f.event(random, log.Now()))
			}
		}
	}
}

// Backlog appends n events persisted evenly over the given time before now.
func (f Feed) Backlog(log Log, n int, span time.Duration) {
	random, now := f.random(), log.Now()
	for i := range n {
		persisted := now.Add(-span + time.Duration(float64(span)*float64(i)/float64(n)))
		e := f.event(random, persisted)
		e.Persisted = persisted
		log.Append(e)
	}
}

// event makes an event that is persisted at the given time.
func (f Feed) event(random *rand.Rand, persisted time.Time) logevent.Event {
	published := persisted
	if random.Float64() < f.Late {
		delay := cmp.Or(f.MaxDelay, 10*time.Minute)
		published = published.Add(-time.Duration(random.Int64N(int64(delay))) - time.Millisecond)
	}
	return f.Generator.Event(published)
}

func (f Feed) random() *rand.Rand {
	return rand.New(rand.NewPCG(f.Seed, 0x7269636b6c65)) //nolint:gosec // reproducible on purpose
}
