// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// started is when the requests of some clients that start at the same moment were let through, by how many their
// clients had sent before. Each one is answered after a while. The first brings others along.
func started(clients, requests, others int) (at [][]time.Duration) {
	var starts Starts
	var mu sync.Mutex
	at = make([][]time.Duration, requests)
	began := time.Now()
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for sent := range requests {
				brings := 0
				if sent == 0 {
					brings = others
				}
				_ = starts.Wait(context.Background(), sent, brings)
				mu.Lock()
				at[sent] = append(at[sent], time.Since(began))
				mu.Unlock()
				time.Sleep(100 * time.Millisecond) // virtual
			}
		})
	}
	all.Wait()
	return at
}

// mostInASecond is how many of the times lie within a second, which are in order.
func mostInASecond(times []time.Duration) (most int) {
	first := 0
	for i, at := range times {
		for at-times[first] >= time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func TestFirstRequestsOfManyClientsAreSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := started(500, startRequests, 0)
		var all []time.Duration
		for _, times := range at {
			require.Len(t, times, 500)
			all = append(all, times...)
		}
		slices.Sort(all)
		assert.LessOrEqual(t, mostInASecond(all), 46)
		assert.Less(t, at[0][499], 13*time.Second, "the last client has its first answer before others go on")
		assert.Less(t, at[1][499], 26*time.Second)
		assert.Less(t, all[len(all)-1], 64*time.Second, "none of the time is wasted")
	})
}

func TestRequestsForTokensCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := started(100, 1, 2)[0]
		assert.LessOrEqual(t, mostInASecond(first), 46/3+1)
		assert.Less(t, first[99], 8*time.Second)
	})
}

func TestFewClientsStartAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for sent, times := range started(3, startRequests, 0) {
			for _, at := range times {
				assert.Equal(t, time.Duration(sent)*100*time.Millisecond, at)
			}
		}
	})
}

func TestClientThatHasStartedWaitsForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var starts Starts
		began := time.Now()
		for range 1000 {
			require.NoError(t, starts.Wait(t.Context(), startRequests, 0))
		}
		var none *Starts
		for range 1000 {
			require.NoError(t, none.Wait(t.Context(), 0, 0))
		}
		assert.Zero(t, time.Since(began))
	})
}

func TestStartThatIsGivenUpTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var starts Starts
		for range startBurst + 1 {
			require.NoError(t, starts.Wait(t.Context(), 0, 0))
		}
		began := time.Now()
		given, giveUp := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { assert.ErrorIs(t, starts.Wait(given, 0, 0), ErrNoPermit) })
		}
		synctest.Wait()
		all.Go(func() { assert.NoError(t, starts.Wait(t.Context(), 1, 0)) })
		synctest.Wait()
		giveUp()
		all.Wait()
		assert.Equal(t, startSpacing, time.Since(began))
	})
}
