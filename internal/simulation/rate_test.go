// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

const (
	// windowsAMinute is how many windows of the rate limit a minute can reach into.
	windowsAMinute = 2
	// principalShare is how much of the org's limit a credential may use, unless the org says otherwise.
	principalShare = oktatest.DefaultPrincipalShare
)

// limits are the rate limit of an org.
type limits struct {
	requests int     // a minute, for all of the org's clients
	share    float64 // of these that the receiver's credential may use
	showOrg  bool    // the headers show the org's limit, and not that of the credential
	events   bool    // the org writes of warnings and violations into its log
}

func (d dice) limits() limits {
	return limits{
		requests: pick(d, 60, 120, 600),
		share:    pick(d, principalShare, principalShare, 1),
		showOrg:  d.one(3),
		events:   d.one(3),
	}
}

func (l limits) String() string {
	s := fmt.Sprintf("%d requests a minute, %g of them for one credential", l.requests, l.share)
	if l.showOrg {
		s += ", shows the org's limit"
	}
	if l.events {
		s += ", writes of warnings"
	}
	return s
}

func (l limits) options(opts *oktatest.Options) {
	opts.RateLimit, opts.PrincipalShare, opts.RateEvents = l.requests, l.share, l.events
	if l.showOrg {
		opts.RateHeader = oktatest.ShowOrg
	}
}

// own is what the credential may use in a window.
func (l limits) own() int { return int(float64(l.requests) * l.share) }

// shown is the limit that the headers show.
func (l limits) shown() int {
	if l.showOrg {
		return l.requests
	}
	return l.own()
}

// hidden reports whether the limit that the receiver meets is not the one that it is shown.
func (l limits) hidden() bool { return l.shown() > l.own() }

// usable is what a receiver with this reserve may use in a window.
func (l limits) usable(reserve float64) int {
	return min(l.own(), l.shown()-int(math.Ceil(reserve*float64(l.shown()))))
}

// silent reports whether a receiver with this reserve stays below the 60 % of the org's limit where
// Okta writes a warning.
func (l limits) silent(reserve float64) bool { return l.share <= principalShare || reserve >= 0.45 }

// rate is what was seen of the rate limit. The member's lock guards it.
type rate struct {
	pages   meter // requests that were granted
	unknown meter // requests without an answer, or with one that says nothing of the limit
	jumps   meter // of Okta's clock, each of which begins a window
	touched meter // requests that took some of the reserve
	refused meter // requests that the org refused because of its limit
	report  oktatest.RateReport
	stirred stirring
}

// stirring is when others, or something that went wrong, last had a part in the rate limit.
type stirring struct {
	at   time.Time
	okta time.Time // on Okta's clock, the furthest it ever was: set back, it comes to the same windows again
}

// stir notes that the next windows are not the receiver's alone. It needs the lock.
func (m *member) stir() {
	s := &m.network.rate.stirred
	s.at = time.Now()
	if now := m.org.Now(); now.After(s.okta) {
		s.okta = now
	}
}

// alone reports whether the receiver has had the rate limit to itself for as long as that matters. It
// needs the lock.
func (m *member) alone() bool {
	s, long := m.network.rate.stirred, windowsAMinute*time.Minute
	return time.Since(s.at) > long && m.org.Now().Sub(s.okta) > long
}

// begun is how many processes began within the last minute, each of which knows nothing of the limit.
// It needs the lock.
func (m *member) begun(now time.Time) (n int) {
	for _, l := range m.lives {
		if now.Sub(l.began) <= time.Minute {
			n++
		}
	}
	return n
}

// checkRate finds requests that use more of the rate limit than is meant for them. What is left is
// not known before an answer tells: so in each window there may be one request that finds out, one
// more for each process that begins, and one for each request whose answer says nothing. It needs
// the lock.
func (m *member) checkRate(r *http.Request, resp *http.Response) {
	if r.URL.Path != "/api/v1/logs" {
		return
	}
	now, seen := time.Now(), &m.network.rate
	ceiling, remaining, known := told(resp)
	if !known {
		seen.unknown.count(now)
		m.stir()
	}
	surprises := windowsAMinute + m.begun(now) + seen.unknown.within(now) + seen.jumps.within(now)
	m.checkReport(now, surprises)
	if resp == nil || resp.StatusCode != http.StatusOK {
		return
	}
	windows := windowsAMinute + seen.jumps.within(now)
	if most := windows*m.setup.limits.usable(m.setup.reserve) + surprises; seen.pages.count(now) > most {
		m.fails("requests", "more than %d requests were granted within a minute", most)
		m.network.stranded = true
	}
	if kept := int(math.Ceil(m.setup.reserve * float64(ceiling))); known && remaining < kept && seen.touched.count(now) > surprises {
		m.fails("reserve", "within a minute more than %d requests took what is kept for others, the last one left %d of %d", surprises, remaining, ceiling)
	}
}

// told is what an answer, if there is one, says of the rate limit. The limit of requests at the same
// time comes as a limit of 0, and says nothing of it.
func told(resp *http.Response) (ceiling, remaining int, known bool) {
	if resp == nil {
		return 0, 0, false
	}
	ceiling, err1 := strconv.Atoi(resp.Header.Get("X-Rate-Limit-Limit"))
	remaining, err2 := strconv.Atoi(resp.Header.Get("X-Rate-Limit-Remaining"))
	return ceiling, remaining, errors.Join(err1, err2) == nil && ceiling > 0
}

// checkReport looks at what the org says of the use of its limit. It needs the lock.
func (m *member) checkReport(now time.Time, surprises int) {
	was := m.network.rate.report
	is := m.report()
	refused := is.Refused - was.Refused
	m.tally.add("met: refusals of the rate limit", refused)
	for range refused {
		if m.network.rate.refused.count(now) > surprises {
			m.fails("reserve", "within a minute more than %d requests were refused", surprises)
		}
	}
	if !m.alone() {
		return
	}
	m.tally.add("requests with the limit to themselves", 1)
	if refused > 0 && !m.setup.limits.hidden() {
		m.fails("reserve", "the org refused a request, though nobody else used its limit")
	}
	if is.Warnings > was.Warnings && m.setup.limits.silent(m.setup.reserve) {
		m.fails("reserve", "the org wrote a warning, though nobody else used its limit")
	}
}

// report reads the org's report, and takes in the events that the org wrote of it. It needs the lock.
func (m *member) report() oktatest.RateReport {
	was, is := m.network.rate.report, m.org.RateReport()
	m.network.rate.report = is
	if m.setup.limits.events && is.Warnings+is.Violations > was.Warnings+was.Violations {
		m.log()
	}
	return is
}
