// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
)

// rateMeter is a transport that notes what the rate limit headers of each answer say.
type rateMeter struct {
	next http.RoundTripper
	only string // the path to look at, all of them if empty
	mu   sync.Mutex
	seen []metered
}

type metered struct {
	at        time.Time
	status    int
	remaining int
	window    int64 // the second on Okta's clock in which it ends
}

func (m *rateMeter) RoundTrip(r *http.Request) (*http.Response, error) {
	at := time.Now()
	resp, err := m.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if m.only != "" && r.URL.Path != m.only {
		return resp, nil
	}
	remaining, _ := strconv.Atoi(resp.Header.Get("X-Rate-Limit-Remaining"))
	window, _ := strconv.ParseInt(resp.Header.Get("X-Rate-Limit-Reset"), 10, 64)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = append(m.seen, metered{at, resp.StatusCode, remaining, window})
	return resp, nil
}

// meter puts a rateMeter before the org.
func (w *world) meter() *rateMeter {
	m := &rateMeter{next: w.transport, only: "/api/v1/logs"}
	w.transport = m
	return m
}

// windows are the counts of requests in each window of the org but the newest, which may not be
// over, oldest first.
func (m *rateMeter) windows() (counts []int) {
	last := int64(0)
	for _, s := range m.seen {
		// An answer that tells of no window came in the one before it.
		if s.window != last && s.window != 0 || len(counts) == 0 {
			counts = append(counts, 0)
			last = s.window
		}
		counts[len(counts)-1]++
	}
	return counts[:len(counts)-1]
}

// refused is how many requests Okta has not answered with a page.
func (m *rateMeter) refused() (n int) {
	for _, s := range m.seen {
		if s.status != http.StatusOK {
			n++
		}
	}
	return n
}

// colleague is another receiver of the same org in the same process, with a pipeline and a storage
// of its own.
func (w *world) colleague() *world {
	other := *w
	other.sink, other.storage = &sink{}, checkpoint.NewMemory()
	other.receiver = nil
	cfg := *w.cfg
	other.cfg = &cfg
	return &other
}

// draining is a drain of a backlog that takes longer than ten minutes.
type draining struct {
	opts      oktatest.Options
	reserve   float64
	receivers int
	// usable is how many requests a window allows above the reserve.
	usable int
}

var drains = map[string]draining{
	"the token's ceiling":       {oktatest.Options{}, 0.2, 1, 48},
	"the org's ceiling":         {oktatest.Options{RateHeader: oktatest.ShowOrg, PrincipalShare: 1}, 0.45, 1, 66},
	"a small org":               {oktatest.Options{RateLimit: 20, PrincipalShare: 1}, 0.5, 1, 10},
	"a large org":               {oktatest.Options{RateLimit: 1200}, 0.2, 1, 480},
	"no reserve":                {oktatest.Options{RateLimit: 60}, 0, 1, 30},
	"slow answers":              {oktatest.Options{PageLatency: 700 * time.Millisecond}, 0.2, 1, 48},
	"a clock far ahead":         {oktatest.Options{Skew: 10 * time.Minute}, 0.2, 1, 48},
	"a clock far behind":        {oktatest.Options{Skew: -10 * time.Minute}, 0.2, 1, 48},
	"a clock off by a half":     {oktatest.Options{Skew: 500 * time.Millisecond}, 0.2, 1, 48},
	"two receivers":             {oktatest.Options{}, 0.2, 2, 48},
	"five receivers":            {oktatest.Options{}, 0.2, 5, 48},
	"five and slow answers":     {oktatest.Options{PageLatency: 2 * time.Second}, 0.2, 5, 48},
	"five of the org's ceiling": {oktatest.Options{RateHeader: oktatest.ShowOrg, PrincipalShare: 1}, 0.45, 5, 66},
}

func TestDrainingUsesTheBudgetAndNeverTheReserve(t *testing.T) {
	for name, tc := range drains {
		t.Run(name, func(t *testing.T) {
			tc.opts.RateEvents = true
			inWorld(t, tc.opts, func(t *testing.T, w *world) {
				w.cfg.PageSize = 1
				w.cfg.RateLimit.Reserve = tc.reserve
				w.happenedSmall(12*tc.usable, time.Hour)
				m := w.meter()
				for range tc.receivers {
					other := w.colleague()
					other.start()
					defer other.stop()
				}
				w.wait(10*time.Minute + 30*time.Second)

				windows := m.windows()
				require.GreaterOrEqual(t, len(windows), 10)
				sum := 0
				for _, n := range windows {
					assert.LessOrEqual(t, n, tc.usable, "the reserve is never touched")
					sum += n
				}
				used := float64(sum) / float64(len(windows)*tc.usable)
				t.Logf("%.1f %% of what may be used, by window %v", 100*used, windows)
				assert.GreaterOrEqual(t, used, 0.9)
				perMinute := float64(sum) / w.elapsed(m).Minutes()
				assert.GreaterOrEqual(t, perMinute, 0.9*float64(tc.usable), "requests a minute")
				w.requireNoComplaints()
			})
		})
	}
}

// elapsed is the time from the first request to the beginning of the window that is not over.
func (w *world) elapsed(m *rateMeter) time.Duration {
	newest := m.seen[len(m.seen)-1].window
	for _, s := range m.seen {
		if s.window == newest {
			return s.at.Sub(m.seen[0].at)
		}
	}
	return 0
}

// requireNoComplaints asserts that the org refused nothing and wrote no event about rates.
func (w *world) requireNoComplaints() {
	w.t.Helper()
	report := w.org.RateReport()
	require.Zero(w.t, report.Refused, "answers 429")
	require.Zero(w.t, report.Concurrent)
	require.Zero(w.t, report.Warnings, "warning events")
	require.Zero(w.t, report.Violations, "violation events")
}

// requireReserve asserts that a request counted although no more than the reserve was left is the
// one that finds this out: the only one of its window. It returns in how many windows there was one.
func (m *rateMeter) requireReserve(t *testing.T, kept int) int {
	t.Helper()
	found := map[int64]int{}
	for _, s := range m.seen {
		if s.status == http.StatusTooManyRequests || s.remaining < kept {
			found[s.window]++
		}
	}
	for window, n := range found {
		require.Equal(t, 1, n, "requests at the reserve or below in the window that ends at %d", window)
	}
	return len(found)
}

// Others spend at random, now little and now more than all.
func TestReserveIsLeftWhateverOthersSpend(t *testing.T) {
	const ceiling, reserve = 60, 0.3
	kept := int(math.Ceil(reserve * ceiling))
	for seed := range uint64(10) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			inWorld(t, oktatest.Options{RateLimit: ceiling, PrincipalShare: 1}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 1
				w.cfg.RateLimit.Reserve = reserve
				w.happenedSmall(700, time.Hour)
				m := w.meter()
				w.start()
				random := rand.New(rand.NewPCG(seed, 1))
				for range 120 {
					w.org.Spend("another client", random.IntN(12)*random.IntN(3))
					w.wait(time.Duration(random.IntN(10_000)) * time.Millisecond)
				}
				assert.NotZero(t, m.requireReserve(t, kept), "others spent the reserve now and then")
				assert.Greater(t, len(m.seen), 60, "what they left was used")
			})
		})
	}
}

// What others leave is used, too.
func TestWhatOthersLeaveIsUsed(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: 120, PrincipalShare: 1}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 1
		w.happenedSmall(700, time.Hour)
		m := w.meter()
		w.start()
		for range 10 * 60 {
			if time.Now().Second()%2 == 0 {
				w.org.Spend("another client", 1)
			}
			w.wait(time.Second)
		}
		m.requireReserve(t, 24)
		sum := 0
		for _, n := range m.windows() {
			sum += n
		}
		used := float64(sum) / float64(len(m.windows())*(96-30))
		t.Logf("%.1f %% of what the other client leaves above the reserve", 100*used)
		assert.GreaterOrEqual(t, used, 0.9)
		assert.Zero(t, w.org.RateReport().Refused)
	})
}

// A request that is sent again, for a new nonce or a new token, is counted again by Okta and takes
// another turn.
func TestRequestsThatAreSentAgainKeepToTheBudget(t *testing.T) {
	key := ecSigningKey(t)
	opts := oktatest.Options{RateEvents: true, OAuth: authserver.Options{ResourceNonce: authserver.NonceAsked401}}
	inWorld(t, opts, func(t *testing.T, w *world) {
		app := authserver.App{Keys: []authserver.AppKey{authserver.ActiveKey("key", key.public)}, RequireDPoP: true}
		w.useOAuth(credential{app: app, use: func(o *OAuthConfig) { o.PrivateKey, o.KeyID = configopaque.String(key.pem), "key" }})
		w.cfg.PageSize = 1
		w.happenedSmall(600, time.Hour)
		m := w.meter()
		m.only = "/api/v1/logs"
		w.start()
		for range 100 {
			w.org.ForgetNonces()
			w.org.RotateNonce()
			w.org.RevokeTokens(testClientID)
			w.wait(6 * time.Second)
		}
		// Refusals name no window, so it is all requests together that are counted.
		minutes := m.seen[len(m.seen)-1].at.Sub(m.seen[0].at).Minutes()
		perMinute := float64(len(m.seen)-1) / minutes
		t.Logf("%.1f requests a minute, %d of %d refused", perMinute, m.refused(), len(m.seen))
		assert.LessOrEqual(t, perMinute, 48.5, "the reserve is left alone")
		assert.GreaterOrEqual(t, perMinute, 0.9*48)
		assert.GreaterOrEqual(t, m.refused(), 100, "and many were sent again")
		w.requireNoComplaints()
	})
}

// The headers may show the org's ceiling while the token has one of its own, which shows in a 429.
func TestCeilingThatTheHeadersDoNotShowIsSurvived(t *testing.T) {
	inWorld(t, oktatest.Options{RateHeader: oktatest.ShowOrg}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 1
		w.happenedSmall(450, time.Hour)
		m := w.meter()
		w.start()
		w.wait(10 * time.Minute)
		w.requireAllOnce()
		windows := m.windows()
		t.Log(windows)
		for _, n := range windows[:2] {
			assert.Equal(t, 61, n, "one refusal, then the wait for the end of the window")
		}
		for _, n := range windows[2:] {
			assert.LessOrEqual(t, n, 48, "its ceiling is known by now")
			assert.GreaterOrEqual(t, n, 44)
		}
		assert.Equal(t, 2, w.org.RateReport().Refused)
	})
}

func TestWakeIsServedWithinThePace(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.cfg.PollInterval = time.Hour
		w.start()
		w.wait(time.Minute)
		for range 200 {
			w.happen(1)
			w.poller().Wake()
			w.wait(1500 * time.Millisecond) // 48 a minute are one in 1.25 s
			w.requireAllOnce()
		}
		w.requireNoComplaints()
	})
}

func TestQuietReceiverIsNotSlowedByItsBudget(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.start()
		w.wait(time.Hour)
		requests := w.org.Requests()
		for i := 3; i < len(requests); i++ {
			assert.LessOrEqual(t, requests[i].Time.Sub(requests[i-1].Time), 11*time.Second)
		}
		w.requireNoComplaints()
	})
}

// A receiver holds the org's budget from Start to Shutdown, and not when Start fails.
func TestBudgetIsHeldWhileTheReceiverRuns(t *testing.T) {
	missing := component.MustNewID("missing")
	for name, tc := range map[string]struct {
		change func(*Config)
		fails  bool
	}{
		"as usual":      {func(*Config) {}, false},
		"no storage":    {func(cfg *Config) { cfg.Storage = &missing }, true},
		"no middleware": {func(cfg *Config) { cfg.HTTP.Middlewares = []configmiddleware.Config{{ID: missing}} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(oktatest.NewOrg(oktatest.Options{}))
			defer server.Close()
			cfg := configFor(server)
			tc.change(cfg)
			org, err := orgurl.Parse(cfg.OrgURL)
			require.NoError(t, err)
			ours, release := pacing.Share(org, 0)

			r := create(t, cfg, &sink{}, zap.NewNop())
			if err = r.Start(t.Context(), host{}); tc.fails {
				require.Error(t, err)
			} else {
				require.NoError(t, err)
				eventually(t, func() bool {
					_, known := ours.Limit()
					return known
				})
				release()
				again, releaseAgain := pacing.Share(org, 0)
				assert.Same(t, ours, again, "the receiver holds it")
				releaseAgain()
			}
			require.NoError(t, r.Shutdown(t.Context()))
			release()

			fresh, releaseFresh := pacing.Share(org, 0)
			defer releaseFresh()
			assert.NotSame(t, ours, fresh, "nobody holds it any more")
		})
	}
}
