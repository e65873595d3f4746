// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"math"
	"time"

	"github.com/cenkalti/backoff/v7"
	"go.opentelemetry.io/collector/config/configretry"
)

// MinInterval is the least time between two tries of one thing, whatever the configuration says: it
// keeps retries at a few a second.
const MinInterval = 100 * time.Millisecond

// BackOff is the waits between the tries of one thing. They grow to a maximum and never end. It is not
// safe for concurrent use.
type BackOff struct {
	intervals     *backoff.ExponentialBackOff
	randomization float64
	jitter        *Jitter
}

// NewBackOff returns the waits that a configuration describes; its max_elapsed_time does not apply.
func NewBackOff(cfg configretry.BackOffConfig, jitter *Jitter) *BackOff {
	intervals := backoff.NewExponentialBackOff()
	intervals.InitialInterval = cfg.InitialInterval
	intervals.Multiplier = cfg.Multiplier
	intervals.MaxInterval = cfg.MaxInterval
	// The library's own source of randomness can't be seeded.
	intervals.RandomizationFactor = 0
	intervals.Reset()
	return &BackOff{intervals: intervals, randomization: cfg.RandomizationFactor, jitter: jitter}
}

// Next returns the next wait, [MinInterval] or more.
func (b *BackOff) Next() time.Duration {
	interval := b.intervals.NextBackOff()
	// The wait lies between interval*(1-randomization) and interval*(1+randomization).
	spread := time.Duration(min(b.randomization*float64(interval), math.MaxInt64/4))
	return max(interval-spread+b.jitter.Below(2*spread+1), MinInterval)
}
