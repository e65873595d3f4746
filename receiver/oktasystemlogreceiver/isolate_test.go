// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// One exporter answers 400 for a while and the other 503: nothing is given up, for either.
func TestFanOutWhereOneDeniesAndOneIsAwayLosesNothing(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		all := w.branches("one", "two")
		w.happened(2500, time.Hour)
		all[0].set(func(b *branch) { b.away = errDenied })
		all[1].set(func(b *branch) { b.away = errAway })
		w.start()
		w.wait(20 * time.Minute)
		all[0].set(func(b *branch) { b.away = nil })
		w.wait(20 * time.Minute)
		all[1].set(func(b *branch) { b.away = nil })
		w.wait(20 * time.Minute)
		w.requireEach(all[0])
		w.requireEach(all[1])
		assert.Zero(t, w.metric("events_dropped"))
	})
}

// A far end that denies everything, as with a token that has expired, holds the position, in order, and says so.
func TestDenialOfEverythingLosesNothing(t *testing.T) {
	for _, answer := range []string{"401 Unauthorized", "403 Forbidden", "404 Not Found", "400 Bad Request"} {
		t.Run(answer, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				far := w.branches("far")[0]
				w.happened(3100, time.Hour)
				far.set(func(b *branch) { b.away = consumererror.NewPermanent(errors.New(answer)) })
				w.start()
				w.wait(15 * time.Second)
				w.requireStatus(componentstatus.StatusRecoverableError, "the pipeline refuses everything for good: ")
				assert.Equal(t, 1, w.logged("The pipeline refuses every event for good"))
				w.wait(2 * time.Hour)
				far.mu.Lock()
				assert.LessOrEqual(t, len(far.calls), 11+3*125, "ten to find out, then two a minute")
				far.mu.Unlock()

				far.set(func(b *branch) { b.away = nil })
				w.wait(10 * time.Minute)
				w.requireEach(far)
				assert.Zero(t, w.metric("events_dropped"))
				assert.Zero(t, far.repeated())
				w.requireStatus(componentstatus.StatusOK, "")
			})
		})
	}
}

// A denial ends after seconds, in a quiet org as well: nothing waits for other events.
func TestDenialOfTheOnlyEventEnds(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		far := w.branches("far")[0]
		w.start()
		w.wait(time.Minute)
		far.set(func(b *branch) { b.away = errDenied })
		w.happen(1)
		w.wait(time.Hour)
		assert.Zero(t, w.metric("events_dropped"))
		far.set(func(b *branch) { b.away = nil })
		w.wait(2 * time.Minute)
		w.requireEach(far)
	})
}

// Three events of 3,097 are refused for good: each of them is given up alone, named, and the rest arrives.
func TestPoisonIsGivenUpAlone(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		far := w.branches("far")[0]
		w.happened(3097, time.Hour)
		all := w.all()
		poison := []string{all[0], all[1500], all[3096]}
		far.set(func(b *branch) {
			for _, uuid := range poison {
				b.poison[uuid] = true
			}
		})
		w.start()
		for range 30 {
			w.wait(time.Minute)
			w.happen(1) // what shows that others are accepted
		}
		w.wait(10 * time.Minute)
		w.requireEach(far, poison...)
		assert.EqualValues(t, 3, w.metric("events_dropped"))
		lines := w.logs.FilterMessageSnippet("An event was given up").All()
		require.Len(t, lines, 3)
		for i, line := range lines {
			assert.Equal(t, poison[i], line.ContextMap()["uuid"])
			assert.NotEmpty(t, line.ContextMap()["event_type"])
			assert.Contains(t, line.ContextMap()["error"], "400 Bad Request")
			assert.EqualValues(t, 3, line.ContextMap()["tries"])
		}
		w.requireStatus(componentstatus.StatusOK, "")

		w.org.RefusePositions("")
		w.wait(10 * time.Minute)
		w.requireEach(far, poison...)
		assert.EqualValues(t, 3, w.metric("events_dropped"), "what was given up is not offered again")
	})
}

// An event is not given up while nothing else is accepted, and an event that is accepted at its second try is none to
// give up.
func TestEventThatHealsIsNotGivenUp(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		far := w.branches("far")[0]
		w.happened(50, time.Hour)
		heals := w.all()[20]
		far.set(func(b *branch) { b.poison[heals] = true })
		w.start()
		w.wait(40 * time.Second)
		far.set(func(b *branch) { delete(b.poison, heals) })
		w.wait(10 * time.Minute)
		w.requireEach(far)
		assert.Zero(t, w.metric("events_dropped"))
	})
}

// In a quiet org, an event that is refused for good waits until others have shown that it is the event.
func TestPoisonInAQuietOrgWaitsForAnotherEvent(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		far := w.branches("far")[0]
		w.start()
		w.wait(time.Minute)
		w.happen(1)
		poison := w.all()[0]
		far.set(func(b *branch) { b.poison[poison] = true })
		w.wait(6 * time.Hour)
		assert.Zero(t, w.metric("events_dropped"))
		for range 4 {
			w.happen(1)
			w.wait(10 * time.Minute)
		}
		w.requireEach(far, poison)
		assert.EqualValues(t, 1, w.metric("events_dropped"))
		assert.Zero(t, far.repeated())
		assert.Zero(t, w.metric("events_repeated"), "what was delivered ahead of its page is none that Okta has sent again")
	})
}

// An event that came while everything was refused is delivered when that ends, also beside one that stays refused and
// where no other event comes.
func TestEventOfADenialIsDeliveredBesidePoison(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		all := w.branches("far", "other")
		far, other := all[0], all[1]
		w.start()
		w.wait(time.Minute)
		w.happen(3)
		poison := w.all()[0]
		far.set(func(b *branch) { b.poison[poison] = true })
		w.wait(10 * time.Minute)
		other.set(func(b *branch) { b.away = errDenied })
		w.wait(time.Minute)
		w.happen(1)
		w.wait(20 * time.Minute)
		other.set(func(b *branch) { b.away = nil })
		w.wait(20 * time.Minute)
		w.requireEach(far, poison)
		w.requireEach(other)
	})
}

// A payload that is too large for the far end shrinks until it fits, and grows again.
func TestCallsShrinkUntilTheyFit(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		far := w.branches("far")[0]
		far.set(func(b *branch) { b.tooMany = 100 })
		w.happened(5000, time.Hour)
		w.start()
		w.wait(10 * time.Minute)
		w.requireEach(far)
		assert.Zero(t, w.metric("events_dropped"))
		assert.Equal(t, w.all(), far.order)
		far.mu.Lock()
		assert.LessOrEqual(t, len(far.calls), 250, "most calls are of 50 events or more")
		far.mu.Unlock()
	})
}

// An episode of refusals costs a healthy branch about two pages and one event a try, twice.
func TestHealthyBranchIsRepeatedLittle(t *testing.T) {
	for name, away := range map[string]error{"away": errAway, "denied": errDenied} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				all := w.branches("sick", "healthy")
				w.happened(2500, time.Hour)
				all[0].set(func(b *branch) { b.away = away })
				w.start()
				w.wait(time.Hour)
				all[0].set(func(b *branch) { b.away = nil })
				w.wait(10 * time.Minute)
				w.requireEach(all[0])
				w.requireEach(all[1])
				tries := int(w.metric("deliveries_retried"))
				assert.LessOrEqual(t, all[1].repeated(), 2*1000+2*tries)
				assert.Zero(t, all[0].repeated())
			})
		})
	}
}

// A store that refuses by age refuses many in a row: from the tenth on giving up takes no time.
func TestManyRefusedInARowTakeNoTime(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		far := w.branches("far")[0]
		w.cfg.PageSize = 100
		w.happened(400, time.Hour)
		all := w.all()
		far.set(func(b *branch) {
			for i, uuid := range all {
				if i%4 != 0 {
					b.poison[uuid] = true
				}
			}
		})
		w.start()
		for range 30 {
			w.wait(time.Minute)
			w.happen(1)
		}
		w.wait(time.Minute)
		assert.EqualValues(t, 300, w.metric("events_dropped"))
		assert.Len(t, far.accepted, 130)
	})
}

// What is refused and not for good is never given up; after ten minutes it is named, when others are accepted.
func TestEventThatIsRefusedForLongIsNamedAndKept(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(20, time.Hour)
		var mu sync.Mutex // guards the others
		stuck := w.all()[5]
		accepted := map[string]bool{}
		uuids := func() int {
			mu.Lock()
			defer mu.Unlock()
			return len(accepted)
		}
		w.sink.take = func(_ context.Context, ld plog.Logs) error {
			mu.Lock()
			defer mu.Unlock()
			var taken []string
			for _, record := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
				uuid, _ := record.Attributes().Get("log.record.uid")
				if stuck != "" && uuid.Str() == stuck {
					return errAway
				}
				taken = append(taken, uuid.Str())
			}
			for _, uuid := range taken {
				accepted[uuid] = true
			}
			return nil
		}
		w.start()
		w.wait(9 * time.Minute)
		assert.Zero(t, w.logged("keeps refusing an event"))
		w.wait(5 * time.Hour)
		lines := w.logs.FilterMessageSnippet("keeps refusing an event").All()
		require.Len(t, lines, 1)
		assert.Equal(t, w.all()[5], lines[0].ContextMap()["uuid"])
		assert.Equal(t, 6, uuids(), "those before it, and one that shows it")
		mu.Lock()
		stuck = ""
		mu.Unlock()
		w.wait(5 * time.Minute)
		assert.Equal(t, 20, uuids())
		assert.Zero(t, w.metric("events_dropped"))
	})
}

// A delivery that does not return is reported, while it lasts.
func TestDeliveryThatIsHeldShows(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		far := w.branches("far")[0]
		far.set(func(b *branch) { b.holds = 5 * time.Minute })
		w.happened(3, time.Hour)
		w.start()
		w.wait(29 * time.Second)
		assert.Zero(t, w.status.count())
		w.wait(16 * time.Second)
		w.requireStatus(componentstatus.StatusRecoverableError, "the pipeline holds a delivery: the call has not returned for 30s")
		assert.InDelta(t, 45, w.gauge("delivery_held"), 3)
		w.wait(2 * time.Minute)
		w.requireStatus(componentstatus.StatusRecoverableError, "2m30s")
		assert.Equal(t, 1, w.logged("has held a delivery"))
		w.wait(5 * time.Minute)
		w.requireStatus(componentstatus.StatusOK, "")
		assert.Zero(t, w.gauge("delivery_held"))
		w.requireEach(far)
	})
}

// What was accepted is stored while the position waits: a crash repeats none of it.
func TestAcceptedEventsAreStoredWhileThePositionWaits(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		far := w.branches("far")[0]
		w.happened(100, time.Hour)
		far.set(func(b *branch) { b.poison[w.all()[50]] = true })
		w.start()
		w.wait(20 * time.Second) // the others were accepted, and the suspect waits
		// What the receiver stores while it stops does not reach the next one.
		left := checkpoint.NewMemory()
		for _, key := range []string{"position", "seen/0", "seen/1", "seen/2", "seen/3"} {
			value, err := w.storage.Get(t.Context(), key)
			require.NoError(t, err)
			require.NoError(t, left.Set(t.Context(), key, value))
		}
		w.stop()
		w.storage = left
		w.start()
		w.wait(10 * time.Minute)
		assert.Zero(t, far.repeated())
		w.requireEach(far, w.all()[50])
	})
}
