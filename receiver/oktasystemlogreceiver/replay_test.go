// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// replay makes the configuration one of a replay that reads from some time ago up to some time ago.
func (w *world) replay(from, to time.Duration) {
	now := w.org.Now()
	w.cfg.StartAt, w.cfg.EndAt = now.Add(-from).UTC().Format(time.RFC3339), now.Add(-to).UTC().Format(time.RFC3339)
	require.NoError(w.t, w.cfg.Validate())
}

// ended reports whether the component status tells that the replay has ended.
func (w *world) ended() bool {
	w.status.mu.Lock()
	defer w.status.mu.Unlock()
	if len(w.status.events) == 0 {
		return false
	}
	last := w.status.events[len(w.status.events)-1]
	value, _ := last.Attributes().Get(telemetry.ReplayAttribute)
	return last.Status() == componentstatus.StatusOK && value.Str() == telemetry.ReplayEnded
}

// requireReplayed asserts that the events of the org from one index up to another were delivered once and in order, and
// nothing else was.
func (w *world) requireReplayed(from, to int) {
	w.t.Helper()
	got := w.sink.uuids()
	require.Len(w.t, got, to-from)
	require.True(w.t, slices.Equal(w.all()[from:to], got), "each once and in order")
}

// requireRest asserts that the replay has ended, and that nothing is asked for any more.
func (w *world) requireRest() {
	w.t.Helper()
	require.True(w.t, w.ended())
	asked := len(w.org.Requests())
	w.happen(3)
	w.wait(25 * time.Hour)
	require.Len(w.t, w.org.Requests(), asked, "it rests")
}

func TestReplayReadsTheRangeOnceAndRests(t *testing.T) {
	for name, opts := range map[string]oktatest.Options{
		"full pages":  {},
		"short pages": {MaxPage: 7},
		"one line":    {FoldLinks: true},
		"skewed":      {Skew: 3 * day},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, opts, func(t *testing.T, w *world) {
				w.cfg.PageSize, w.cfg.StartupCheck = 10, checkWarn
				w.happened(20, 6*time.Hour)
				w.happened(30, 4*time.Hour)
				w.happened(15, 3*time.Hour)
				w.happened(20, time.Hour)
				w.replay(5*time.Hour, 2*time.Hour)
				w.start()
				w.wait(time.Minute)
				w.requireReplayed(20, 65)
				require.Equal(t, 1, w.logged("The replay begins"))
				require.Equal(t, 1, w.logged("The replay has ended, the receiver rests"))
				require.Zero(t, w.logged("no position is stored"), "that is no news of a replay")
				w.requireRest()
				for _, r := range w.org.Requests() {
					if strings.Contains(r.URL, "since=") && !strings.Contains(r.URL, "limit=1&") { // that is the check
						require.Contains(t, r.URL, "until=")
					}
				}
				stopping := time.Now()
				w.stop()
				require.Equal(t, stopping, time.Now(), "a shutdown waits for nothing")

				// A restart rests at once, and asks nothing, whatever the credential is by now.
				w.cfg.APIToken, w.cfg.StartupCheck = "00wrong", checkFail
				w.start()
				w.wait(time.Second)
				require.Equal(t, 1, w.logged("The replay has ended in an earlier run"))
				w.requireRest()
				w.requireReplayed(20, 65)
			})
		})
	}
}

func TestReplayOfARangeWithoutEventsEnds(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(5, 6*time.Hour)
		w.replay(5*time.Hour, 2*time.Hour)
		w.start()
		w.wait(time.Minute)
		w.requireRest()
		w.start()
		w.wait(time.Minute)
		w.requireRest()
		assert.Empty(t, w.sink.uuids())
	})
}

// What happened before end_at may be persisted after it.
func TestReplayWaitsForLateEvents(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"it has passed": -30 * time.Minute, "it is to come": 5 * time.Hour} {
		for _, stored := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				inWorld(t, oktatest.Options{Skew: -day}, func(t *testing.T, w *world) {
					if !stored {
						w.cfg.Storage = nil
					}
					w.happened(5, 2*time.Hour)
					w.replay(3*time.Hour, -ahead)
					w.start()
					wait := ahead + time.Hour - time.Minute
					w.wait(wait / 2)
					late := w.generator.Events(3, w.org.Now().Add(-time.Hour), 0)
					w.org.AppendAt(w.org.Now().Add(wait/2), late...)
					w.wait(wait / 2)
					require.Zero(t, w.requestsWith("since="), "it has not begun")
					require.Equal(t, 1, w.logged("The replay begins an hour after end_at"))
					w.requireNoGauge("lag", "position_age")
					require.LessOrEqual(t, len(w.org.Requests()), 8)
					w.wait(10 * time.Minute)
					w.requireReplayed(0, 8)
					w.requireRest()
				})
			})
		}
	}
}

// Each range has a history of its own, beside that of the log.
func TestReplayLeavesOtherHistoriesAlone(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(40, 5*time.Hour)
		w.happened(20, 3*time.Hour)
		w.start() // the log is followed
		w.wait(time.Minute)
		w.requireAllOnce()
		w.stop()
		live := slices.Clone(w.sink.uuids())
		w.happen(5)

		again := func(from, to int) {
			t.Helper()
			w.sink.accepted = nil
			w.start()
			w.wait(time.Minute)
			w.requireReplayed(from, to)
			w.requireRest()
		}
		w.replay(6*time.Hour, 4*time.Hour)
		first := *w.cfg
		again(0, 40)
		again(0, 0)
		w.cfg.EndAt = w.org.Now().Add(-52 * time.Hour).UTC().Format(time.RFC3339)
		require.NoError(t, w.cfg.Validate())
		again(0, 60)
		w.cfg.PageSize = 7
		again(0, 0)
		w.cfg.Q = "nothing that happens"
		again(0, 0)
		require.NotEqual(t, first.EndAt, w.cfg.EndAt)
		w.cfg = &first
		again(0, 0)

		first.EndAt, first.StartAt = "", poll.StartAtEnd
		w.sink.accepted = live
		w.start()
		w.wait(time.Minute)
		w.requireAllOnce()
		require.Equal(t, 1, w.logged("Polling resumes from the stored position"))
	})
}

// A range that holds nothing that Okta keeps is no replay that has ended.
func TestReplayWithNothingToReadIsAnError(t *testing.T) {
	for name, change := range map[string]func(*world){
		"a look-back that is too short": func(w *world) { w.cfg.StartAt = "-1h" },
		"older than what okta keeps":    func(w *world) { w.replay(200*day, 100*day) },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.happened(5, 3*time.Hour)
				w.replay(4*time.Hour, 2*time.Hour)
				change(w)
				w.start()
				w.wait(time.Minute)
				w.requireStatus(componentstatus.StatusRecoverableError, "end_at: no event that okta keeps lies between start_at and end_at")
				require.Equal(t, 1, w.logged("The replay has nothing to read"))
				require.False(t, w.ended())
			})
		})
	}
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(5, 91*day)
		w.happened(5, 89*day)
		w.replay(200*day, 80*day)
		w.start()
		w.wait(time.Minute)
		w.requireReplayed(5, 10)
		w.requireRest()
	})
}

// How old the events of a replay are says nothing about how late they come.
func TestReplayHasNoLag(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(50, 3*time.Hour)
		w.replay(4*time.Hour, 2*time.Hour)
		w.org.Inject(fault.Status(503, fault.NoBody), fault.Status(503, fault.NoBody))
		w.sink.refuses(func(_ context.Context, call int) error {
			if call > 2 && call < 8 {
				return errors.New("503")
			}
			return nil
		})
		w.start()
		w.wait(10 * time.Second)
		require.False(t, w.ended())
		w.requireNoGauge("lag")
		require.Less(t, w.gauge("position_age"), 11.0)
		require.Less(t, w.gauge("replay_progress"), 1.0)
		w.wait(10 * time.Minute)
		w.requireRest()
		w.requireNoGauge("lag", "position_age")
		require.EqualValues(t, 50, w.metric("events_delivered"))
		require.InDelta(t, 1, w.gauge("replay_progress"), 0)
	})
}

func TestProgressOfAReplayIsTheShareOfItsRange(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(10, 7*time.Hour)
		w.happened(10, 4*time.Hour)
		w.replay(8*time.Hour, 3*time.Hour)
		w.sink.refuses(func(_ context.Context, call int) error {
			if call > 1 {
				return errors.New("503")
			}
			return nil
		})
		w.start()
		w.wait(10 * time.Second)
		require.InDelta(t, 1./5, w.gauge("replay_progress"), 0.01)
		w.stop()
		w.start()
		w.wait(10 * time.Second)
		require.InDelta(t, 1./5, w.gauge("replay_progress"), 0.01, "after a restart, too")
	})
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		w.wait(10 * time.Second)
		w.requireNoGauge("replay_progress")
	})
}

func TestRecordsOfReplaysAreMarked(t *testing.T) {
	for name, tt := range map[string]struct{ replays, attribute, marked bool }{
		"replay":               {true, true, true},
		"replay, switched off": {true, false, false},
		"no replay":            {false, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.ReplayAttribute, w.cfg.StartAt = tt.attribute, "-4h"
				w.happened(3, 3*time.Hour)
				if tt.replays {
					w.replay(4*time.Hour, 2*time.Hour)
				}
				w.sink.keep = true
				w.start()
				w.wait(time.Minute)
				require.Len(t, w.sink.uuids(), 3)
				mark, marked := w.sink.logs[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().Get("okta.replay")
				require.Equal(t, tt.marked, marked)
				require.Equal(t, tt.marked, marked && mark.Bool())
			})
		})
	}
}

// requireNoGauge asserts that gauges have no figure.
func (w *world) requireNoGauge(names ...string) {
	w.t.Helper()
	for _, name := range names {
		_, err := w.telemetry.GetMetric("otelcol_okta_systemlog_" + name)
		require.Error(w.t, err, name)
	}
}
