// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// windowsPerMinute is how many windows of the rate limit a minute can reach into.
const windowsPerMinute = 2

// rate is what was seen of the rate limit. The node's lock guards it.
type rate struct {
	granted     minuteCounter // requests that were answered with a page
	unknown     minuteCounter // requests without an answer, or with one that says nothing of the limit
	jumps       minuteCounter // of Okta's clock, each of which begins a window
	usedReserve minuteCounter // requests that took some of the reserve
	refused     minuteCounter // requests that the org refused because of its limit
	report      oktatest.RateReport
	disturbed   disturbance
}

// disturbance is when others, or something that went wrong, last used some of the rate limit.
type disturbance struct {
	at   time.Time
	okta time.Time // on Okta's clock, the furthest it ever was: set back, it comes to the same windows again
}

// disturb notes that the receiver does not have the next windows to itself. It needs the lock.
func (n *node) disturb() {
	d := &n.network.rate.disturbed
	d.at = time.Now()
	if now := n.org.Now(); now.After(d.okta) {
		d.okta = now
	}
}

// undisturbed reports whether the receiver has had the rate limit to itself for as long as that matters. It
// needs the lock.
func (n *node) undisturbed() bool {
	d, long := n.network.rate.disturbed, windowsPerMinute*time.Minute
	return time.Since(d.at) > long && n.org.Now().Sub(d.okta) > long
}

// startedWithinMinute is how many processes started within the last minute, each of which knows nothing of the
// limit. It needs the lock.
func (n *node) startedWithinMinute(now time.Time) (started int) {
	for _, p := range n.processes {
		if now.Sub(p.started) <= time.Minute {
			started++
		}
	}
	return started
}

// checkRate finds requests that use more of the rate limit than is meant for them. What is left is not known
// before an answer tells: so in each window there may be one request that finds out, one more for each process
// that starts, and one for each request whose answer says nothing. It needs the lock.
func (n *node) checkRate(r *http.Request, resp *http.Response) {
	if r.URL.Path != "/api/v1/logs" {
		return
	}
	now, seen := time.Now(), &n.network.rate
	ceiling, remaining, known := limitIn(resp)
	if !known {
		seen.unknown.add(now)
		n.disturb()
	}
	probes := windowsPerMinute + n.startedWithinMinute(now) + seen.unknown.within(now) + seen.jumps.within(now)
	n.checkReport(now, probes)
	if resp == nil || resp.StatusCode != http.StatusOK {
		return
	}
	windows := windowsPerMinute + seen.jumps.within(now)
	if allowed := windows*n.setup.limits.usable(n.setup.reserve) + probes; seen.granted.add(now) > allowed {
		n.fail("requests", "more than %d requests were granted within a minute", allowed)
		n.network.cutOff = true
	}
	reserved := int(math.Ceil(n.setup.reserve * float64(ceiling)))
	if known && remaining < reserved && seen.usedReserve.add(now) > probes {
		n.fail("reserve", "within a minute more than %d requests took what is kept for others, the last one left %d of %d",
			probes, remaining, ceiling)
	}
}

// limitIn is what an answer, if there is one, says of the rate limit. The limit of requests at the same time
// comes as a limit of 0, and says nothing of it.
func limitIn(resp *http.Response) (ceiling, remaining int, known bool) {
	if resp == nil {
		return 0, 0, false
	}
	ceiling, err1 := strconv.Atoi(resp.Header.Get("X-Rate-Limit-Limit"))
	remaining, err2 := strconv.Atoi(resp.Header.Get("X-Rate-Limit-Remaining"))
	return ceiling, remaining, errors.Join(err1, err2) == nil && ceiling > 0
}

// checkReport checks what the org says of the use of its limit. It needs the lock.
func (n *node) checkReport(now time.Time, probes int) {
	before := n.network.rate.report
	report := n.updateRateReport()
	refused := report.Refused - before.Refused
	n.coverage.add("met: refusals of the rate limit", refused)
	for range refused {
		if n.network.rate.refused.add(now) > probes {
			n.fail("reserve", "within a minute more than %d requests were refused", probes)
		}
	}
	if !n.undisturbed() {
		return
	}
	n.coverage.add("requests with the limit to themselves", 1)
	if refused > 0 && !n.setup.limits.hidesOwn() {
		n.fail("reserve", "the org refused a request, though nobody else used its limit")
	}
	if report.Warnings > before.Warnings && n.setup.limits.belowWarning(n.setup.reserve) {
		n.fail("reserve", "the org wrote a warning, though nobody else used its limit")
	}
}

// updateRateReport reads the org's report, and takes in the events that the org wrote of it. It needs the lock.
func (n *node) updateRateReport() oktatest.RateReport {
	before, report := n.network.rate.report, n.org.RateReport()
	n.network.rate.report = report
	if n.setup.limits.events && report.Warnings+report.Violations > before.Warnings+before.Violations {
		n.log()
	}
	return report
}
