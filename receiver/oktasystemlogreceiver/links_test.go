// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// proxy is something between the receiver and the org that changes answers and requests, while it is on.
type proxy struct {
	next    http.RoundTripper
	request func(*http.Request) *http.Response // an answer in the place of the org's, or nil
	answer  func(*http.Request, *http.Response)
	off     atomic.Bool
}

func (p *proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.off.Load() {
		return p.next.RoundTrip(r)
	}
	if p.request != nil {
		if resp := p.request(r); resp != nil {
			return resp, nil
		}
	}
	resp, err := p.next.RoundTrip(r)
	if err == nil && p.answer != nil {
		p.answer(r, resp)
	}
	return resp, err
}

// behind puts a proxy before the org.
func (w *world) behind(p *proxy) *proxy {
	p.next = w.transport
	w.transport = p
	return p
}

// rewriteLinks changes each next link of an answer.
func rewriteLinks(change func(string) string) func(*http.Request, *http.Response) {
	return func(_ *http.Request, resp *http.Response) {
		for i, line := range resp.Header["Link"] {
			if strings.Contains(line, `rel="next"`) {
				resp.Header["Link"][i] = change(line)
			}
		}
	}
}

// A proxy that strips Link, or makes every next link lead to its own page, is trouble that is named, and heals by
// itself: nothing is missed.
func TestFullPageThatLeadsNowhereIsTroubleAndHeals(t *testing.T) {
	for name, answer := range map[string]func(*http.Request, *http.Response){
		"no link": func(_ *http.Request, resp *http.Response) { resp.Header.Del("Link") },
		"a link to the page itself": func(r *http.Request, resp *http.Response) {
			resp.Header["Link"] = []string{`<https://acme.okta.com` + r.URL.RequestURI() + `>; rel="next"`}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				p := w.behind(&proxy{answer: answer})
				w.cfg.PageSize = 10
				w.happened(35, time.Hour)
				w.start()
				w.wait(10 * time.Minute)
				w.requireStatus(componentstatus.StatusRecoverableError, "misdirected: okta answered 200 OK: a full page has no next link")
				lines := w.logs.FilterMessageSnippet("Okta sends no events").All()
				require.Len(t, lines, 1)
				assert.Contains(t, lines[0].ContextMap()["error"], "have the proxy or gateway in between leave the Link header alone")
				assert.Zero(t, w.metric("position_rewinds"))

				p.off.Store(true)
				w.wait(5 * time.Minute)
				w.requireAllOnce()
				w.requireStatus(componentstatus.StatusOK, "")
			})
		})
	}
}

func TestCheckNamesLinksThatAreRemoved(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.behind(&proxy{answer: func(_ *http.Request, resp *http.Response) { resp.Header.Del("Link") }})
		w.happened(3, time.Hour)
		w.cfg.StartupCheck = checkFail
		require.ErrorContains(t, w.tryStart(), "changes or removes the Link header of okta's answers: have the proxy or gateway in between")
	})
}

// A query may hold what net/url does not like, and a link may name another host: it is followed at org_url, byte for
// byte.
func TestLinksOfAnyKindAreFollowed(t *testing.T) {
	for name, tc := range map[string]struct {
		change    func(string) string
		asked     string
		otherHost bool
	}{
		"a semicolon":       {func(l string) string { return strings.Replace(l, "?", "?x=a;b&", 1) }, "?x=a;b&", false},
		"a bare percent":    {func(l string) string { return strings.Replace(l, "?", "?x=100%&", 1) }, "?x=100%&", false},
		"a bad escape":      {func(l string) string { return strings.Replace(l, "?", "?x=%zz&", 1) }, "?x=%zz&", false},
		"a comma, quoted":   {func(l string) string { return strings.Replace(l, "?", `?x="a,b"&`, 1) }, `?x="a,b"&`, false},
		"a gateway's host":  {func(l string) string { return strings.Replace(l, "acme.okta.com", "gateway.internal:8443", 1) }, "", true},
		"the custom domain": {func(l string) string { return strings.Replace(l, "acme.okta.com", "login.acme.com", 1) }, "", true},
		"another scheme":    {func(l string) string { return strings.Replace(l, "https://", "http://", 1) }, "", true},
		"no host":           {func(l string) string { return strings.Replace(l, "https://acme.okta.com", "", 1) }, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.behind(&proxy{answer: rewriteLinks(tc.change), request: func(r *http.Request) *http.Response { //nolint:bodyclose // the client closes it
					assert.Equal(t, "acme.okta.com", r.URL.Host, "the credential stays in the org")
					if r.URL.Query().Has("after") || strings.Contains(r.URL.RawQuery, "after=") {
						assert.Contains(t, r.URL.RequestURI(), tc.asked)
						// What a link holds beside is Okta's business: the simulator is told what it wrote.
						r.URL.RawQuery = strings.Replace(r.URL.RawQuery, strings.TrimPrefix(tc.asked, "?"), "", 1)
					}
					return nil
				}})
				w.cfg.PageSize = 10
				w.happened(35, time.Hour)
				w.start()
				w.wait(time.Minute)
				w.happen(12)
				w.wait(time.Minute)
				w.requireAllOnce()
				assert.Zero(t, w.logged("Okta sends no events"), w.logs.All())
				told := 0
				if tc.otherHost {
					told = 1
				}
				assert.Equal(t, told, w.logged("name another host than org_url"))
			})
		})
	}
}

// plain is an answer of something that is not Okta.
func plain(r *http.Request, status int) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody, Request: r}
}

// A cursor that is refused in any way, while a since works, is given up for one.
func TestCursorThatIsRefusedInAnyWayIsLeftBehind(t *testing.T) {
	for _, status := range []int{400, 404, 405, 410, 414, 422, 431, 451} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.start()
				w.wait(time.Minute)
				w.happen(5)
				w.wait(time.Minute)
				refused := w.org.Requests()[len(w.org.Requests())-1].URL
				w.behind(&proxy{request: func(r *http.Request) *http.Response {
					if r.URL.RequestURI() == refused {
						return plain(r, status)
					}
					return nil
				}})
				w.happen(5)
				w.start()
				w.wait(10 * time.Minute)
				w.requireAllOnce()
				assert.EqualValues(t, 1, w.metric("position_rewinds"))
				for _, line := range w.logs.FilterMessageSnippet("Okta sends no events").All() {
					assert.Contains(t, line.ContextMap()["error"], "the position is refused and an earlier time is not")
					assert.NotContains(t, line.ContextMap()["error"], "org_url")
				}
			})
		})
	}
}

// What is about the credential or the rate limit is no reason to leave a position.
func TestRefusalsOfTheCredentialLeaveThePosition(t *testing.T) {
	for _, status := range []int{401, 403, 407, 408, 429} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.start()
				w.wait(time.Minute)
				p := w.behind(&proxy{request: func(r *http.Request) *http.Response {
					if strings.Contains(r.URL.RawQuery, "after=") {
						return plain(r, status)
					}
					return nil
				}})
				w.start()
				w.happen(5)
				w.wait(time.Hour)
				assert.Zero(t, w.metric("position_rewinds"))
				p.off.Store(true)
				w.wait(5 * time.Minute)
				w.requireAllOnce()
			})
		})
	}
}

// A gateway that answers 404 to every cursor: what happens arrives all the same, late, and no page is repeated for
// ever.
func TestGatewayThatRefusesEveryCursorIsAskedRarely(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.behind(&proxy{request: func(r *http.Request) *http.Response {
			if strings.Contains(r.URL.RawQuery, "after=") {
				return plain(r, http.StatusNotFound)
			}
			return nil
		}})
		w.happened(5, 30*time.Minute)
		w.start()
		w.wait(24 * time.Hour)
		w.requireAllOnce()
		assert.LessOrEqual(t, w.metric("position_rewinds"), int64(32), "every hour in the end")
		w.requireStatus(componentstatus.StatusRecoverableError, "rejected: ")
		assert.Positive(t, w.logged("every position that it was given after that is refused too"))
		w.happen(5)
		w.wait(2 * time.Hour)
		w.requireAllOnce()
	})
}

// A stored since that has become older than what Okta keeps is refused: polling begins at the oldest event there is.
func TestStoredSinceThatIsTooOldIsClamped(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		// Until Okta gives a cursor, what is stored is the since.
		p := w.behind(&proxy{request: func(r *http.Request) *http.Response {
			if strings.Contains(r.URL.RawQuery, "since=") {
				return plain(r, http.StatusServiceUnavailable)
			}
			return nil
		}})
		w.start()
		w.wait(time.Minute)
		w.stop()
		time.Sleep(200 * 24 * time.Hour) // virtual
		p.off.Store(true)
		w.happened(7, time.Hour)
		w.start()
		w.wait(10 * time.Minute)
		w.requireAllOnce()
		assert.EqualValues(t, 1, w.metric("position_rewinds"))
		assert.Equal(t, 1, w.logged("rewinds to the oldest event that Okta keeps"))
	})
}

// Pages that are always short of what was asked for, on a busy org: polling keeps up.
func TestShortPagesAreFollowedToTheEnd(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit}, func(t *testing.T, w *world) {
		w.behind(&proxy{request: func(r *http.Request) *http.Response {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "limit=100", "limit=99", 1)
			return nil
		}, answer: rewriteLinks(func(l string) string { return strings.Replace(l, "limit=99", "limit=100", 1) })}) //nolint:bodyclose // the client closes it
		w.cfg.PageSize = 100
		w.happened(9900, 6*time.Hour)
		w.start()
		w.wait(2 * time.Minute)
		w.requireAllOnce()
	})
}
