// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// Links that were changed on the way never pass for the end.
func TestReplayDoesNotEndWhereLinksAreChanged(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(*http.Request, *http.Response)
		says   string
	}{
		"no link": {func(_ *http.Request, resp *http.Response) { resp.Header.Del("Link") }, "neither a next link nor a self link"},
		"a link to the page itself": {func(r *http.Request, resp *http.Response) {
			resp.Header["Link"] = []string{`<https://acme.okta.com` + r.URL.RequestURI() + `>; rel="next"`}
		}, "the next link leads back to the page"},
		"a link without until": {func(_ *http.Request, resp *http.Response) {
			for i, line := range resp.Header["Link"] {
				resp.Header["Link"][i] = strings.Replace(line, "until=", "before=", 1)
			}
		}, "has lost the until of the request"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				w.happened(35, 3*time.Hour)
				w.replay(4*time.Hour, 2*time.Hour)
				answer := tc.answer
				p := w.behind(&proxy{answer: func(r *http.Request, resp *http.Response) {
					if strings.Contains(r.URL.RawQuery, "since=") {
						answer(r, resp)
					}
				}})
				w.start()
				w.wait(10 * time.Minute)
				w.requireStatus(componentstatus.StatusRecoverableError, tc.says)
				require.False(t, w.ended())
				require.Empty(t, w.sink.uuids())
				p.off.Store(true)
				w.wait(5 * time.Minute)
				w.requireReplayed(0, 35)
				w.requireRest()
			})
		})
	}
}

func TestReplayIsResumedAfterRestarts(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit, PageLatency: 300 * time.Millisecond}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(500, 3*time.Hour)
		w.happened(5, time.Hour)
		w.replay(4*time.Hour, 2*time.Hour)
		w.start()
		for n := range 20 {
			w.wait(time.Duration(n) * 137 * time.Millisecond)
			w.start()
		}
		require.Positive(t, w.logged("The replay resumes from the stored position"))
		w.wait(time.Minute)
		w.requireReplayed(0, 500)
		w.requireRest()
	})
}

// A far end that is away, or a storage, changes nothing but the time.
func TestReplayWaitsForThePipelineAndTheStorage(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(95, 3*time.Hour)
		w.replay(4*time.Hour, 2*time.Hour)
		stored := &flakyStorage{Client: w.storage}
		w.storage = stored
		w.sink.refuses(func(context.Context, int) error { return errors.New("503") })
		w.start()
		w.wait(3 * time.Hour)
		require.False(t, w.ended())
		w.sink.refuses(func(_ context.Context, call int) error {
			if call%3 == 0 {
				stored.fail(errors.New("no space left on device"))
			}
			return nil
		})
		w.wait(10 * time.Minute)
		require.False(t, w.ended())
		w.sink.refuses(nil)
		stored.fail(nil)
		w.wait(10 * time.Minute)
		w.requireReplayed(0, 95)
		w.requireRest()
	})
}

// A rewind stays within the range: since moves, and until stays.
func TestReplayRewindsWithinTheRange(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit, PageLatency: time.Second}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		for n := range 10 {
			w.happened(30, 30*time.Hour-time.Duration(n)*time.Hour)
		}
		w.happened(5, time.Hour)
		w.replay(40*time.Hour, 2*time.Hour)
		w.start()
		w.wait(20 * time.Second)
		w.org.RefusePositions("")
		w.wait(time.Minute)
		w.requireReplayed(0, 300)
		require.EqualValues(t, 1, w.metric("position_rewinds"))
		until := "until=" + strings.ReplaceAll(w.cfg.EndAt[:len(w.cfg.EndAt)-1], ":", "%3A") + ".000Z"
		asked := w.requestsWith("since=")
		require.Equal(t, asked, w.requestsWith(until), "until stays")
		require.True(t, w.lastSince().After(w.org.Now().Add(-31*time.Hour)), "since moves")
		w.requireRest()
	})
}

func TestReplayWithoutStorageIsReadAgainAfterARestart(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.Storage = nil
		w.happened(15, 3*time.Hour)
		w.replay(4*time.Hour, 2*time.Hour)
		w.start()
		w.wait(time.Minute)
		w.requireReplayed(0, 15)
		w.requireRest()
		w.start()
		w.wait(time.Minute)
		require.Len(t, w.sink.uuids(), 30)
		w.requireRest()
	})
}

// The end may come while events of the page before are still refused: it is noted with the last of them. Where no
// other event is left that could show that it is the event, the replay does not end, unless permanent_errors says that
// it may.
func TestReplayEndsWhereEventsAreGivenUp(t *testing.T) {
	for _, poisoned := range [][]int{{0}, {9}, {3, 11}, {17}, {18, 19}, {20}, {3, 24}} {
		inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
			w.cfg.PageSize = 10
			far := w.branches("siem")[0]
			w.happened(25, 3*time.Hour)
			w.happened(5, time.Hour)
			all := w.all()
			var without []string
			for _, n := range poisoned {
				far.poison[all[n]] = true
				without = append(without, all[n])
			}
			w.replay(4*time.Hour, 2*time.Hour)
			w.start()
			w.wait(time.Hour)
			require.Len(t, far.accepted, 25-len(poisoned), "%v", poisoned)
			for _, uuid := range without {
				require.Zero(t, far.accepted[uuid])
			}
			if poisoned[len(poisoned)-1] >= 20 { // on the last page
				require.False(t, w.ended())
				w.requireStatus(componentstatus.StatusRecoverableError, "the pipeline refuses")
				w.cfg.PermanentErrors = permanentDrop
				w.start()
				w.wait(time.Minute)
			}
			require.Zero(t, far.repeated())
			w.requireRest()
		})
	}
}

func TestReplayWithALease(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit, PageLatency: 300 * time.Millisecond}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(200, 3*time.Hour)
		w.happened(5, time.Hour)
		w.replay(4*time.Hour, 2*time.Hour)
		replicas, electors, stored := w.replicas(2)
		for _, r := range replicas {
			defer r.end()
			r.start()
		}
		for n := range 6 {
			electors[n%2].gain()
			w.wait(2 * time.Second)
			electors[n%2].lose()
			w.wait(time.Second)
		}
		electors[0].gain()
		w.wait(time.Minute)
		w.requireReplayed(0, 200)
		replicas[0].requireRest()
		require.EqualValues(t, 1, replicas[0].gauge("leader"), "it holds the lease while it rests")
		require.Equal(t, 1, w.logged("The replay has ended, the receiver rests"))

		electors[0].lose()
		synctest.Wait()
		require.False(t, replicas[0].ended(), "it stands by")
		w.wait(time.Second)
		require.Nil(t, stored.held.Load())
		electors[1].gain()
		w.wait(time.Second)
		replicas[1].requireRest()
		require.Positive(t, w.logged("The replay has ended in an earlier run"))
		w.requireReplayed(0, 200)
	})
}
