// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"
)

// Jitter spreads waits, so that many receivers do not ask at the same instant. The same seed and the
// same purpose make the same waits. It is safe for concurrent use.
type Jitter struct {
	seed uint64

	mu     sync.Mutex
	random *rand.Rand
}

// NewJitter returns jitter with a seed, which is random outside of simulations.
func NewJitter(seed uint64) *Jitter { return newJitter(seed, 0) }

func newJitter(seed, stream uint64) *Jitter {
	return &Jitter{seed: seed, random: rand.New(rand.NewPCG(seed, stream))} //nolint:gosec // it spreads waits and protects nothing
}

// For returns the jitter of one purpose. How often other purposes draw from theirs changes nothing in
// it, so goroutines that run at the same time can't change each other's waits.
func (j *Jitter) For(purpose string) *Jitter {
	stream := fnv.New64a()
	_, _ = stream.Write([]byte(purpose)) // a hash accepts everything
	return newJitter(j.seed, stream.Sum64())
}

// Below returns a random duration from 0 to below d, which must be above 0.
func (j *Jitter) Below(d time.Duration) time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	return time.Duration(j.random.Int64N(int64(d)))
}

// Longer returns a wait lengthened by up to a tenth.
func (j *Jitter) Longer(d time.Duration) time.Duration {
	return d + j.Below(d/10+1)
}

// Sleep waits for d and up to a tenth longer, or until ctx ends; it reports whether ctx has not ended.
func (j *Jitter) Sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(j.Longer(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
