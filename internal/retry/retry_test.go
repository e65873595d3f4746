// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/config/configretry"
)

func TestBackOffGrowsToItsMaximum(t *testing.T) {
	cfg := configretry.BackOffConfig{InitialInterval: time.Second, Multiplier: 2, RandomizationFactor: 0.5, MaxInterval: 10 * time.Second}
	b := NewBackOff(cfg, NewJitter(1))
	for _, interval := range []time.Duration{1, 2, 4, 8, 10, 10, 10} {
		wait := b.Next()
		assert.GreaterOrEqual(t, wait, interval*time.Second/2)
		assert.LessOrEqual(t, wait, interval*time.Second*3/2)
	}
}

func TestBackOffIsNeverShorterThanItsMinimum(t *testing.T) {
	b := NewBackOff(configretry.BackOffConfig{InitialInterval: 1, Multiplier: 1, RandomizationFactor: 1, MaxInterval: 1}, NewJitter(1))
	for range 100 {
		assert.Equal(t, MinInterval, b.Next())
	}
}

func TestSameSeedSameWaits(t *testing.T) {
	draw := func(j *Jitter) (drawn []time.Duration) {
		for range 20 {
			drawn = append(drawn, j.Below(time.Hour))
		}
		return drawn
	}
	again := draw(NewJitter(7).For("polls"))
	assert.Equal(t, draw(NewJitter(7).For("polls")), again)
	assert.NotEqual(t, draw(NewJitter(7).For("polls")), draw(NewJitter(8).For("polls")))
	assert.NotEqual(t, draw(NewJitter(7).For("polls")), draw(NewJitter(7).For("commits")))

	root := NewJitter(7)
	root.Below(time.Hour)
	assert.Equal(t, draw(NewJitter(7).For("polls")), draw(root.For("polls")), "whatever others have drawn")
}

func TestSleepIsUpToATenthLongerAndEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := NewJitter(1)
		for range 100 {
			began := time.Now()
			assert.True(t, j.Sleep(t.Context(), time.Minute))
			assert.GreaterOrEqual(t, time.Since(began), time.Minute)
			assert.LessOrEqual(t, time.Since(began), 66*time.Second)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.False(t, j.Sleep(ctx, time.Minute))
		assert.False(t, j.Sleep(ctx, 0), "it has ended before")
		assert.True(t, j.Sleep(t.Context(), -1))
	})
}
