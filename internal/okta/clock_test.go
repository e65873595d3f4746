// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"net/http"
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
