// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestClockFollowsTheDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock Clock
		_, known := clock.Offset()
		assert.False(t, known)
		assert.Equal(t, time.Now(), clock.Now(), "the local one has to do")

		clock.Observe(http.Header{"Date": {"not a date"}})
		_, known = clock.Offset()
		assert.False(t, known)

		ahead := time.Now().Add(10 * time.Minute).UTC()
		assert.Equal(t, ahead, clock.Observe(http.Header{"Date": {ahead.Format(http.TimeFormat)}}).UTC())
		offset, known := clock.Offset()
		assert.True(t, known)
		assert.Equal(t, 10*time.Minute, offset)
		time.Sleep(time.Hour) // virtual
		assert.Equal(t, ahead.Add(time.Hour), clock.Now().UTC())
		assert.Equal(t, ahead.Add(time.Hour), clock.Observe(http.Header{}).UTC(), "known from before")
	})
}

// A proxy may remove the Date. A local clock that is off then still shows: Okta's rate limit windows
// are a minute long, and their end is a time on its clock.
func TestClockWithoutADateKeepsToTheWindow(t *testing.T) {
	for name, tc := range map[string]struct {
		untilReset time.Duration // on the local clock
		want       time.Duration
	}{
		"the clock may be right":          {40 * time.Second, 0},
		"at the end of the window":        {0, 0},
		"a window that has ended":         {-2 * time.Second, -62 * time.Second},
		"the local clock is ahead":        {-10 * time.Minute, -11 * time.Minute},
		"the local clock is behind":       {11 * time.Minute, 10 * time.Minute},
		"the local clock is a bit behind": {61 * time.Second, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var clock Clock
				reset := http.Header{"X-Rate-Limit-Reset": {strconv.FormatInt(time.Now().Add(tc.untilReset).Unix(), 10)}}
				assert.Equal(t, time.Now().Add(tc.want), clock.Observe(reset))
				assert.Equal(t, time.Now().Add(tc.want), clock.Observe(reset), "the same again")
				_, known := clock.Offset()
				assert.False(t, known, "to a minute is not known")
				assert.Equal(t, time.Now().Add(tc.want), clock.Observe(http.Header{}))

				date := time.Now().Add(-time.Hour).UTC()
				clock.Observe(http.Header{"Date": {date.Format(http.TimeFormat)}})
				assert.Equal(t, date, clock.Observe(reset).UTC(), "a Date is better")
			})
		})
	}
}
