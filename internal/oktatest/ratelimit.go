// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

const (
	rateWindow = time.Minute
	// warningShare is the use of the org's ceiling at which Okta writes a warning event (Okta, rate limit monitoring;
	// orgs made since May 2018).
	warningShare = 0.6
)

// RateReport tells how much of the /api/v1/logs bucket was used since the Org was made.
type RateReport struct {
	// Windows is how many one-minute windows were opened by a request.
	Windows int
	// PeakShare is the largest share of the org's ceiling used in one window, 0 to 1, whoever used it.
	PeakShare float64
	// PeakPrincipalShare is the largest share of its own ceiling that any one token used in one window, 0 to 1.
	PeakPrincipalShare float64
	// Warnings counts windows in which use reached 60 % of the org's ceiling, where Okta writes
	// system.org.rate_limit.warning.
	Warnings int
	// Violations counts windows in which a request was refused, where Okta writes a violation event.
	Violations int
	// Refused counts requests answered 429 by the rate limit, and Concurrent those answered 429 because too many were
	// in flight.
	Refused, Concurrent int
}

// bucket counts requests in one-minute windows. A window opens with the first request after the last one closed, so it
// is not aligned to the minute.
type bucket struct {
	limit, share int
	header       RateHeader
	closes       time.Time
	used         int
	usedBy       map[string]int
	warned       bool
	violated     bool
	report       RateReport
}

func newBucket(opts Options) *bucket {
	limit := opts.RateLimit
	if limit < 0 {
		limit = math.MaxInt32
	}
	return &bucket{
		limit:  limit,
		share:  max(1, int(float64(limit)*opts.PrincipalShare)),
		header: opts.RateHeader,
		usedBy: map[string]int{},
	}
}

// rateState is what the headers tell.
type rateState struct {
	limit, remaining int
	reset            time.Time
}

// roll opens a new window when none is open.
func (b *bucket) roll(now time.Time) {
	// A clock set back by more than a window would otherwise leave the window open for longer than a minute.
	if now.Before(b.closes) && b.closes.Sub(now) <= rateWindow {
		return
	}
	b.closes, b.used, b.warned, b.violated = now.Add(rateWindow), 0, false, false
	clear(b.usedBy)
	b.report.Windows++
}

// take counts one request by the named principal; allowed is false when it is over a ceiling. Refused requests are not
// counted.
func (b *bucket) take(name string, now time.Time) (state rateState, allowed bool) {
	b.roll(now)
	if b.used >= b.limit || b.usedBy[name] >= b.share {
		if !b.violated {
			b.report.Violations++
		}
		b.violated = true
		b.report.Refused++
		state = b.state(name)
		state.remaining = 0
		return state, false
	}
	b.used++
	b.usedBy[name]++
	used := float64(b.used) / float64(b.limit)
	b.report.PeakShare = max(b.report.PeakShare, used)
	b.report.PeakPrincipalShare = max(b.report.PeakPrincipalShare, float64(b.usedBy[name])/float64(b.share))
	if used >= warningShare && !b.warned {
		b.warned = true
		b.report.Warnings++
	}
	return b.state(name), true
}

func (b *bucket) state(name string) rateState {
	state := rateState{limit: b.limit, remaining: b.limit - b.used, reset: b.closes}
	if b.header == ShowPrincipal {
		state.limit = b.share
		state.remaining = min(state.remaining, b.share-b.usedBy[name])
	}
	return state
}

// set writes the three headers. The reset is rounded up to a whole second, so that a client that waits for it is never
// early.
func (s rateState) set(h http.Header) {
	h.Set("X-Rate-Limit-Limit", strconv.Itoa(s.limit))
	h.Set("X-Rate-Limit-Remaining", strconv.Itoa(s.remaining))
	h.Set("X-Rate-Limit-Reset", strconv.FormatInt(api.CeilSecond(s.reset), 10))
}
