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
	"go.uber.org/zap/zapcore"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// statuses are what a poller has reported.
type statuses struct {
	mu     sync.Mutex
	events []*componentstatus.Event
}

func (s *statuses) report(event *componentstatus.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, event)
}

func (s *statuses) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.events)
}

// requireStatus asserts what was reported last: a status, and what its error begins with.
func (w *world) requireStatus(status componentstatus.Status, says string) {
	w.t.Helper()
	w.status.mu.Lock()
	defer w.status.mu.Unlock()
	require.NotEmpty(w.t, w.status.events, "nothing was reported")
	last := w.status.events[len(w.status.events)-1]
	require.Equal(w.t, status.String(), last.Status().String())
	if says != "" {
		require.ErrorContains(w.t, last.Err(), says)
	}
}

func TestStatusNamesWhatFailsAndThatItWorksAgain(t *testing.T) {
	refuse := func(w *world, err error) {
		w.sink.refuses(func(context.Context, int) error { return err })
	}
	outages := map[string]struct {
		begin, end func(w *world)
		says       string
	}{
		"unauthorized": {
			begin: func(w *world) { w.org.SetToken(oktatest.DefaultToken, oktatest.TokenInvalid) },
			end:   func(w *world) { w.org.SetToken(oktatest.DefaultToken, oktatest.TokenValid) },
			says:  "unauthorized: okta answered 401",
		},
		"forbidden": {
			begin: func(w *world) { w.org.SetToken(oktatest.DefaultToken, oktatest.TokenWithoutRole) },
			end:   func(w *world) { w.org.SetToken(oktatest.DefaultToken, oktatest.TokenValid) },
			says:  "forbidden: okta answered 403",
		},
		"unreachable": {
			begin: func(w *world) { w.org.InjectAlways(fault.ResetBeforeAnswer()) },
			end:   func(w *world) { w.org.ClearFaults() },
			says:  "unavailable: no answer from okta",
		},
		"rate limited": {
			begin: func(w *world) { w.org.InjectAlways(fault.RateLimited(40 * time.Second)) },
			end:   func(w *world) { w.org.ClearFaults() },
			says:  "rate_limited: okta answered 429",
		},
		"wrong address": {
			begin: func(w *world) { w.org.InjectAlways(fault.Status(404, fault.OktaError("E0000008", ""))) },
			end:   func(w *world) { w.org.ClearFaults() },
			says:  "misdirected: okta answered 404",
		},
		"downstream refuses": {
			begin: func(w *world) { refuse(w, errors.New("queue is full")) },
			end:   func(w *world) { refuse(w, nil) },
			says:  "the pipeline refuses events: queue is full",
		},
		"storage fails": {
			begin: func(w *world) { w.storage.(*flakyStorage).fail(errors.New("no space left on device")) },
			end:   func(w *world) { w.storage.(*flakyStorage).fail(nil) },
			says:  "the storage fails: ",
		},
	}
	for name, outage := range outages {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.storage = &flakyStorage{Client: w.storage}
				w.happened(10, time.Hour)
				w.start()
				w.wait(time.Minute)
				require.Zero(t, w.status.count(), "nothing changes, nothing is reported")

				outage.begin(w)
				w.happen(10)
				w.wait(10 * time.Minute)
				w.requireStatus(componentstatus.StatusRecoverableError, outage.says)
				assert.Equal(t, 1, w.status.count(), "however often it is tried again")

				outage.end(w)
				w.wait(5 * time.Minute)
				w.requireStatus(componentstatus.StatusOK, "")
				assert.Equal(t, 2, w.status.count())
				w.requireAllOnce()
			})
		})
	}
}

// Events that are lost are one problem with one line and one status, however many pages they fill.
func TestStatusTellsOfEventsThatAreDropped(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PermanentErrors = permanentDrop
		w.happened(10, time.Hour)
		w.start()
		w.wait(time.Minute)
		w.sink.refuses(func(context.Context, int) error { return errors.New("queue is full") })
		w.happen(1)
		w.wait(time.Minute)
		w.requireStatus(componentstatus.StatusRecoverableError, "the pipeline refuses events: queue is full")

		w.sink.refuses(func(context.Context, int) error { return consumererror.NewPermanent(errors.New("no logs endpoint")) })
		for range 5 {
			w.happen(1)
			w.wait(2 * time.Minute)
		}
		w.requireStatus(componentstatus.StatusRecoverableError, "the pipeline drops events: ")
		assert.Equal(t, 2, w.status.count(), "one for each cause")
		lines := w.logs.FilterMessage("The pipeline refuses events for good, they are dropped").All()
		require.Len(t, lines, 1)
		assert.Equal(t, zapcore.ErrorLevel, lines[0].Level)
		assert.EqualValues(t, 6, w.metric("events_dropped"))

		w.sink.refuses(nil)
		w.happen(1)
		w.wait(time.Minute)
		w.requireStatus(componentstatus.StatusOK, "")
		assert.Equal(t, 1, w.logged("The pipeline accepts events again"))
	})
}

// A gateway whose answers differ from try to try is one problem.
func TestStatusDoesNotFlapWithTheGatewaysAnswers(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(10, time.Hour)
		w.start()
		w.wait(time.Minute)
		for range 5 {
			w.org.Inject(fault.Status(502, fault.HTMLPage), fault.Status(503, fault.NoBody), fault.Status(500, fault.OktaError("E0000009", "")))
		}
		w.wait(5 * time.Minute)
		w.requireStatus(componentstatus.StatusRecoverableError, "unavailable: okta answered 502")
		assert.Equal(t, 1, w.status.count())
		assert.Equal(t, 1, w.logged("Okta sends no events"))
		w.wait(30 * time.Minute)
		w.requireStatus(componentstatus.StatusOK, "")
		assert.Equal(t, 2, w.status.count())
	})
}

// One line says how polling begins: the org, the credential, where and why, how often and how gently.
// Nothing is said of polls and events.
func TestLogSaysOnceHowPollingBeginsAndThenNothing(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt = "-24h"
		w.happened(10, time.Hour)
		requireLine := func(message string, level zapcore.Level, further ...string) {
			t.Helper()
			require.Equal(t, 1, w.logs.Len(), w.logs.All())
			line := w.logs.TakeAll()[0]
			assert.Contains(t, line.Message, message)
			assert.Equal(t, level, line.Level)
			said := line.ContextMap()
			assert.Equal(t, acme.Host, said["org"])
			assert.Equal(t, "api_token", said["credential"])
			assert.Equal(t, 10*time.Second, said["poll_interval"])
			assert.InDelta(t, 0.2, said["rate_limit_reserve"], 0)
			for _, field := range further {
				assert.NotEmpty(t, said[field], field)
			}
		}
		w.start()
		w.wait(time.Minute)
		requireLine("Polling begins at start_at, no position is stored", zapcore.WarnLevel, "start_at", "since")
		for range 60 {
			w.happen(3)
			w.wait(time.Minute)
		}
		assert.Empty(t, w.logs.All(), "an hour of polls and events")
		w.requireAllOnce()
		w.stop()
		w.start()
		w.wait(time.Hour)
		requireLine("Polling resumes from the stored position, start_at does not apply", zapcore.InfoLevel, "newest_event")
	})
}

func TestStatusIsOKOnlyWhenNothingFails(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(_ *testing.T, w *world) {
		flaky := &flakyStorage{Client: w.storage}
		w.storage = flaky
		w.happened(10, time.Hour)
		w.start()
		w.wait(time.Minute)

		w.org.InjectAlways(fault.ResetBeforeAnswer())
		w.wait(time.Minute)
		w.requireStatus(componentstatus.StatusRecoverableError, "unavailable: ")
		flaky.fail(errors.New("no space left on device"))
		w.org.ClearFaults()
		w.happen(3)
		w.wait(2 * time.Minute)
		w.requireStatus(componentstatus.StatusRecoverableError, "the storage fails: ")
		flaky.fail(nil)
		w.wait(5 * time.Minute)
		w.requireStatus(componentstatus.StatusOK, "")
	})
}
