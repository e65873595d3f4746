// SPDX-License-Identifier: Apache-2.0

package checkpoint

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An event that Okta persisted hours after it was published lies within reach of a rewind for as
// long as others that were persisted then, however old it says it is.
func TestIDsOfLateEventsAreKeptAsLongAsARewindReachesThem(t *testing.T) {
	client := NewMemory()
	s := open(t, client)
	late := at(noon.Add(-5*time.Hour), "1")
	late.Answered = noon
	commit(t, s, late, event(0))
	for minute := range 180 {
		now := noon.Add(time.Duration(minute) * time.Minute)
		state := at(now, fmt.Sprint(minute))
		state.Answered = now
		commit(t, s, state, event(1+minute))
		for _, s := range []*Store{s, open(t, client)} {
			assert.Equal(t, minute <= int(remembered.Minutes()), s.Delivered(event(0)), minute)
		}
	}
}

// What is read of a backlog was answered just now, and is not all kept until that is long ago.
func TestIDsOfABacklogAreForgottenWhenThereAreEnough(t *testing.T) {
	s := newChunkList()
	for hour := range 100 {
		newest := noon.Add(time.Duration(hour-200) * time.Hour)
		s.forget(ReachableByRewind().expired(s, newest, 1000))
		c := &chunk{newest: newest, answered: noon}
		for n := range 1000 {
			c.ids = append(c.ids, event(1000*hour+n))
		}
		s.add(c)
		require.LessOrEqual(t, len(s.ids), minKept)
	}
	assert.Greater(t, len(s.ids), minKept-1000)
}

// A position that is a time finds all again that was delivered since: it is remembered until there
// is a cursor, across a restart too.
func TestIDsAreKeptWhileThePositionIsATime(t *testing.T) {
	client := NewMemory()
	for hour := range 10 {
		s := open(t, client)
		state := at(noon.Add(time.Duration(hour)*time.Hour), "since")
		state.Answered = state.Newest
		require.NoError(t, s.Commit(t.Context(), state, Delivered{IDs: []ID{event(hour)}, Answered: state.Answered}, KeepAll()))
	}
	s := open(t, client)
	for hour := range 10 {
		assert.True(t, s.Delivered(event(hour)), hour)
	}
	cursor := at(noon.Add(9*time.Hour), "cursor")
	cursor.Answered = cursor.Newest
	commit(t, s, cursor)
	assert.False(t, s.Delivered(event(0)))
	assert.True(t, s.Delivered(event(9)))

	full := newChunkList()
	full.add(&chunk{ids: make([]ID, 1)})
	assert.Zero(t, KeepAll().expired(full, noon, maxKept-1))
	assert.Equal(t, 1, KeepAll().expired(full, noon, maxKept), "but for the bound")
}

// A storage that fails for days while events are delivered takes no more memory than one that works.
func TestPendingIsBounded(t *testing.T) {
	var p Pending
	p.Add(noon, noon, event(0), event(1))
	p.ids = append(p.ids, make([]ID, maxKept-2)...) // so many more
	p.Add(noon, noon, event(2))
	assert.Len(t, p.ids, maxKept)
	assert.False(t, p.Has(event(0)), "the oldest goes")
	assert.True(t, p.Has(event(1)))
	assert.True(t, p.Has(event(2)))
}

// While nothing polls, the position stands still and events are delivered for weeks: what is kept of them
// is bounded.
func TestIDsOfAnnouncedEventsAreForgotten(t *testing.T) {
	const perHour, hours = 1000, 100
	client := NewMemory()
	s := open(t, client)
	polled := at(noon, "cursor")
	polled.Answered = noon
	commit(t, s, polled)
	for hour := range hours {
		now := noon.Add(time.Duration(hour) * time.Hour)
		announced := Delivered{IDs: events(hour*perHour, perHour), Answered: now}
		require.NoError(t, s.Commit(t.Context(), polled, announced, AnnouncedRecently(now)))
	}
	for _, s := range []*Store{s, open(t, client)} {
		assert.LessOrEqual(t, len(s.delivered.ids), minKept)
		assert.Greater(t, len(s.delivered.ids), minKept-perHour)
		assert.True(t, s.Delivered(event(hours*perHour-1)))
		assert.False(t, s.Delivered(event(0)))
		state, _ := s.Position()
		assert.Equal(t, polled, state, "the position, and its times, stand still")
	}
}

// What may be announced again within hours is kept, however much it is.
func TestIDsOfRecentlyAnnouncedEventsAreKept(t *testing.T) {
	s := open(t, NewMemory())
	for minute := range 120 {
		now := noon.Add(time.Duration(minute) * time.Minute)
		announced := Delivered{IDs: events(minute*300, 300), Answered: now}
		require.NoError(t, s.Commit(t.Context(), at(noon.Add(-24*time.Hour), "cursor"), announced, AnnouncedRecently(now)))
	}
	assert.True(t, s.Delivered(event(0)))
	assert.Len(t, s.delivered.ids, 120*300)
}

// What was delivered ahead of the position is kept until the position has passed it, however much there is.
func TestIDsAheadOfThePositionAreKeptUntilItComesUponThem(t *testing.T) {
	client := NewMemory()
	s := open(t, client)
	ahead := at(noon.Add(-24*time.Hour), "0")
	ahead.Answered = noon
	announced := Delivered{IDs: events(0, 2*minKept), Newest: noon, Answered: noon}
	require.NoError(t, s.Commit(t.Context(), ahead, announced, ReachableByRewind()))
	state, _ := s.Position()
	assert.Equal(t, ahead.Newest, state.Newest, "they do not move it")
	for hour := 1; hour <= 27; hour++ {
		newest := ahead.Newest.Add(time.Duration(hour) * time.Hour)
		polled := at(newest, fmt.Sprint(hour))
		polled.Answered = noon.Add(4 * time.Hour)
		commit(t, s, polled)
		for _, s := range []*Store{s, open(t, client)} {
			assert.Equal(t, !newest.After(noon.Add(remembered)), s.Delivered(event(0)), hour)
		}
	}
}

// events are n events from the first on.
func events(first, n int) []ID {
	ids := make([]ID, n)
	for i := range ids {
		ids[i] = event(first + i)
	}
	return ids
}
