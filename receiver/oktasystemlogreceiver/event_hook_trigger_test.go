// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

const pageLatency = 120 * time.Millisecond

// anHourOfEvents makes an event happen every 30 s on average and returns how long after its
// announcement each one arrived. visible is how long after that it can be read from the log.
func (w *world) anHourOfEvents(visible time.Duration) (latencies []time.Duration) {
	w.start()
	w.hook("user.session.start")
	w.wait(2 * time.Minute)
	random := rand.New(rand.NewPCG(1, 1))
	var announced []time.Time
	for n := range 120 {
		announced = append(announced, time.Now())
		w.org.Append(eventOf("user.session.start", n, w.org.Now().Add(visible)))
		w.wait(time.Duration(random.ExpFloat64() * float64(30*time.Second)))
	}
	w.wait(2 * time.Minute)
	w.requireNoLoss()
	for i, at := range announced {
		latencies = append(latencies, w.sink.times[i].Sub(at))
	}
	slices.Sort(latencies)
	return latencies
}

func TestDoorbellBringsEventsAtOnceAndCostsLittle(t *testing.T) {
	inHookedWorld(t, oktatest.Options{PageLatency: pageLatency}, func(t *testing.T, w *world) {
		began := time.Now()
		latencies := w.anHourOfEvents(0)
		every5s := int(time.Since(began) / (5 * time.Second))
		t.Logf("median %v, 90 %% %v, longest %v; %d requests, %d with a poll every 5 s", latencies[60], latencies[108], latencies[119], len(w.org.Requests()), every5s)
		assert.Less(t, latencies[60], 300*time.Millisecond+pageLatency)
		assert.Less(t, latencies[108], 3*time.Second)
		assert.Less(t, len(w.org.Requests()), every5s/2)
		w.requireNoComplaints()
		assert.EqualValues(t, 120, w.metric("hook_events_confirmed"))
		assert.Zero(t, w.metric("hook_events_unconfirmed"))
		assert.NotZero(t, w.metric("hook_triggered_polls"))
		assert.LessOrEqual(t, w.metric("hook_triggered_polls"), int64(125), "one for each event, about")
	})
}

// Hooks may be faster than the log: what is announced is looked for until it is there.
func TestDoorbellLooksAgainUntilTheEventIsThere(t *testing.T) {
	const ahead = 700 * time.Millisecond
	inHookedWorld(t, oktatest.Options{PageLatency: pageLatency, Hooks: eventhooks.Options{Delay: -ahead}}, func(t *testing.T, w *world) {
		began := time.Now()
		latencies := w.anHourOfEvents(ahead)
		every5s := int(time.Since(began) / (5 * time.Second))
		t.Logf("median %v, 90 %% %v; %d requests, %d with a poll every 5 s", latencies[60]-ahead, latencies[108]-ahead, len(w.org.Requests()), every5s)
		assert.Less(t, latencies[60]-ahead, time.Second+pageLatency)
		assert.Less(t, len(w.org.Requests()), every5s)
		w.requireNoComplaints()
	})
}

func TestDeliveriesByTheThousandKeepToTheBudget(t *testing.T) {
	const minutes, perMinute = 3, 10_000
	inHookedWorld(t, oktatest.Options{RateEvents: true, PageLatency: pageLatency, Hooks: eventhooks.Options{Batch: 1, Parallel: 16}}, func(t *testing.T, w *world) {
		m := w.meter()
		w.start()
		w.hook("user.session.start")
		w.wait(time.Minute)
		for n := range minutes * 60 {
			second := make([]oktatest.Event, 0, perMinute/60+1)
			for i := n * perMinute / 60; i < (n+1)*perMinute/60; i++ {
				second = append(second, eventOf("user.session.start", i, w.org.Now()))
			}
			w.org.Append(second...)
			w.wait(time.Second)
		}
		w.wait(2 * time.Minute)
		w.requireNoLoss()
		report := w.sent()
		assert.Equal(t, minutes*perMinute, report.Delivered)
		for _, n := range m.windows() {
			assert.LessOrEqual(t, n, 48, "the reserve is never touched")
		}
		w.requireNoComplaints()
		assert.EqualValues(t, minutes*perMinute, w.metric("hook_events_confirmed"))
		t.Logf("requests by window: %v", m.windows())
	})
}

// What is announced and never comes must not make the poller run.
func TestAnnouncementsThatNeverComeTrueCostLittle(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.Filter = `eventType eq "user.account.lock"`
		w.start()
		w.hook("user.session.start")
		for n := range 600 {
			w.org.Append(eventOf("user.session.start", n, w.org.Now()))
			w.wait(time.Second)
		}
		t.Logf("%d requests in ten minutes", len(w.org.Requests()))
		assert.Less(t, len(w.org.Requests()), 60)
		w.requireNoComplaints()
	})
}

// What a filter leaves out costs next to nothing, also beside events that come.
func TestEventsLeftOutDoNotHurryThoseThatCome(t *testing.T) {
	leftOut := slices.DeleteFunc(hooks.UsualTypes(), func(name string) bool { return strings.HasPrefix(name, "user.") })
	require.NotEmpty(t, leftOut)
	looksIn := func(perMinute int) (requests int) {
		inHookedWorld(t, oktatest.Options{PageLatency: pageLatency}, func(t *testing.T, w *world) {
			w.cfg.Filter = `eventType sw "user."`
			w.start()
			w.hook(hooks.UsualTypes()...)
			for n := range 60 * 6 {
				w.org.Append(eventOf("user.session.start", 2*n, w.org.Now()))
				w.wait(4 * time.Second)
				if perMinute > 6 {
					w.org.Append(eventOf(leftOut[n%len(leftOut)], 2*n+1, w.org.Now()))
				}
				w.wait(6 * time.Second)
			}
			assert.EqualValues(t, 360, w.metric("hook_events_confirmed"))
			requests = len(w.org.Requests())
		})
		return requests
	}
	alone, mixed := looksIn(6), looksIn(12)
	t.Logf("%d requests in an hour with those that come alone, %d with as many that are left out", alone, mixed)
	assert.Less(t, mixed, 720, "a poll every 5 s")
	assert.Less(t, mixed, alone+alone/5)
}

// The pipeline stands still, Okta still has its answer.
func TestDeliveriesAreAnsweredWhateverThePipelineDoes(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		release := make(chan struct{})
		w.sink.refuses(func(ctx context.Context, _ int) error {
			select {
			case <-release:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		w.start()
		w.hook("user.session.start")
		for n := range 100 {
			w.org.Append(eventOf("user.session.start", n, w.org.Now()))
			w.wait(time.Second)
		}
		assert.Equal(t, 100, w.sent().Delivered)
		assert.Zero(t, w.sent().Lost)
		close(release)
		w.wait(time.Minute)
		w.requireNoLoss()
	})
}

// happenAhead appends n events that are published now and can be read from the log some time later.
func (w *world) happenAhead(n int, ahead time.Duration) {
	events := w.generator.Events(n, w.org.Now(), 0)
	for i := range events {
		events[i].Persisted = w.org.Now().Add(ahead)
	}
	w.org.Append(events...)
}

func TestNothingIsLostOrRepeatedWithHooks(t *testing.T) {
	for name, sent := range map[string]eventhooks.Options{
		"as documented":  {},
		"late":           {Delay: 20 * time.Second},
		"early":          {Delay: -2 * time.Second},
		"in disorder":    {Reorder: 0.5, DuplicateEvents: 0.3, DuplicateDeliveries: 0.3, BatchWait: time.Second},
		"one at a time":  {Batch: 1, Parallel: 8},
		"a day's limit":  {DailyLimit: 200},
		"slow to retry":  {RetryDelay: 10 * time.Second, Timeout: 500 * time.Millisecond},
		"few in a batch": {Batch: 3, BatchWait: 5 * time.Second, DuplicateDeliveries: 1},
	} {
		t.Run(name, func(t *testing.T) {
			sent.LogFailures = true
			inHookedWorld(t, oktatest.Options{Hooks: sent, PageLatency: 50 * time.Millisecond}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 20
				w.cfg.EventHook.Get().DeliverUnconfirmed = true
				random := rand.New(rand.NewPCG(3, uint64(len(name))))
				moods := rand.New(rand.NewPCG(4, uint64(len(name))))
				w.sink.refuses(func(context.Context, int) error {
					if moods.IntN(4) == 0 {
						return errors.New("busy")
					}
					return nil
				})
				w.happened(50, time.Hour)
				w.start()
				w.wait(time.Second)
				w.hook()
				ahead := max(0, -sent.Delay)
				if ahead > 0 {
					early := eventOf("user.session.start", 1, w.org.Now().Add(ahead))
					w.org.Append(early)
					w.wait(ahead / 2)
					require.Equal(t, 1, w.sent().DeliveredEvents, "announced")
					require.NotContains(t, w.sink.uuids(), early.UUID, "and not to be read yet")
				}
				for range 25 {
					w.happenAhead(random.IntN(30), ahead)
					w.org.Inject(fault.Status(503, fault.NoBody), fault.ResetBeforeAnswer())
					w.wait(time.Duration(random.IntN(15_000)) * time.Millisecond)
					w.stop()
					w.happenAhead(random.IntN(5), ahead)
					w.wait(time.Duration(random.IntN(5_000)) * time.Millisecond)
					w.start()
				}
				w.wait(15 * time.Minute)
				w.requireAllOnce()
				assert.Zero(t, w.metric("hook_events_unconfirmed"), "the two ways agree")
				assert.NotZero(t, w.metric("hook_events_confirmed"))
			})
		})
	}
}

// A witness that is not asked for is not there.
func TestNoHookNoDoorbell(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.EventHook = configoptional.None[EventHookConfig]()
		w.start()
		w.happen(10)
		w.wait(time.Minute)
		w.requireAllOnce()
		require.Nil(t, w.receiver.running.hook.reconciler.Load())
	})
}
