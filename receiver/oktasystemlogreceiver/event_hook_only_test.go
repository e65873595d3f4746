// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
)

// inHookOnlyWorld is inHookedWorld without a credential.
func inHookOnlyWorld(t *testing.T, hooks eventhooks.Options, test func(*testing.T, *world)) {
	inHookedWorld(t, oktatest.Options{Hooks: hooks}, func(t *testing.T, w *world) {
		w.cfg.APIToken = ""
		require.NoError(t, w.cfg.Validate())
		require.True(t, w.cfg.hookOnly())
		w.start()
		w.hook("user.session.start")
		test(t, w)
		assert.Empty(t, w.org.Requests(), "nobody polls")
	})
}

// signIns makes sign-ins happen, one a second.
func (w *world) signIns(from, to int) {
	for n := from; n < to; n++ {
		w.org.Append(eventOf("user.session.start", n, w.org.Now()))
		w.wait(time.Second)
	}
}

func TestHookOnlyDelivers(t *testing.T) {
	inHookOnlyWorld(t, eventhooks.Options{}, func(t *testing.T, w *world) {
		w.sink.keep = true
		w.signIns(0, 20)
		w.requireNoLoss()
		for _, said := range withoutMark(w.sink.logs) {
			assert.Contains(t, said.attributes, "okta.request.ip_chain", "as a polled event has it")
			assert.NotContains(t, said.attributes, "okta.client.ip_chain")
		}
		assert.Zero(t, marks(w.sink.logs))
		assert.Equal(t, 1, w.logged("events come from the event hook alone"))
	})
}

func TestHookOnlyDeliversOnceAlsoAfterARestart(t *testing.T) {
	inHookOnlyWorld(t, eventhooks.Options{DuplicateEvents: 0.5, DuplicateDeliveries: 0.5, Parallel: 4}, func(t *testing.T, w *world) {
		w.signIns(0, 50)
		w.wait(time.Minute)
		require.NotZero(t, w.sent().Duplicates)
		w.requireAllOnce()
		again := `{"data":{"events":[` + string(eventOf("user.session.start", 7, w.org.Now().Add(-time.Hour)).JSON) + `]}}`
		require.Equal(t, http.StatusOK, w.deliver(again))
		require.Len(t, w.sink.uuids(), 51, "another time is another event")
		w.stop()
		w.start()
		require.Equal(t, http.StatusOK, w.deliver(again))
		require.Equal(t, http.StatusOK, w.deliver(again))
		assert.Len(t, w.sink.uuids(), 51, "the storage remembers it")
	})
}

// announcement is a delivery of one sign-in.
func announcement(n int, made time.Time) string {
	return fmt.Sprintf(`{"eventTime":%q,"data":{"events":[%s]}}`, made.UTC().Format(time.RFC3339Nano), eventOf("user.session.start", n, made).JSON)
}

// Who has captured a delivery and sends it again brings nothing, however much later. Okta's own may be an hour late.
func TestHookOnlyTakesNoReplay(t *testing.T) {
	inHookOnlyWorld(t, eventhooks.Options{}, func(t *testing.T, w *world) {
		captured := announcement(1, w.org.Now())
		require.Equal(t, http.StatusOK, w.deliver(captured))
		for hour := range 60 {
			w.wait(time.Hour)
			require.Equal(t, http.StatusOK, w.deliver(announcement(100+2*hour, w.org.Now())))
			require.Equal(t, http.StatusOK, w.deliver(announcement(101+2*hour, w.org.Now().Add(-90*time.Minute))), "late")
			if status := w.deliver(captured); hour < 24 {
				require.Equal(t, http.StatusOK, status, "it is known")
			} else {
				require.Equal(t, http.StatusConflict, status)
			}
			require.Len(t, w.sink.uuids(), 1+2*(hour+1))
		}
		assert.EqualValues(t, 36, outcomesOf(t, w.telemetry)["replayed"])
		w.stop()
		w.start()
		require.Equal(t, http.StatusConflict, w.deliver(captured), "the storage tells how new the newest was")
	})
}

// A delivery whose time is far ahead refuses none of those that follow.
func TestHookOnlyTakesWhatFollowsATimeThatIsAhead(t *testing.T) {
	inHookOnlyWorld(t, eventhooks.Options{}, func(t *testing.T, w *world) {
		for n := range 4 {
			require.Equal(t, http.StatusOK, w.deliver(announcement(2*n, w.org.Now().AddDate(50, 0, 0))))
			require.Equal(t, http.StatusOK, w.deliver(announcement(2*n+1, w.org.Now().Add(-time.Hour))))
			w.stop()
			w.start()
		}
		assert.Len(t, w.sink.uuids(), 8)
	})
}

func TestHookOnlyAsksForARetryWhenThePipelineRefuses(t *testing.T) {
	inHookOnlyWorld(t, eventhooks.Options{RetryDelay: time.Second}, func(t *testing.T, w *world) {
		w.sink.refuses(func(_ context.Context, call int) error {
			if call%2 == 1 {
				return errors.New("busy")
			}
			return nil
		})
		w.signIns(0, 20)
		w.wait(time.Minute)
		w.requireNoLoss()
		assert.Contains(t, w.sent().Statuses, http.StatusServiceUnavailable)
		assert.LessOrEqual(t, w.logged("Deliveries of the event hook are refused"), 20)
		assert.EqualValues(t, 20, w.metric("events_received"), "a delivery that is repeated counts once")
		assert.EqualValues(t, 20, w.metric("events_delivered"))
	})
}

func TestHookOnlyAnswersInTime(t *testing.T) {
	inHookOnlyWorld(t, eventhooks.Options{}, func(t *testing.T, w *world) {
		release := make(chan struct{})
		w.sink.refuses(func(context.Context, int) error {
			<-release // it does not even look at its context
			return nil
		})
		answers := make(chan int, 3)
		began := time.Now()
		for n := range 3 {
			go func() {
				answers <- w.deliver(fmt.Sprintf(`{"data":{"events":[%s]}}`, eventOf("user.session.start", n, time.Now()).JSON))
			}()
		}
		for range 3 {
			assert.Equal(t, http.StatusServiceUnavailable, <-answers)
		}
		assert.Less(t, time.Since(began), 3*time.Second)
		close(release)
		w.wait(time.Second)
		assert.Len(t, w.sink.uuids(), 1, "the first one was accepted late")
		for n := range 3 {
			assert.Equal(t, http.StatusOK, w.deliver(fmt.Sprintf(`{"data":{"events":[%s]}}`, eventOf("user.session.start", n, began).JSON)))
		}
		assert.Len(t, w.sink.uuids(), 3, "so the retry does not repeat it")
	})
}

func TestHookOnlyDropsWhatIsRefusedForGood(t *testing.T) {
	inHookOnlyWorld(t, eventhooks.Options{}, func(t *testing.T, w *world) {
		w.stop()
		w.cfg.PermanentErrors = permanentDrop
		w.start()
		w.sink.refuses(func(context.Context, int) error { return consumererror.NewPermanent(errors.New("never")) })
		w.signIns(0, 3)
		assert.Equal(t, 3, w.sent().Delivered)
		assert.EqualValues(t, 3, w.metric("events_dropped"))
	})
}

func TestHookOnlyGoesOnWhileTheStorageFails(t *testing.T) {
	inHookOnlyWorld(t, eventhooks.Options{DuplicateDeliveries: 1}, func(t *testing.T, w *world) {
		flaky := &flakyStorage{Client: w.storage}
		w.stop()
		w.storage = flaky
		w.start()
		w.wait(time.Second) // a storage that fails at the start may hold what was delivered: nothing is taken then
		flaky.fail(errors.New("disk full"))
		w.signIns(0, 5)
		flaky.fail(nil)
		w.signIns(5, 10)
		w.wait(time.Minute)
		w.requireAllOnce()
		assert.Equal(t, 1, w.logged("The storage fails"))
	})
}

// With a credential the receiver goes on as a poller, and repeats nothing.
func TestFromHookOnlyToPolling(t *testing.T) {
	inHookedWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.APIToken = ""
		w.start()
		w.hook("user.session.start")
		w.signIns(0, 20)
		w.stop()
		w.cfg.APIToken = oktatest.DefaultToken
		w.org.Append(eventOf("user.account.lock", 20, w.org.Now()))
		w.start()
		w.wait(2 * time.Minute)
		w.requireAllOnce()

		w.stop()
		w.cfg.APIToken = ""
		w.org.Append(eventOf("policy.evaluate_sign_on", 21, w.org.Now()))
		w.start()
		w.wait(2 * time.Hour)
		w.signIns(22, 30)
		w.stop()
		w.cfg.APIToken = oktatest.DefaultToken
		w.start()
		w.wait(2 * time.Minute)
		assert.ElementsMatch(t, w.all(), w.sink.uuids(), "the poll goes on where it was, hours later")
	})
}
