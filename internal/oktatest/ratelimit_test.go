// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

func rateHeaders(h http.Header) string {
	return h.Get("X-Rate-Limit-Limit") + " " + h.Get("X-Rate-Limit-Remaining") + " " + h.Get("X-Rate-Limit-Reset")
}

func TestRateWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pass(17 * time.Second) // windows are not aligned to the minute
		org := NewOrg(Options{RateLimit: 10, Skew: time.Hour})
		opened := org.Now()
		reset := strconv.FormatInt(opened.Add(time.Minute).Unix(), 10)
		for left := 4; left >= 0; left-- {
			assert.Equal(t, "5 "+strconv.Itoa(left)+" "+reset, rateHeaders(get(t, org, "").header))
		}
		pass(20 * time.Second)
		for range 3 {
			a := get(t, org, "")
			require.Equal(t, http.StatusTooManyRequests, a.status)
			assert.Equal(t, "E0000047", a.errorCode(t))
			assert.Equal(t, "5 0 "+reset, rateHeaders(a.header))
		}
		assert.Equal(t, RateReport{Windows: 1, PeakShare: 0.5, PeakPrincipalShare: 1, Violations: 1, Refused: 3}, org.RateReport())

		pass(40*time.Second - time.Nanosecond)
		assert.Equal(t, http.StatusTooManyRequests, get(t, org, "").status)
		pass(time.Nanosecond)
		assert.Equal(t, http.StatusOK, get(t, org, "").status, "the refused requests were not counted")
		assert.Equal(t, 2, org.RateReport().Windows)
	})
}

func TestOtherClientsShareTheOrgsCeiling(t *testing.T) {
	org := NewOrg(Options{RateLimit: 10})
	assert.Equal(t, 5, org.Spend("terraform", 7))
	assert.Equal(t, 4, org.Spend("hr", 4))
	assert.True(t, strings.HasPrefix(rateHeaders(get(t, org, "").header), "5 0 "), "the org has nothing left")
	assert.Equal(t, http.StatusTooManyRequests, get(t, org, "").status)
	report := org.RateReport()
	assert.Equal(t, 1, report.Warnings)
	assert.InDelta(t, 1, report.PeakShare, 0)
}

func TestRateHeaderOfTheOrg(t *testing.T) {
	org := NewOrg(Options{RateLimit: 10, RateHeader: ShowOrg, PrincipalShare: 0.2})
	assert.True(t, strings.HasPrefix(rateHeaders(get(t, org, "").header), "10 9 "))
	get(t, org, "")
	a := get(t, org, "")
	assert.Equal(t, http.StatusTooManyRequests, a.status)
	assert.True(t, strings.HasPrefix(rateHeaders(a.header), "10 0 "))
}

func TestNoRateLimit(t *testing.T) {
	org := NewOrg(Options{RateLimit: NoRateLimit})
	for range 500 {
		require.Equal(t, http.StatusOK, get(t, org, "").status)
	}
	assert.Zero(t, org.RateReport().Refused)
}

func TestRateEventsAreWrittenOnceAWindow(t *testing.T) {
	org := NewOrg(Options{RateLimit: 5, PrincipalShare: 1, RateEvents: true})
	for range 8 {
		get(t, org, "")
	}
	var types []string
	for e := range org.Events() {
		_, err := logevent.Parse(e.JSON)
		require.NoError(t, err)
		eventType, _ := logevent.Text(e.JSON, "eventType")
		types = append(types, eventType)
	}
	assert.Equal(t, []string{"system.org.rate_limit.warning", "system.org.rate_limit.violation"}, types)
}

func TestConcurrencyLimitAndLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := NewOrg(Options{ConcurrencyLimit: 1, PageLatency: 3 * time.Second})
		slow := make(chan answer)
		first := request(t, "")
		go func() {
			a, _ := trySend(org.Transport(), first)
			slow <- a
		}()
		synctest.Wait()
		a := get(t, org, "")
		assert.Equal(t, http.StatusTooManyRequests, a.status)
		assert.True(t, strings.HasPrefix(rateHeaders(a.header), "0 0 "))
		start := time.Now()
		assert.Equal(t, http.StatusOK, (<-slow).status)
		assert.Equal(t, 3*time.Second, time.Since(start))
		assert.Equal(t, http.StatusOK, get(t, org, "").status)
		assert.Equal(t, 1, org.RateReport().Concurrent)
	})
}
