// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

const day = 24 * time.Hour

// wrongTimes are answers that tell a time which is wrong, once.
var wrongTimes = map[string]fault.Fault{
	"a Date two years ahead":         fault.DateOff(2 * 365 * day),
	"a Date one day ahead":           fault.DateOff(day),
	"a Date far in the past":         fault.DateOff(-5 * 365 * day),
	"a reset in a year, no Date":     fault.Together(fault.OmitDate(), fault.ResetOff(365*day)),
	"a reset years ago, no Date":     fault.Together(fault.OmitDate(), fault.ResetOff(-5*365*day)),
	"a Date one day ahead, no reset": fault.Together(fault.DateOff(day), fault.BadRateHeaders()),
}

// sinces are the since parameters of all requests that follow the log.
func (w *world) sinces() (all []time.Time) {
	w.t.Helper()
	for _, request := range w.org.Requests() {
		u, err := url.Parse(request.URL)
		require.NoError(w.t, err)
		if since := u.Query().Get("since"); since != "" && !u.Query().Has("until") {
			at, err := time.Parse(time.RFC3339, since)
			require.NoError(w.t, err)
			all = append(all, at)
		}
	}
	return all
}

// One answer with a wrong time must move neither the beginning nor a rewind, whichever answer it is.
func TestNoEventIsSkippedAfterAWrongTime(t *testing.T) {
	for name, wrong := range wrongTimes {
		for _, skew := range []time.Duration{0, -3 * day, 3 * day} {
			for _, nth := range []int{0, 1, 2} {
				t.Run(name, func(t *testing.T) {
					inWorld(t, oktatest.Options{Skew: skew}, func(t *testing.T, w *world) {
						w.cfg.StartAt = poll.StartAtEnd
						w.happened(5, 10*day)
						for range nth {
							w.org.Inject(fault.UnsolicitedRetryAfter("1"))
						}
						w.org.Inject(wrong)
						began := w.org.Now()
						w.start()
						w.wait(20 * time.Second)
						w.happen(10)
						w.wait(time.Minute)
						assert.Equal(t, w.all()[5:], w.sink.uuids())

						// The cursor is refused, and so polling rewinds, with a wrong time in between.
						w.org.Inject(fault.PositionRefused(""), fault.PositionRefused(""), wrong, wrong)
						w.wait(5 * time.Minute)
						w.happen(10)
						w.wait(5 * time.Minute)
						assert.Equal(t, w.all()[5:], w.sink.uuids())
						for _, since := range w.sinces() {
							assert.False(t, since.After(began.Add(time.Minute)), "%s, begun at %s", since, began)
						}
						assert.Positive(t, w.logged("An answer tells a time that contradicts"))
						assert.Positive(t, w.logged("The answers agree on the time again"))
					})
				})
			}
		}
	}
}

// Where each Date is years ago, and the rate limit windows tell another time than this machine, what is delivered looks
// old. It is known all the same when polling comes upon it again.
func TestEventsThatWereDeliveredAtAWrongTimeAreNotRepeated(t *testing.T) {
	inWorld(t, oktatest.Options{Skew: 10 * time.Minute}, func(t *testing.T, w *world) {
		w.start()
		w.wait(time.Minute)
		w.stop()
		w.org.InjectAlways(fault.DateOff(-3 * 365 * day))
		w.start()
		w.wait(5 * time.Minute)
		w.happen(10)
		w.wait(5 * time.Minute)
		w.org.ClearFaults()
		w.wait(10 * time.Minute)
		w.happen(3)
		w.wait(10 * time.Minute)
		w.requireAllOnce()
		w.stop()
		w.cfg.PageSize = 5
		w.start()
		w.wait(10 * time.Minute)
		assert.Positive(t, w.logged("Polling rewinds"))
		w.requireAllOnce()
	})
}

// Okta's clock, or the one of the machine, moves by a day for good.
func TestAClockThatMovesForGoodIsFollowed(t *testing.T) {
	for _, moved := range []time.Duration{day, -day} {
		inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
			w.start()
			w.wait(time.Minute)
			w.org.SetSkew(moved)
			w.org.InjectAlways(fault.BadRateHeaders())
			w.wait(5 * time.Minute)
			assert.InDelta(t, moved.Seconds(), w.gauge("clock_offset"), 2)
			w.happen(3)
			w.wait(time.Minute)
			w.requireAllOnce()
			assert.Equal(t, 1, w.logged("An answer tells a time that contradicts"))
		})
	}
}

// A proxy that sets each Date a day ahead leaves the rate limit windows, which tell the time.
func TestAProxyThatSetsEachDateWrongIsNotFollowed(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.StartAt = poll.StartAtEnd
		w.org.InjectAlways(fault.DateOff(day))
		w.start()
		w.wait(time.Minute)
		w.happen(10)
		w.wait(time.Minute)
		w.requireAllOnce()
		for _, line := range w.logs.All() {
			assert.False(t, strings.Contains(line.Message, "The local clock differs"), line.Message)
		}
	})
}
