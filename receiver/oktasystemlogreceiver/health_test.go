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

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
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
			begin: func(w *world) { w.org.InjectAlways(oktatest.ResetBeforeAnswer()) },
			end:   func(w *world) { w.org.ClearFaults() },
			says:  "unavailable: no answer from okta",
		},
		"rate limited": {
			begin: func(w *world) { w.org.InjectAlways(oktatest.RateLimited(40 * time.Second)) },
			end:   func(w *world) { w.org.ClearFaults() },
			says:  "rate_limited: okta answered 429",
		},
		"wrong address": {
			begin: func(w *world) { w.org.InjectAlways(oktatest.Status(404, oktatest.OktaError("E0000008", ""))) },
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

func TestStatusIsOKOnlyWhenNothingFails(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(_ *testing.T, w *world) {
		flaky := &flakyStorage{Client: w.storage}
		w.storage = flaky
		w.happened(10, time.Hour)
		w.start()
		w.wait(time.Minute)

		// The storage fails while a page is fetched ahead, which fails too.
		flaky.fail(errors.New("no space left on device"))
		w.org.InjectAlways(oktatest.ResetBeforeAnswer())
		w.wait(time.Minute)
		w.requireStatus(componentstatus.StatusRecoverableError, "unavailable: ")
		w.poller.health.failed(storing, "failing", "the storage fails", "", errors.New("no space left on device"))
		w.requireStatus(componentstatus.StatusRecoverableError, "the storage fails: ")
		w.org.ClearFaults()
		w.poller.health.succeeded(asking)
		w.requireStatus(componentstatus.StatusRecoverableError, "the storage fails: ")
		flaky.fail(nil)
		w.wait(5 * time.Minute)
		w.requireStatus(componentstatus.StatusOK, "")
	})
}
