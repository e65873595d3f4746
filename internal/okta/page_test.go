// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// A page that was not released keeps its events, whatever others do with theirs.
func TestReleasedPagesLeaveOthersAlone(t *testing.T) {
	org := orgWith(30, oktatest.Options{})
	client := clientOf(org)
	first, err := client.Page(t.Context(), Query{PageSize: 10}.Since(twoHoursAgo(org)))
	require.NoError(t, err)
	want := bytes.Join(first.Events, nil)
	for at := first.Next; ; {
		page, err := client.Page(t.Context(), at)
		require.NoError(t, err)
		if len(page.Events) == 0 {
			break
		}
		assert.NotEqual(t, want, bytes.Join(page.Events, nil))
		at = page.Next
		page.Release()
		page.Release()
		assert.Nil(t, page.Events)
	}
	assert.Equal(t, want, bytes.Join(first.Events, nil))
}

func TestRequestThatFailsTakesNoPageAway(t *testing.T) {
	org := orgWith(3, oktatest.Options{})
	client := clientOf(org)
	at := Query{PageSize: 10}.Since(twoHoursAgo(org))
	page, err := client.Page(t.Context(), at)
	require.NoError(t, err)
	want := bytes.Join(page.Events, nil)
	for range 3 {
		org.Inject(fault.InvalidJSON())
		_, err = client.Page(t.Context(), at)
		require.ErrorContains(t, err, "not a complete, valid JSON array")
	}
	assert.Equal(t, want, bytes.Join(page.Events, nil))
}

// While a log is drained two pages take turns in the same memory; a client that has read all holds none of it.
func TestRoomsOfPages(t *testing.T) {
	org := orgWith(95, oktatest.Options{})
	client := clientOf(org)
	used := map[*room]int{}
	ahead, err := client.Page(t.Context(), Query{PageSize: 10}.Since(twoHoursAgo(org)))
	require.NoError(t, err)
	for ahead.Full {
		page := ahead
		ahead, err = client.Page(t.Context(), page.Next)
		require.NoError(t, err)
		used[page.room]++
		page.Release()
	}
	assert.LessOrEqual(t, len(used), 4, "two, and the first two, which were made before the size of pages was known")
	assert.Len(t, ahead.Events, 5)
	assert.NotNil(t, client.rooms.spare.Load())
	ahead.Release()
	assert.Nil(t, client.rooms.spare.Load())
}

func TestRoomThatIsMuchTooLargeIsNotKept(t *testing.T) {
	for name, tc := range map[string]struct {
		held, used int
		kept       bool
	}{
		"as large as the page":         {1 << 20, 1 << 20, true},
		"a little larger":              {1 << 20, 800 << 10, true},
		"twice as large":               {2 << 20, 1 << 20, false},
		"larger than pages should be":  {maxKeptBody + 1, maxKeptBody, false},
		"as large as pages should be":  {maxKeptBody, maxKeptBody, true},
		"of a page that had no events": {512, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			var rooms rooms
			used := &room{body: *bytes.NewBuffer(make([]byte, tc.used, tc.held))}
			rooms.giveBack(used, true)
			if tc.kept {
				assert.Same(t, used, rooms.take())
			}
			assert.Nil(t, rooms.spare.Load())
		})
	}
}
