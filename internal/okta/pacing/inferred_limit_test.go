// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// drainWindow takes all permits of one window of an org whose headers show a ceiling of 120, of which
// a token gets some, and reports how many were answered and how many refused.
func drainWindow(t *testing.T, b *Budget, allowed int) (answered, refused int) {
	t.Helper()
	ends := time.Now().Add(time.Minute)
	for time.Now().Before(ends) && refused == 0 {
		next, _ := take(t, b)
		left := time.Until(ends)
		if left <= 0 {
			next.Done(limitOf(120, 119, time.Minute), false) // it has begun the next window
			time.Sleep(time.Minute)                          // virtual
			return answered, refused
		}
		if answered == allowed {
			refused++
			next.Done(limitOf(120, 120-answered, left), true)
			continue
		}
		answered++
		next.Done(limitOf(120, 120-answered, left), false)
	}
	time.Sleep(time.Until(ends)) // virtual
	return answered, refused
}

func TestLimitIsInferredAfterTwoRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0.2)
		for range 2 {
			answered, refused := drainWindow(t, b, 60)
			assert.Equal(t, 60, answered)
			assert.Equal(t, 1, refused)
		}
		began := time.Now()
		for time.Since(began) < 55*time.Minute {
			answered, refused := drainWindow(t, b, 60)
			assert.Zero(t, refused)
			assert.LessOrEqual(t, answered, 48)
			assert.GreaterOrEqual(t, answered, 44)
		}
		time.Sleep(10 * time.Minute) // virtual: an hour has passed
		_, refused := drainWindow(t, b, 60)
		assert.Equal(t, 1, refused, "it may have been raised")
		_, refused = drainWindow(t, b, 60)
		assert.Zero(t, refused, "and was not")
	})
}

func TestRefusalsThatOthersCauseInferNoLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0.2)
		for _, allowed := range []int{40, 12, 12, 0, 0, 70, 34, 50} {
			answered, refused := drainWindow(t, b, allowed)
			assert.Equal(t, allowed, answered)
			assert.Equal(t, 1, refused)
		}
		assert.Zero(t, b.inferred.found)
	})
}
