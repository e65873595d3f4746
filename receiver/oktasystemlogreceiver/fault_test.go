// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// faults is everything that can go wrong with one answer, and whether only an admin can heal it.
var faults = map[string]struct {
	fault fault.Fault
	slow  bool
}{
	"500":                    {fault: fault.Status(500, fault.OktaError("E0000009", ""))},
	"502 page":               {fault: fault.Status(502, fault.HTMLPage)},
	"503 empty":              {fault: fault.Status(503, fault.NoBody)},
	"504 page":               {fault: fault.Status(504, fault.HTMLPage)},
	"408":                    {fault: fault.Status(408, fault.NoBody)},
	"204":                    {fault: fault.Status(204, fault.NoBody)},
	"401 token":              {fault: fault.Status(401, fault.OktaError("E0000011", "")), slow: true},
	"401 empty":              {fault: fault.WWWAuthenticate(401, "Bearer", "invalid_token", "The token has expired."), slow: true},
	"403 role":               {fault: fault.Status(403, fault.OktaError("E0000006", "")), slow: true},
	"404":                    {fault: fault.Status(404, fault.OktaError("E0000008", "")), slow: true},
	"405":                    {fault: fault.Status(405, fault.OktaError("E0000022", "")), slow: true},
	"400 of a proof":         {fault: fault.WWWAuthenticate(400, "DPoP", "invalid_dpop_proof", "The DPoP proof JWT is expired."), slow: true},
	"redirect":               {fault: fault.RedirectTo("https://evil.example/"), slow: true},
	"half a page":            {fault: fault.TruncatedJSON()},
	"invalid JSON":           {fault: fault.InvalidJSON()},
	"an empty body":          {fault: fault.NotAnArray("", "")},
	"an object":              {fault: fault.NotAnArray("", "{}")},
	"a login page":           {fault: fault.NotAnArray("text/html", "<html>")},
	"reset at once":          {fault: fault.ResetBeforeAnswer()},
	"reset in the body":      {fault: fault.ResetMidBody()},
	"fewer bytes":            {fault: fault.WrongContentLength()},
	"silence":                {fault: fault.Hang()},
	"silence in the body":    {fault: fault.HangMidBody()},
	"next link elsewhere":    {fault: fault.NextLinkTo("https://acme.okta.com/api/v1/users?after=1"), slow: true},
	"429":                    {fault: fault.RateLimited(40 * time.Second)},
	"429 concurrency":        {fault: fault.ConcurrencyLimited()},
	"429 without any header": {fault: fault.Status(429, fault.NoBody)},
}

// harmless is what is odd about an answer that is a page all the same.
var harmless = map[string]fault.Fault{
	"no next link":     fault.MissingNext(),
	"folded links":     fault.FoldedLinks(),
	"no date":          fault.OmitDate(),
	"bad rate headers": fault.BadRateHeaders(),
	"retry-after":      fault.UnsolicitedRetryAfter("Sat, 21 Nov 2026 12:00:00 GMT"),
	"repeated events":  fault.DuplicateEvents(),
	"a slow body":      fault.SlowBody(10, time.Second),
}

// Each fault is met once and then for a long time, at the start and while polling.
func TestFaultsAreSurvivedWithFewRequests(t *testing.T) {
	for name, tc := range faults {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				w.happened(35, time.Hour)
				w.org.Inject(tc.fault, tc.fault)
				w.start()
				w.wait(10 * time.Minute)
				w.requireAllOnce()

				before := len(w.org.Requests())
				w.org.InjectAlways(tc.fault)
				w.happen(25)
				w.wait(time.Hour)
				during := len(w.org.Requests()) - before
				most := 90 // back-off of up to a minute, jittered by half
				if tc.slow {
					most = 68 // 60, and now and then one that tells whether it is the position
				}
				assert.LessOrEqual(t, during, most, "requests in an hour of failure")
				assert.GreaterOrEqual(t, during, 20, "it goes on trying")
				assert.Len(t, w.sink.uuids(), 35, "an error page is never an empty page, nor any other")

				w.org.ClearFaults()
				w.wait(5 * time.Minute)
				w.requireAllOnce()
				assert.Zero(t, w.metric("position_rewinds"))
			})
		})
	}
}

// An endless page is read up to a bound each time, which is too much to do for an hour.
func TestEndlessPageIsSurvived(t *testing.T) {
	inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
		w.happened(35, time.Hour)
		w.org.Inject(fault.OmitDate(), fault.OversizedBody(-1))
		w.start()
		w.wait(time.Minute)
		w.requireAllOnce()
		assert.Equal(t, 1, w.logged("Okta sends no events"))
	})
}

func TestHarmlessOdditiesChangeNothing(t *testing.T) {
	for name, fault := range harmless {
		t.Run(name, func(t *testing.T) {
			inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
				w.cfg.PageSize = 10
				w.happened(25, time.Hour)
				w.org.Inject(fault, fault, fault)
				w.start()
				w.wait(5 * time.Minute)
				w.requireAllOnce()

				w.org.InjectAlways(fault)
				w.happen(5)
				w.wait(10 * time.Minute)
				assert.LessOrEqual(t, len(w.org.Requests()), 200)
				w.org.ClearFaults()
				w.wait(time.Minute)
				w.requireAllOnce()
			})
		})
	}
}

func TestPageThatLinksToItselfIsNoLoop(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 10
		w.happened(10, time.Hour)
		w.start()
		w.wait(time.Minute)
		last := w.org.Requests()[1].URL
		w.org.InjectAlways(fault.NextLinkTo(last))
		before := len(w.org.Requests())
		w.wait(10 * time.Minute)
		assert.LessOrEqual(t, len(w.org.Requests())-before, 61)
		w.requireAllOnce()
	})
}

func Test429WaitsForTheResetOnOktasClock(t *testing.T) {
	for _, skew := range []time.Duration{0, 10 * time.Minute, -10 * time.Minute} {
		inWorld(t, oktatest.Options{Skew: skew}, func(t *testing.T, w *world) {
			w.happened(3, time.Hour)
			w.start()
			w.wait(time.Minute)
			w.happen(3)
			w.org.Inject(fault.RateLimited(40 * time.Second))
			w.wait(2 * time.Minute)
			requests := w.org.Requests()
			refused := slices.IndexFunc(requests, func(r oktatest.Request) bool { return r.Status == 429 })
			require.Positive(t, refused)
			waited := requests[refused+1].Time.Sub(requests[refused].Time)
			assert.GreaterOrEqual(t, waited, 40*time.Second, "not before the reset")
			assert.LessOrEqual(t, waited, 47*time.Second)
			w.requireAllOnce()
		})
	}
}

func TestReserveIsLeftToOtherClients(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: 100, PrincipalShare: 1}, func(t *testing.T, w *world) {
		w.cfg.PageSize = 1
		w.cfg.RateLimit.Reserve = 0.6
		w.happened(300, time.Hour)
		w.start()
		w.wait(12 * time.Minute)
		w.requireAllOnce()
		assert.LessOrEqual(t, w.org.RateReport().PeakShare, 0.42)
		assert.Zero(t, w.org.RateReport().Refused)
	})
}

func TestOthersThatUseTheWholeBucketDoNotStarveIt(t *testing.T) {
	inWorld(t, oktatest.Options{RateLimit: 60, PrincipalShare: 1}, func(t *testing.T, w *world) {
		w.start()
		w.wait(time.Minute)
		for range 30 {
			w.org.Spend("another client", 50)
			w.happen(1)
			w.wait(time.Minute)
		}
		w.wait(2 * time.Minute)
		w.requireAllOnce()
	})
}

func TestAdminsFixHealsWithoutARestart(t *testing.T) {
	for _, state := range []oktatest.TokenState{oktatest.TokenInvalid, oktatest.TokenWithoutRole} {
		inWorld(t, oktatest.Options{}, func(t *testing.T, w *world) {
			w.start()
			w.wait(time.Minute)
			w.org.SetToken(oktatest.DefaultToken, state)
			w.happen(10)
			before := len(w.org.Requests())
			w.wait(time.Hour)
			assert.LessOrEqual(t, len(w.org.Requests())-before, 61)
			assert.Empty(t, w.sink.uuids())
			assert.Equal(t, 1, w.logged("Okta sends no events"))

			w.org.SetToken(oktatest.DefaultToken, oktatest.TokenValid)
			w.wait(2 * time.Minute)
			w.requireAllOnce()
		})
	}
}

// An event that is no JSON by a character keeps nothing back, however often it comes so.
func TestAControlCharacterInAnEventBlocksNothing(t *testing.T) {
	for _, text := range []string{"a\tb", "\x00", `" , "n": NaN, "x": "`} {
		inWorld(t, oktatest.Options{RateLimit: oktatest.NoRateLimit}, func(t *testing.T, w *world) {
			w.cfg.PageSize = 10
			w.happened(35, time.Hour)
			w.org.InjectAlways(fault.RawText(text))
			w.start()
			w.wait(2 * time.Minute)
			w.requireAllOnce()
			assert.Equal(t, 1, w.logged("A page was no valid JSON two times"))
			assert.Positive(t, w.logged("Okta sends no events, the same request is tried again"))
		})
	}
}
