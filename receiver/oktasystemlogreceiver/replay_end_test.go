// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// happenedApart appends n events that were published some time ago, at an interval, each persisted at once.
func (w *world) happenedApart(n int, ago, interval time.Duration) {
	then := w.org.Now().Add(-ago)
	w.org.AppendAt(then, w.generator.Events(n, then, interval)...)
}

// confirmations is how many requests have asked whether a replay has ended.
func (w *world) confirmations() int { return w.requestsWith("sortOrder=DESCENDING") }

const missingLink = "An answer without a next link was not the last one of the replay"

// The end takes one request more than the pages do, and two more where nothing was read.
func TestReplayConfirmsItsEnd(t *testing.T) {
	for name, tc := range map[string]struct{ events, pages, asked int }{
		"a short last page": {25, 3, 1},
		"a full last page":  {30, 3, 1},
		"an event":          {1, 1, 1},
		"nothing":           {0, 1, 3},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				w.happenedApart(tc.events, 3*time.Hour, time.Second)
				w.happened(3, time.Hour)
				w.replay(4*time.Hour, 2*time.Hour)
				w.start()
				w.wait(time.Minute)
				w.requireReplayed(0, tc.events)
				require.Equal(t, tc.asked, w.confirmations())
				require.Equal(t, tc.pages, w.requestsWith("sortOrder=ASCENDING"))
				require.Zero(t, w.logged(missingLink))
				w.requireRest()
			})
		})
	}
}

// A proxy that removes the next link, and leaves the self link, makes every page look like the last one: the replay
// goes on by the time of the newest event, whatever the pages are like.
func TestReplayReadsAllWithoutNextLinks(t *testing.T) {
	for name, tc := range map[string]struct {
		opts     oktatest.Options
		interval time.Duration
	}{
		"a second apart":           {oktatest.Options{}, time.Second},
		"a millisecond apart":      {oktatest.Options{}, time.Millisecond},
		"three in a millisecond":   {oktatest.Options{}, time.Millisecond / 3},
		"short pages":              {oktatest.Options{MaxPage: 4}, time.Second},
		"links in one header line": {oktatest.Options{FoldLinks: true}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, tc.opts, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				w.happenedApart(100, 3*time.Hour, tc.interval)
				w.happened(5, time.Hour)
				w.replay(4*time.Hour, 2*time.Hour)
				w.org.InjectAlways(fault.MissingNext())
				w.start()
				w.wait(10 * time.Minute)
				w.requireReplayed(0, 100)
				require.Equal(t, 1, w.logged(missingLink))
				require.Zero(t, w.metric("position_rewinds"))
				w.requireRest()
			})
		})
	}
}

// One page without its link costs nothing but two requests.
func TestReplayGoesOnBehindAPageWithoutItsLink(t *testing.T) {
	for asked := range 6 {
		inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit}, func(t *testing.T, w *world) {
			w.cfg.PageSize = 10
			w.happenedApart(45, 3*time.Hour, time.Second)
			w.replay(4*time.Hour, 2*time.Hour)
			pages := 0
			removeNext := rewriteLinks(func(string) string { return "" }) //nolint:bodyclose // the client closes it
			w.behind(&proxy{answer: func(r *http.Request, resp *http.Response) {
				if strings.Contains(r.URL.RawQuery, "since=") {
					if pages++; pages == asked+1 {
						removeNext(r, resp)
					}
				}
			}})
			w.start()
			w.wait(time.Minute)
			w.requireReplayed(0, 45)
			removed, followed := 0, 0
			if asked < 4 { // the others have none
				removed = 1
			}
			if asked < 3 { // behind the fourth comes the last one
				followed = 1
			}
			require.Equal(t, removed, w.logged(missingLink))
			require.Equal(t, 1+removed, w.confirmations())
			require.Equal(t, followed, w.logged("The pages of the replay have next links again"))
			w.requireRest()
		})
	}
}

// Where more events than a page holds have one time, there is no way on without links: that is named, is asked for less
// and less often, and heals by itself.
func TestReplayThatComesNoFurtherWithoutNextLinks(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happenedApart(15, 3*time.Hour, time.Second)
		w.happened(25, 150*time.Minute)
		w.happenedApart(15, 145*time.Minute, time.Second)
		w.replay(4*time.Hour, 2*time.Hour)
		w.org.InjectAlways(fault.MissingNext())
		w.start()
		w.wait(5 * time.Hour)
		require.False(t, w.ended())
		w.requireStatus(componentstatus.StatusRecoverableError, "misdirected: an answer has no next link, and there are events behind it")
		require.Less(t, len(w.sink.uuids()), 55)
		require.Less(t, len(w.org.Requests()), 40)
		w.org.ClearFaults()
		w.wait(2 * time.Hour)
		w.requireReplayed(0, 55)
		w.requireRest()
	})
}

// That a replay has ended is stored when it is confirmed, and not before: a crash in between confirms it again.
func TestReplayThatIsNotConfirmedHasNotEnded(t *testing.T) {
	for name, opts := range map[string]oktatest.Options{"full pages": {}, "short pages": {MaxPage: 3}} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, opts, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				w.happenedApart(30, 3*time.Hour, time.Second)
				w.replay(4*time.Hour, 2*time.Hour)
				p := w.behind(&proxy{request: func(r *http.Request) *http.Response {
					if strings.Contains(r.URL.RawQuery, "DESCENDING") {
						return &http.Response{StatusCode: 503, Body: http.NoBody, Header: http.Header{}, Request: r}
					}
					return nil
				}})
				for range 3 {
					w.start()
					w.wait(10 * time.Minute)
					require.False(t, w.ended())
					w.requireReplayed(0, 30)
				}
				p.off.Store(true)
				w.start()
				w.wait(time.Minute)
				w.requireReplayed(0, 30)
				require.Equal(t, 1, w.confirmations())
				w.requireRest()
			})
		})
	}
}

// A credential that may not see events gets answers without any, and with links as of an end.
func TestReplayDoesNotEndWhereTheCredentialSeesNothing(t *testing.T) {
	for name, before := range map[string]time.Duration{"from the beginning": 0, "after some pages": 3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit, PageLatency: time.Second}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				w.happenedApart(100, 3*time.Hour, time.Second)
				w.replay(4*time.Hour, 2*time.Hour)
				if before == 0 {
					w.org.SetToken(oktatest.DefaultToken, oktatest.TokenSeesNothing)
				}
				w.start()
				w.wait(before)
				w.org.SetToken(oktatest.DefaultToken, oktatest.TokenSeesNothing)
				w.wait(3 * time.Hour)
				require.False(t, w.ended())
				w.requireStatus(componentstatus.StatusRecoverableError, "give its admin, or the service app, the Read-only Administrator role")
				w.org.SetToken(oktatest.DefaultToken, oktatest.TokenValid)
				w.wait(30 * time.Minute)
				w.requireReplayed(0, 100)
				w.requireRest()
			})
		})
	}
}

// A credential that comes to see events again, whichever request is under way then, does not make an empty answer from
// before look like one of a range without events.
func TestReplayDoesNotEndWhereTheCredentialSeesAgain(t *testing.T) {
	for after := time.Duration(0); after < 8*time.Second; after += 500 * time.Millisecond {
		t.Run(after.String(), func(t *testing.T) {
			inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit, PageLatency: time.Second}, func(t *testing.T, w *world) {
				w.cfg.StartupCheck = checkOff
				w.happenedApart(100, 3*time.Hour, time.Second)
				w.replay(4*time.Hour, 2*time.Hour)
				w.org.SetToken(oktatest.DefaultToken, oktatest.TokenSeesNothing)
				w.start()
				w.wait(after)
				w.org.SetToken(oktatest.DefaultToken, oktatest.TokenValid)
				w.wait(30 * time.Minute)
				w.requireReplayed(0, 100)
				w.requireRest()
			})
		})
	}
}

// What has no uuid is not known again: it was read where its time was.
func TestReplayEndsBehindEventsWithoutUUID(t *testing.T) {
	for name, links := range map[string][]fault.Fault{"links": nil, "no next links": {fault.MissingNext()}} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				w.happenedApart(25, 3*time.Hour, time.Second)
				last := w.org.Now().Add(-150 * time.Minute)
				w.org.AppendAt(last, w.generator.Broken(last), w.generator.Broken(last))
				w.replay(4*time.Hour, 2*time.Hour)
				for _, met := range links {
					w.org.InjectAlways(met)
				}
				w.start()
				w.wait(time.Hour)
				require.Subset(t, w.sink.uuids(), w.all()[:25])
				w.requireRest()
			})
		})
	}
}
