// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func rateHeaders(ceiling, remaining, reset string) http.Header {
	h := http.Header{}
	h.Set("X-Rate-Limit-Limit", ceiling)
	h.Set("X-Rate-Limit-Remaining", remaining)
	h.Set("X-Rate-Limit-Reset", reset)
	return h
}

func TestWaitsComeFromOktasClock(t *testing.T) {
	answered := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	in := func(d time.Duration) string { return strconv.FormatInt(answered.Add(d).Unix(), 10) }
	for name, tc := range map[string]struct {
		headers  http.Header
		after429 time.Duration
	}{
		"many left":              {rateHeaders("60", "57", in(43*time.Second)), 44 * time.Second},
		"one above the reserve":  {rateHeaders("60", "13", in(43*time.Second)), 44 * time.Second},
		"the reserve is reached": {rateHeaders("60", "12", in(43*time.Second)), 44 * time.Second},
		"nothing left":           {rateHeaders("60", "0", in(43*time.Second)), 44 * time.Second},
		"a ceiling of 21":        {rateHeaders("21", "5", in(10*time.Second)), 11 * time.Second},
		"reset in the past":      {rateHeaders("60", "0", in(-time.Hour)), time.Second},
		"reset far ahead":        {rateHeaders("60", "0", in(48*time.Hour)), 2 * time.Minute},
		"too many at a time":     {rateHeaders("0", "0", in(90*time.Second)), time.Minute},
		"no numbers":             {rateHeaders("many", "some", "soon"), 0},
		"negative":               {rateHeaders("60", "-1", in(time.Second)), 0},
		"huge":                   {rateHeaders("60", "0", "9223372036854775807"), 2 * time.Minute},
		"nothing said":           {http.Header{}, 0},
		"retry-after only":       {http.Header{"Retry-After": {"17"}}, 17 * time.Second},
		"an endless retry-after": {http.Header{"Retry-After": {"99999999999"}}, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			limit := RateLimitFrom(tc.headers, answered)
			assert.Equal(t, tc.after429, WaitAfter429(limit, tc.headers))
		})
	}
}
