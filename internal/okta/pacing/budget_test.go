// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
)

// limitOf is what an answer says of the rate limit.
func limitOf(ceiling, remaining int, reset time.Duration) wire.RateLimit {
	answered := time.Now()
	limit := wire.RateLimitFrom(http.Header{
		"X-Rate-Limit-Limit":     {strconv.Itoa(ceiling)},
		"X-Rate-Limit-Remaining": {strconv.Itoa(remaining)},
		"X-Rate-Limit-Reset":     {strconv.FormatInt(answered.Unix(), 10)},
	}, answered)
	limit.UntilReset = reset
	return limit
}

// jitter is that of all waits for permits.
var jitter = retry.NewJitter(1)

// take waits for a permit and says how long that took.
func take(t *testing.T, b *Budget) (Permit, time.Duration) {
	t.Helper()
	began := time.Now()
	permit, err := b.Wait(t.Context(), jitter)
	require.NoError(t, err)
	return permit, time.Since(began)
}

// near asserts that a wait is what was meant, or a little longer.
func near(t *testing.T, want, got time.Duration) {
	t.Helper()
	assert.GreaterOrEqual(t, got, want)
	assert.LessOrEqual(t, got, want+want/50+time.Millisecond)
}

func TestBudgetSpreadsWhatIsLeft(t *testing.T) {
	for name, tc := range map[string]struct {
		reserve float64
		limit   wire.RateLimit
		refused bool
		want    time.Duration
	}{
		"a fresh window":           {0.2, limitOf(60, 59, 60*time.Second), false, 60 * time.Second / 48},
		"half of it":               {0.2, limitOf(60, 31, 30*time.Second), false, 30 * time.Second / 20},
		"no reserve":               {0, limitOf(60, 29, 30*time.Second), false, time.Second},
		"one above the reserve":    {0.2, limitOf(60, 13, 44*time.Second), false, 22 * time.Second},
		"the reserve is reached":   {0.2, limitOf(60, 12, 44*time.Second), false, 44 * time.Second},
		"the reserve is used":      {0.2, limitOf(60, 3, 44*time.Second), false, 44 * time.Second},
		"the reserve rounded up":   {0.2, limitOf(21, 5, 44*time.Second), false, 44 * time.Second},
		"all is reserved":          {0.99, limitOf(20, 19, 44*time.Second), false, time.Minute},
		"refused":                  {0, limitOf(60, 0, 44*time.Second), true, 44 * time.Second},
		"refused with much left":   {0.2, limitOf(120, 80, 44*time.Second), true, 44 * time.Second},
		"an immense ceiling":       {0.2, limitOf(1<<31-1, 1<<31-2, 60*time.Second), false, 0},
		"too many at a time":       {0.2, limitOf(0, 0, 44*time.Second), true, 0},
		"headers that say nothing": {0.2, wire.RateLimit{}, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := NewBudget(tc.reserve)
				first, waited := take(t, b)
				assert.Zero(t, waited, "nothing is known yet")
				first.Done(tc.limit, tc.refused)
				_, waited = take(t, b)
				near(t, tc.want, waited)
				assert.Equal(t, waited, b.Waited())
			})
		})
	}
}

func TestQuietBudgetIsNotSlowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0.2)
		for range 100 {
			next, waited := take(t, b)
			assert.Zero(t, waited)
			next.Done(limitOf(60, 50, 50*time.Second), false)
			time.Sleep(10 * time.Second) // virtual
		}
	})
}

func TestBudgetKeepsThePaceAtTheBeginningOfAWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0.2)
		first, _ := take(t, b)
		first.Done(limitOf(60, 12, 10*time.Second), false)
		probe, waited := take(t, b)
		near(t, 10*time.Second, waited)
		probe.Done(wire.RateLimit{}, false) // a broken connection: still nothing is known
		probe, waited = take(t, b)
		near(t, time.Minute/48, waited)
		probe.Done(limitOf(60, 13, time.Minute), false)
		_, waited = take(t, b)
		near(t, 30*time.Second, waited)
	})
}

func TestOneRequestFindsOutForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0)
		probe, _ := take(t, b)
		var taken []time.Duration
		var mu sync.Mutex
		began := time.Now()
		soFar := func() []time.Duration {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(taken)
		}
		for range 2 {
			go func() {
				next, err := b.Wait(context.Background(), jitter)
				if assert.NoError(t, err) {
					mu.Lock()
					defer mu.Unlock()
					taken = append(taken, time.Since(began))
					next.Done(wire.RateLimit{}, false)
				}
			}()
		}
		time.Sleep(3 * time.Second) // virtual
		synctest.Wait()
		assert.Empty(t, soFar(), "nothing is known before the first answer")
		probe.Done(limitOf(60, 58, 56*time.Second), false)
		time.Sleep(900 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, []time.Duration{3 * time.Second}, soFar(), "the next one is due at once, the one after it is not")
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		assert.Len(t, soFar(), 2)
	})
}

func TestRequestWithoutAnAnswerHoldsUpNobodyForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0)
		take(t, b)
		_, waited := take(t, b)
		near(t, maxProbe, waited)
	})
}

func TestRequestsWithoutAnAnswerCountAsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0.5)
		first, _ := take(t, b)
		first.Done(limitOf(10, 9, 50*time.Second), false)
		slow, waited := take(t, b)
		near(t, 10*time.Second, waited)
		lost, _ := take(t, b)
		lost.Done(wire.RateLimit{}, false)
		take(t, b)
		assert.Equal(t, 1, b.usable(b.limit))
		slow.Done(limitOf(10, 8, 20*time.Second), false)
		assert.Equal(t, 1, b.usable(b.limit), "its answer does not count the two that came after it")
	})
}

func TestWithinAWindowTheLeastCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0)
		first, _ := take(t, b)
		first.Done(limitOf(100, 20, 40*time.Second), false)
		other, _ := take(t, b)
		other.Done(limitOf(100, 90, 40*time.Second), false)
		assert.Equal(t, 19, b.usable(b.limit), "another token's limit does not add up")
		another, _ := take(t, b)
		another.Done(limitOf(100, 3, 40*time.Second), false)
		assert.Equal(t, 3, b.usable(b.limit))
		limit, known := b.Limit()
		assert.True(t, known)
		assert.Equal(t, limitOf(100, 3, 40*time.Second), limit)
	})
}

func TestWindowThatBeginsEarlyIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0)
		first, _ := take(t, b)
		first.Done(limitOf(60, 1, 10*time.Second), false)
		second, waited := take(t, b)
		near(t, 5*time.Second, waited)
		second.Done(limitOf(60, 59, 60*time.Second), false)
		_, waited = take(t, b)
		near(t, time.Second, waited)
	})
}

func TestAnswerOfAnEndedWindowSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0)
		first, _ := take(t, b)
		first.Done(limitOf(60, 30, 4*time.Second), false)
		slow, _ := take(t, b)
		time.Sleep(5 * time.Second) // virtual
		next, _ := take(t, b)
		next.Done(limitOf(60, 59, time.Minute), false)
		slow.Done(limitOf(60, 0, time.Second), false)
		_, waited := take(t, b)
		near(t, time.Second, waited)
	})
}

func TestPermitsComeInTheOrderOfTheQueueAndCanBeGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(0)
		first, _ := take(t, b)
		first.Done(limitOf(10, 4, 50*time.Second), false)
		var mu sync.Mutex
		var order []int
		ctx, giveUp := context.WithCancel(t.Context())
		for i := range 4 {
			go func() {
				mine := context.Background()
				if i%2 == 1 {
					mine = ctx
				}
				_, err := b.Wait(mine, jitter)
				mu.Lock()
				defer mu.Unlock()
				if errors.Is(err, context.Canceled) {
					i = -i
				}
				order = append(order, i)
			}()
			synctest.Wait()
		}
		giveUp()
		synctest.Wait()
		time.Sleep(time.Minute) // virtual
		synctest.Wait()
		assert.ElementsMatch(t, []int{-1, -3}, order[:2])
		assert.Equal(t, []int{0, 2}, order[2:])
	})
}

func TestWithoutABudgetThereIsNoPace(t *testing.T) {
	var b *Budget
	permit, err := b.Wait(t.Context(), jitter)
	require.NoError(t, err)
	permit.Done(limitOf(60, 0, time.Minute), true)
	ended, end := context.WithCancel(t.Context())
	end()
	_, err = b.Wait(ended, jitter)
	require.ErrorIs(t, err, context.Canceled)
}
