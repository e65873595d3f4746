// SPDX-License-Identifier: Apache-2.0

package lease

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// journal is what a work of tests has done.
type journal struct {
	begun, ended int
	working      int
	linger       time.Duration // how long a work takes to end
	untilGrace   bool          // or whether it takes all of its grace
	left         time.Duration // of the grace of the last one
	err          error         // that each ends with
	reported     []error
}

func (j *journal) work(ctx context.Context, grace func() context.Context) error {
	j.begun++
	j.working++
	<-ctx.Done()
	within := grace()
	if deadline, ok := within.Deadline(); ok {
		j.left = time.Until(deadline)
	}
	if j.untilGrace {
		<-within.Done()
	}
	time.Sleep(j.linger)
	j.working--
	j.ended++
	return j.err
}

func inBubble(t *testing.T, test func(t *testing.T, j *journal, f *Follower)) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		f := NewFollower(j.work, func(err error) { j.reported = append(j.reported, err) })
		test(t, j, f)
		_ = f.Stop(t.Context()) // again, where the test has stopped it
		synctest.Wait()
		require.Zero(t, j.working)
		require.Equal(t, j.begun, j.ended)
	})
}

func TestWorkIsDoneWhileTheLeaseIsHeld(t *testing.T) {
	inBubble(t, func(t *testing.T, j *journal, f *Follower) {
		for n := range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			f.gained(ctx)
			synctest.Wait()
			require.Equal(t, 1, j.working)
			cancel() // client-go does so first
			f.lost()
			synctest.Wait()
			require.Zero(t, j.working)
			require.Equal(t, n+1, j.ended)
			require.Equal(t, LostGrace, j.left)
		}
	})
}

// Each of the ways in which an elector may call.
func TestOrderOfTheCallsDoesNotMatter(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		calls func(t *testing.T, f *Follower)
		works int
	}{
		"lost without a lease":      {func(_ *testing.T, f *Follower) { f.lost() }, 0},
		"gained late":               {func(_ *testing.T, f *Follower) { f.lost(); f.gained(ended) }, 0},
		"gained twice":              {func(t *testing.T, f *Follower) { f.gained(t.Context()); f.gained(context.Background()) }, 1},
		"lost by the context alone": {func(_ *testing.T, f *Follower) { f.gained(expiring(time.Second)); time.Sleep(time.Minute) }, 0},
		"gained again before it was lost": {func(t *testing.T, f *Follower) {
			f.gained(expiring(time.Second))
			time.Sleep(time.Minute)
			f.gained(t.Context())
		}, 1},
		"after the stop": {func(t *testing.T, f *Follower) { assert.NoError(t, f.Stop(t.Context())); f.gained(t.Context()) }, 0},
		"stopped in a term": {func(t *testing.T, f *Follower) {
			f.gained(t.Context())
			assert.NoError(t, f.Stop(t.Context()))
			f.lost()
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, j *journal, f *Follower) {
				c.calls(t, f)
				synctest.Wait()
				assert.Equal(t, c.works, j.working)
			})
		})
	}
}

func expiring(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	context.AfterFunc(ctx, cancel)
	return ctx
}

// A term begins when the one before it has ended, and not at all where its lease is lost by then.
func TestTermsNeverOverlap(t *testing.T) {
	inBubble(t, func(t *testing.T, j *journal, f *Follower) {
		j.linger = time.Minute
		f.gained(t.Context())
		synctest.Wait()
		for range 3 {
			f.lost()
			f.gained(expiring(time.Second))
		}
		time.Sleep(59 * time.Second)
		synctest.Wait()
		require.Equal(t, 1, j.begun)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, 1, j.begun, "their leases are lost")
		f.gained(t.Context())
		synctest.Wait()
		require.Equal(t, 2, j.begun)
	})
}

// The callbacks return at once, whatever the work does: the elector holds a lock meanwhile.
func TestCallbacksReturnAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, j *journal, f *Follower) {
		j.linger = time.Hour
		began := time.Now()
		for range 3 {
			f.gained(t.Context())
			f.lost()
		}
		require.Zero(t, time.Since(began))
	})
}

// A stop has the time of its own context, and waits for the work.
func TestStopWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, j *journal, f *Follower) {
		j.linger = 9 * time.Second
		f.gained(t.Context())
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		require.NoError(t, f.Stop(ctx))
		require.Equal(t, 1, j.ended)
		require.Equal(t, 7*time.Second, j.left)
	})
}

// What has not ended as it should is said by the stop, or else reported.
func TestErrorsOfTheWork(t *testing.T) {
	inBubble(t, func(t *testing.T, j *journal, f *Follower) {
		j.err = errors.New("the pipeline does not return")
		f.gained(t.Context())
		synctest.Wait()
		f.lost()
		synctest.Wait()
		require.Equal(t, []error{j.err}, j.reported)
		f.gained(t.Context())
		synctest.Wait()
		require.Equal(t, j.err, f.Stop(t.Context()))
		require.Len(t, j.reported, 1)
	})
}

// A stop that comes while a lost lease leaves some time may leave less.
func TestStopShortensTheGrace(t *testing.T) {
	inBubble(t, func(t *testing.T, j *journal, f *Follower) {
		j.untilGrace = true
		f.gained(t.Context())
		synctest.Wait()
		began := time.Now()
		f.lost()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), LostGrace/2)
		defer cancel()
		require.NoError(t, f.Stop(ctx))
		require.Equal(t, LostGrace/2, time.Since(began))
	})
}

// A work that does not end holds nobody up for ever.
func TestStopEndsWithoutTheWork(t *testing.T) {
	inBubble(t, func(t *testing.T, j *journal, f *Follower) {
		j.linger = time.Hour
		f.gained(t.Context())
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		began := time.Now()
		require.ErrorContains(t, f.Stop(ctx), "does not return")
		require.Equal(t, 7*time.Second+stopMargin, time.Since(began))
	})
}

// A work that returns while the lease is held is done again, less and less often.
func TestWorkThatReturnsIsDoneAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun atomic.Int64
		f := NewFollower(func(context.Context, func() context.Context) error { begun.Add(1); return nil }, nil)
		f.gained(t.Context())
		time.Sleep(firstPause + firstPause/2)
		synctest.Wait()
		require.EqualValues(t, 2, begun.Load())
		time.Sleep(time.Hour)
		synctest.Wait()
		require.InDelta(t, 2+12+3, begun.Load(), 2)
		require.NoError(t, f.Stop(t.Context()))
	})
}
