// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"math/rand/v2"
	"time"
)

// sleep waits for d and a little more, or until ctx ends; it reports whether ctx goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(jitter(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// jitter lengthens a wait by up to a tenth, so that many receivers do not ask at the same instant.
func jitter(d time.Duration) time.Duration {
	return d + rand.N(d/10+1)
}
