// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

// end is when the receiver first started, and not when Okta first answered well.
func TestEndIsTheFirstStart(t *testing.T) {
	for name, tc := range map[string]struct {
		startAt string
		before  int // events of before the start that are wanted
	}{
		"end":       {poll.StartAtEnd, 0},
		"look-back": {"-1h", 5},
	} {
		for _, skew := range []time.Duration{0, 3 * day, -3 * day} {
			for _, check := range []string{checkOff, checkWarn} {
				for _, restarts := range []int{0, 3} {
					t.Run(fmt.Sprint(name, " ", skew, " ", check, " ", restarts), func(t *testing.T) {
						inWorld(t, oktatest.Options{Skew: skew}, func(t *testing.T, w *world) {
							w.cfg.StartAt, w.cfg.StartupCheck = tc.startAt, check
							w.happened(5, 90*time.Minute)
							w.happened(5, 50*time.Minute)
							w.wait(5 * time.Second)
							w.cfg.APIToken = "00wrong"
							w.start()
							w.wait(5 * time.Second)
							w.happen(1)
							for range restarts {
								w.stop()
								w.wait(5 * time.Minute)
								w.happen(1)
								w.start()
								w.wait(time.Minute)
							}
							w.stop()
							w.cfg.APIToken = oktatest.DefaultToken
							w.start()
							w.wait(2 * time.Minute)
							w.happen(1)
							w.wait(2 * time.Minute)
							assert.Equal(t, w.all()[10-tc.before:], w.sink.uuids())
						})
					})
				}
			}
		}
	}
}

// A collector that startup_check keeps from starting is started again and again.
func TestEndIsTheFirstStartThatFailed(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt, w.cfg.StartupCheck, w.cfg.APIToken = poll.StartAtEnd, checkFail, "00wrong"
		for range 3 {
			require.Error(t, w.tryStart())
			w.wait(30 * time.Second)
			w.happen(1)
		}
		w.cfg.APIToken = oktatest.DefaultToken
		w.start()
		w.wait(time.Minute)
		w.requireAllOnce()
	})
}

// The start for an org that was polled before does not count for a further one.
func TestEndIsTheFirstStartForAFurtherOrg(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt = poll.StartAtEnd
		w.start()
		w.wait(time.Minute)
		w.stop()
		w.happen(5)
		w.wait(time.Hour)
		w.cfg.OrgURL, w.cfg.StartupCheck, w.cfg.APIToken = "https://further.okta.com", checkFail, "00wrong"
		for range 3 {
			require.Error(t, w.tryStart())
			w.wait(30 * time.Second)
			w.happen(1)
		}
		w.cfg.APIToken = oktatest.DefaultToken
		w.start()
		w.wait(time.Minute)
		assert.Equal(t, w.all()[5:], w.sink.uuids())
	})
}

// The first start counts for the first position only.
func TestEndIsNowWhenTheStorageWasEmptied(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt = poll.StartAtEnd
		w.start()
		w.wait(time.Minute)
		require.NoError(t, w.poller().Stop(t.Context()))
		w.happen(5)
		w.wait(time.Hour)
		for _, key := range []string{"position", "started"} {
			require.NoError(t, w.storage.Delete(t.Context(), key))
		}
		w.poller().Start() // as a standby that becomes the leader does
		w.wait(time.Minute)
		w.happen(2)
		w.wait(time.Minute)
		assert.Equal(t, w.all()[5:], w.sink.uuids())

		started, err := checkpoint.ReadStarted(t.Context(), w.storage, "acme.okta.com")
		require.NoError(t, err)
		assert.True(t, started.Begun)
	})
}

func TestAStartAtInTheFutureIsRefused(t *testing.T) {
	inWorld(t, oktatest.Options{Skew: 3 * day}, func(t *testing.T, w *world) {
		w.cfg.StartAt = w.org.Now().Add(90 * time.Second).UTC().Format(time.RFC3339)
		w.start()
		w.wait(70 * time.Second)
		w.happen(3)
		assert.Equal(t, 1, w.logged("start_at is in the future on Okta's clock, polling does not begin before it"))
		w.requireStatus(componentstatus.StatusRecoverableError, "start_at: start_at is in the future")
		assert.Empty(t, w.sinces(), "nothing is asked for from there")

		// When the time has come polling begins.
		w.wait(time.Minute)
		w.requireStatus(componentstatus.StatusOK, "")
		assert.Equal(t, 1, w.logged("The time in start_at has come"))
		w.happen(3)
		w.wait(time.Minute)
		assert.Equal(t, w.all()[3:], w.sink.uuids())
	})
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt = w.org.Now().Add(365 * day).UTC().Format(time.RFC3339)
		w.start()
		w.wait(time.Hour)
		assert.Equal(t, 1, w.logged("start_at is in the future on Okta's clock"), "once, however often it is looked at")
		assert.Less(t, len(w.org.Requests()), 65, "once a minute")
		w.happen(3)
		w.cfg.StartAt = poll.StartAtBeginning
		w.start()
		w.wait(time.Minute)
		w.requireAllOnce()
	})
}

func TestTheCheckFailsForAStartAtInTheFuture(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt, w.cfg.StartupCheck = w.org.Now().Add(365*day).UTC().Format(time.RFC3339), checkFail
		w.happen(1)
		err := w.tryStart()
		require.ErrorContains(t, err, "start_at is in the future, polling does not begin before it: set start_at to a time that has passed")

		var failed []string
		assert.False(t, Check(t.Context(), w.cfg, w.settings(), w, func(step connection.Step) {
			if step.Result == connection.Failed {
				failed = append(failed, step.Name)
			}
		}))
		assert.Equal(t, connection.StartAt, strings.Join(failed, ", "))
	})
}
