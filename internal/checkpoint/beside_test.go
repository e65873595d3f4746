// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Beside a position that stands still, events are delivered for weeks: what is kept of them is bounded.
func TestUUIDsOfWhatIsDeliveredBesideThePositionAreForgotten(t *testing.T) {
	const perHour, hours = 1000, 100
	client := NewMemory()
	s := open(t, client)
	polled := at(noon, "cursor")
	polled.Answered = noon
	require.NoError(t, s.Commit(t.Context(), polled))
	for hour := range hours {
		state := polled
		state.Beside = noon.Add(time.Duration(hour) * time.Hour)
		for n := range perHour {
			deliver(s, event(hour*perHour+n))
		}
		require.NoError(t, s.Commit(t.Context(), state))
	}
	for _, s := range []*Store{s, open(t, client)} {
		assert.LessOrEqual(t, len(s.seen.ids), plenty)
		assert.Greater(t, len(s.seen.ids), plenty-perHour)
		assert.True(t, s.Delivered(event(hours*perHour-1)))
		assert.False(t, s.Delivered(event(0)))
		state, _ := s.State()
		assert.Equal(t, polled, state, "the position, and its times, stand still")
	}
}

// What may be announced again within hours is kept, however much it is.
func TestUUIDsOfTheLastHoursAreKeptBesideThePosition(t *testing.T) {
	s := open(t, NewMemory())
	for minute := range 120 {
		state := at(noon.Add(-24*time.Hour), "cursor")
		state.Beside = noon.Add(time.Duration(minute) * time.Minute)
		for n := range 300 {
			deliver(s, event(minute*300+n))
		}
		require.NoError(t, s.Commit(t.Context(), state))
	}
	assert.True(t, s.Delivered(event(0)))
	assert.Len(t, s.seen.ids, 120*300)
}

// What was delivered ahead of the position is kept until the position has passed it, however much there is.
func TestUUIDsAheadOfThePositionAreKeptUntilItComesUponThem(t *testing.T) {
	client := NewMemory()
	s := open(t, client)
	for n := range 2 * plenty {
		s.Deliver(noon, event(n))
	}
	ahead := at(noon.Add(-24*time.Hour), "0")
	ahead.Answered = noon
	require.NoError(t, s.Commit(t.Context(), ahead))
	state, _ := s.State()
	assert.Equal(t, ahead.Newest, state.Newest, "they do not move it")
	for hour := 1; hour <= 27; hour++ {
		newest := ahead.Newest.Add(time.Duration(hour) * time.Hour)
		polled := at(newest, fmt.Sprint(hour))
		polled.Answered = noon.Add(4 * time.Hour)
		require.NoError(t, s.Commit(t.Context(), polled))
		for _, s := range []*Store{s, open(t, client)} {
			assert.Equal(t, !newest.After(noon.Add(remembered)), s.Delivered(event(0)), hour)
		}
	}
}
