// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

func sumOf(t *testing.T, m metricdata.Metrics) int64 {
	t.Helper()
	sum, ok := m.Data.(metricdata.Sum[int64])
	require.True(t, ok)
	var total int64
	for _, point := range sum.DataPoints {
		total += point.Value
	}
	return total
}

func TestBacklogOf100000ArrivesOnceAndInOrder(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happenedSmall(100_000, time.Hour)
		w.start()
		w.wait(10 * time.Minute)
		w.requireAllOnce()
		assert.Zero(t, w.requestsWith("until"), "bounded queries miss delayed events")
		assert.Equal(t, 2, w.requestsWithout("after="), "the clock and the start; then next links only")
		report := w.org.RateReport()
		assert.Zero(t, report.Violations)
		assert.LessOrEqual(t, report.PeakPrincipalShare, 0.81, "a fifth of every window is left to others")
	})
}

// requestsWithout counts the requests whose URL lacks a part.
func (w *world) requestsWithout(part string) int { return len(w.org.Requests()) - w.requestsWith(part) }

func TestNewEventsArriveWithinAnInterval(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		w.wait(time.Minute)
		for range 100 {
			w.happen(3)
			w.wait(12 * time.Second)
			w.requireAllOnce()
		}
	})
}

func TestEventsPersistedLateArrive(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		for _, delay := range []time.Duration{0, 3 * time.Second, time.Minute, 3 * time.Hour, 0, 48 * time.Hour} {
			w.happen(5)
			w.wait(time.Minute)
			w.org.Append(w.generator.Events(5, w.org.Now().Add(-delay), 0)...)
			w.wait(time.Minute)
			w.requireAllOnce()
		}
	})
}

func TestFullPagesAreFollowedAtOnceAndShortOnesNot(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.cfg.PollInterval = time.Hour
		w.happened(35, time.Hour)
		w.start()
		w.wait(time.Second)
		w.requireAllOnce()
		require.Equal(t, 5, len(w.org.Requests()), "the clock, three full pages, a short one")
		w.wait(50 * time.Minute)
		require.Equal(t, 5, len(w.org.Requests()), "a short page that ends near the present means that all was read")
	})
}

// A short page of events that have just happened means that all was read: an ordinary poll costs no extra request.
func TestShortPageOfNewEventsIsTheEnd(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit}, func(t *testing.T, w *world) {
		w.start()
		w.wait(time.Minute)
		before := len(w.org.Requests())
		for range 60 {
			w.happen(3)
			w.wait(time.Minute)
		}
		w.requireAllOnce()
		// 10 s to 11 s between two polls.
		assert.LessOrEqual(t, len(w.org.Requests())-before, 361)
	})
}

func TestPageIsFetchedAheadAndNeverTwo(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(100, time.Hour)
		release := make(chan struct{})
		w.sink.refuses(func(context.Context, int) error {
			<-release
			return nil
		})
		w.start()
		w.wait(time.Minute)
		require.Len(t, w.org.Requests(), 3, "the clock, the page in hand, and one ahead")
		release <- struct{}{}
		w.wait(time.Minute)
		require.Len(t, w.org.Requests(), 4)
		close(release)
		w.wait(time.Minute)
		w.requireAllOnce()
	})
}

func TestLatencyOfOktaIsHiddenBehindDelivery(t *testing.T) {
	inWorld(t, oktatest.Options{PageLatency: 200 * time.Millisecond, RateLimit: oktatest.NoRateLimit}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(1000, time.Hour)
		w.sink.refuses(func(context.Context, int) error {
			time.Sleep(150 * time.Millisecond) // virtual
			return nil
		})
		w.start()
		w.wait(100*200*time.Millisecond + time.Second)
		w.requireAllOnce()
	})
}

func TestWakeFetchesBeforeTheIntervalIsOver(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PollInterval = time.Hour
		w.start()
		w.wait(time.Minute)
		w.happen(1)
		before := len(w.org.Requests())
		for range 100 {
			w.poller().Wake()
		}
		w.wait(time.Second)
		w.requireAllOnce()
		assert.LessOrEqual(t, len(w.org.Requests())-before, 2, "calls while it is busy count as one")
	})
}

func TestInitialDelay(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.InitialDelay = time.Minute
		w.start()
		w.wait(59 * time.Second)
		assert.Empty(t, w.org.Requests())
		w.wait(10 * time.Second)
		assert.NotEmpty(t, w.org.Requests())
	})
}

func TestStartAndStopManyTimes(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		for range 20 {
			w.happen(7)
			w.wait(13 * time.Second)
			require.NoError(t, w.poller().Stop(t.Context()))
			require.NoError(t, w.poller().Stop(t.Context()), "twice")
			w.happen(5)
			w.wait(time.Minute)
			w.poller().Start()
			w.poller().Start()
			w.wait(13 * time.Second)
			w.requireAllOnce()
		}
	})
}

func TestStopReturnsWhileARequestHangs(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.org.InjectAlways(fault.Hang())
		w.start()
		w.wait(10 * time.Second)
		begun := time.Now()
		require.NoError(t, w.poller().Stop(t.Context()))
		assert.Zero(t, time.Since(begun))
	})
}

func TestStopLetsTheDeliveryInHandFinish(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(10, time.Hour)
		w.sink.refuses(func(context.Context, int) error {
			time.Sleep(3 * time.Second) // virtual
			return nil
		})
		w.start()
		w.wait(2 * time.Second)
		w.stop()
		w.requireAllOnce()

		w.sink.refuses(nil)
		w.start()
		w.wait(time.Minute)
		w.requireAllOnce()
	})
}

func TestStopEndsADeliveryThatTakesTooLong(t *testing.T) {
	for name, tc := range map[string]struct {
		deadline time.Duration
		want     time.Duration
	}{
		"no deadline":  {0, poll.StopGrace},
		"its deadline": {2 * time.Second, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.happened(10, time.Hour)
				w.sink.refuses(func(ctx context.Context, _ int) error {
					<-ctx.Done()
					return ctx.Err()
				})
				w.start()
				w.wait(2 * time.Second)
				ctx := t.Context()
				if tc.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tc.deadline)
					defer cancel()
				}
				begun := time.Now()
				require.NoError(t, w.poller().Stop(ctx))
				assert.Equal(t, tc.want, time.Since(begun))

				w.sink.refuses(nil)
				w.start()
				w.wait(time.Minute)
				w.requireAllOnce()
			})
		})
	}
}

func TestStopDoesNotWaitForADeliveryThatNeverReturns(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(10, time.Hour)
		release := make(chan struct{})
		w.sink.refuses(func(context.Context, int) error {
			<-release
			return nil
		})
		w.start()
		w.wait(2 * time.Second)
		begun := time.Now()
		require.ErrorContains(t, w.poller().Stop(t.Context()), "has not returned")
		assert.Equal(t, 7*time.Second, time.Since(begun))

		w.poller().Start()
		w.wait(time.Minute)
		assert.Empty(t, w.sink.uuids(), "two pollings never overlap")
		close(release)
		w.wait(time.Minute)
		w.requireAllOnce()
	})
}

func TestRestartsLoseAndRepeatNothing(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(500, time.Hour)
		for i := range 30 {
			w.start()
			w.wait(time.Duration(i) * 700 * time.Millisecond)
			w.happen(i)
			w.stop()
			w.happen(i)
			w.wait(time.Minute)
		}
		w.start()
		w.wait(10 * time.Minute)
		w.requireAllOnce()
	})
}

func TestStartAtIsOnOktasClock(t *testing.T) {
	for _, skew := range []time.Duration{0, 10 * time.Minute, -10 * time.Minute} {
		for start, want := range map[string]int{
			poll.StartAtEnd:       0,
			poll.StartAtBeginning: 30,
			"-90m":                10,
			"-30h":                20,
			"-9000h":              30,
		} {
			t.Run(fmt.Sprint(start, " ", skew), func(t *testing.T) {
				inWorld(t, oktatest.Options{Skew: skew}, func(t *testing.T, w *world) {
					w.cfg.StartAt = start
					w.happened(10, 50*24*time.Hour)
					w.happened(10, 24*time.Hour)
					w.happened(10, time.Hour)
					w.happened(0, 0)
					w.start()
					w.wait(time.Minute)
					w.happen(5)
					w.wait(time.Minute)
					assert.Len(t, w.sink.uuids(), want+5)
				})
			})
		}
	}
}

// Where a proxy takes the Date from each answer, the rate limit's window still tells the minute: a clock
// that is far off begins at most that much too early, and never too late.
func TestStartAtWithoutADate(t *testing.T) {
	for _, skew := range []time.Duration{0, 10 * time.Minute, -10 * time.Minute} {
		t.Run(fmt.Sprint(skew), func(t *testing.T) {
			inWorld(t, oktatest.Options{Skew: skew}, func(t *testing.T, w *world) {
				w.cfg.StartAt = poll.StartAtEnd
				w.org.InjectAlways(fault.OmitDate())
				w.happened(10, 3*time.Minute)
				w.start()
				w.wait(10 * time.Second)
				for range 20 {
					w.happen(1)
					w.wait(time.Minute)
				}
				assert.Equal(t, w.all()[10:], w.sink.uuids())
			})
		})
	}
}

func TestQuietOrgLosesNothingBetweenRestarts(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt = poll.StartAtEnd
		w.start()
		w.wait(time.Minute)
		w.stop()
		w.happen(3)
		w.wait(time.Hour)
		w.start()
		w.wait(time.Minute)
		w.requireAllOnce()
	})
}

func TestStartsBeforeOktaIsReachable(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt = poll.StartAtEnd
		w.org.InjectAlways(fault.ResetBeforeAnswer())
		w.start()
		w.wait(5 * time.Minute)
		w.org.ClearFaults()
		w.wait(2 * time.Minute)
		w.happen(3)
		w.wait(time.Minute)
		w.requireAllOnce()
		assert.Equal(t, 1, w.logged("Okta sends no events"), "one line for one cause")
		assert.Equal(t, 1, w.logged("Okta answers again"))
	})
}

func TestStorageThatFailsStopsDelivery(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		flaky := &flakyStorage{Client: w.storage}
		w.storage = flaky
		w.happened(10, time.Hour)
		flaky.fail(errors.New("disk full"))
		w.start()
		w.wait(time.Minute)
		assert.Empty(t, w.sink.uuids(), "a storage that fails is not one that is empty")
		flaky.fail(nil)
		w.wait(2 * time.Minute)
		w.requireAllOnce()

		flaky.fail(errors.New("disk full"))
		w.happen(10)
		w.wait(time.Minute)
		w.happen(10)
		w.wait(time.Minute)
		assert.Len(t, w.sink.uuids(), 20, "no second page before the first is committed")
		flaky.fail(nil)
		w.wait(2 * time.Minute)
		w.requireAllOnce()
		assert.Equal(t, 2, w.logged("The storage fails"))
	})
}
