// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

func TestPollingGoesByPersistenceTime(t *testing.T) {
	org := NewOrg(clockAt(noon))
	org.Append(
		persistedAt("second", noon.Add(-3*time.Hour), noon.Add(-time.Hour)),
		persistedAt("first", noon.Add(-2*time.Hour), noon.Add(-90*time.Minute)),
		persistedAt("third", noon.Add(-4*time.Hour), noon.Add(-time.Hour)),
		persistedAt("too early", noon.Add(-time.Minute), noon.Add(-100*time.Minute)),
		persistedAt("not yet", noon.Add(-time.Minute), noon.Add(time.Nanosecond)),
	)
	page := get(t, org, "?"+since(noon.Add(-90*time.Minute)))
	assert.Equal(t, []string{"first", "second", "third"}, page.uuids(t), "since and order are by persistence, ties by insertion")
	assert.Equal(t, strconv.FormatInt(noon.Add(-time.Hour).UnixMilli(), 10)+"_2", page.cursor(t))
}

func TestPollingWithoutSinceBeginsSevenDaysAgo(t *testing.T) {
	org := NewOrg(clockAt(noon))
	week := noon.Add(-7 * 24 * time.Hour)
	org.Append(persistedAt("before", week, week.Add(-time.Millisecond)), persistedAt("within", week, week))
	assert.Equal(t, []string{"within"}, get(t, org, "").uuids(t))
	assert.Equal(t, []string{"within"}, get(t, org, "?until=").uuids(t), "an empty until is an absent one")
}

func TestPollingNextIsAlwaysThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := NewOrg(Options{})
		start := time.Now()
		empty := get(t, org, "?"+since(start))
		require.Equal(t, "[]", empty.body)
		require.Regexp(t, `^\d+_\d+$`, empty.cursor(t), "an empty first page has a cursor too")

		idle := get(t, org, empty.links()["next"])
		assert.Empty(t, idle.uuids(t))
		assert.Equal(t, idle.links()["self"], idle.links()["next"], "an empty page stays where it is")

		pass(time.Second)
		org.Append(event("late", start.Add(-time.Hour)), event("new", time.Now()))
		page := get(t, org, idle.links()["next"])
		assert.Equal(t, []string{"late", "new"}, page.uuids(t))
		assert.Empty(t, get(t, org, page.links()["next"]).uuids(t))

		org.Append(event("same instant", time.Now()))
		assert.Equal(t, []string{"same instant"}, get(t, org, page.links()["next"]).uuids(t))
	})
}

func TestScheduledEventsAppearOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		org := NewOrg(Options{})
		start := time.Now()
		org.AppendAt(start.Add(2*time.Second), event("b", start))
		org.AppendAt(start.Add(time.Second), event("a", start))
		page := get(t, org, "?"+since(start))
		assert.Empty(t, page.uuids(t))
		pass(time.Second)
		page = get(t, org, page.links()["next"])
		assert.Equal(t, []string{"a"}, page.uuids(t))

		org.Append(persistedAt("history", start, start.Add(-time.Hour)))
		page = get(t, org, page.links()["next"])
		assert.Equal(t, []string{"history"}, page.uuids(t), "what requests have seen does not change behind them")
		pass(time.Second)
		assert.Equal(t, []string{"b"}, get(t, org, page.links()["next"]).uuids(t))
		assert.Equal(t, 3, org.Len())
	})
}

func TestPagesFollowEachOtherWithinOneMillisecond(t *testing.T) {
	org := NewOrg(clockAt(noon))
	names := []string{"a", "b", "c", "d", "e"}
	for _, name := range names {
		org.Append(event(name, noon))
	}
	var seen []string
	target := "?limit=2&" + since(noon)
	for range 3 {
		page := get(t, org, target)
		seen = append(seen, page.uuids(t)...)
		target = page.links()["next"]
	}
	assert.Equal(t, names, seen)
}

func TestEmptyPageOptions(t *testing.T) {
	opts := clockAt(noon)
	opts.OmitNextWhenEmpty = true
	page := get(t, NewOrg(opts), "")
	assert.NotContains(t, page.links(), "next")
	assert.Contains(t, page.links(), "self")

	opts = clockAt(noon)
	opts.NoCursorWhenFirstIsEmpty = true
	page = get(t, NewOrg(opts), "?limit=7")
	assert.Equal(t, orgURL+api.LogsPath+"?limit=7", page.links()["next"])
}

func TestCursors(t *testing.T) {
	org := NewOrg(clockAt(noon))
	org.Append(event("a", noon), event("b", noon))
	good := strconv.FormatInt(noon.UnixMilli(), 10)
	for cursor, want := range map[string]int{
		good + "_0": http.StatusOK, good + "_1": http.StatusOK, good + "_2": http.StatusOK,
		good + "_3": http.StatusBadRequest, "1_1": http.StatusBadRequest, good: http.StatusBadRequest, "nonsense": http.StatusBadRequest,
		good + "_-1": http.StatusBadRequest, "9223372036854775807_0": http.StatusBadRequest,
	} {
		assert.Equal(t, want, get(t, org, "?after="+cursor).status, cursor)
	}
	assert.Equal(t, "E0000001", get(t, org, "?after=nonsense").errorCode(t))

	opts := clockAt(noon)
	opts.BadCursorCode = "E0000029"
	assert.Equal(t, "E0000029", get(t, NewOrg(opts), "?after=nonsense").errorCode(t))
}

func TestRefusePositions(t *testing.T) {
	org := NewOrg(clockAt(noon))
	org.Append(event("a", noon))
	before := get(t, org, "?"+since(noon))
	bounded := get(t, org, "?sortOrder=DESCENDING&limit=1")
	require.NotContains(t, bounded.links(), "next")

	org.RefusePositions("E0000054")
	refused := get(t, org, before.links()["next"])
	assert.Equal(t, http.StatusBadRequest, refused.status)
	assert.Equal(t, "E0000054", refused.errorCode(t))

	after := get(t, org, "?limit=5&"+since(noon))
	assert.Equal(t, []string{"a"}, after.uuids(t))
	assert.Empty(t, get(t, org, after.links()["next"]).uuids(t), "cursors handed out later work")

	org.RefusePositions("")
	assert.Equal(t, "E0000001", get(t, org, after.links()["next"]).errorCode(t))
}

func TestClockSetBackTakesNothingOutOfTheLog(t *testing.T) {
	org := NewOrg(clockAt(noon))
	org.Append(event("a", noon))
	page := get(t, org, "?"+since(noon))
	require.Equal(t, []string{"a"}, page.uuids(t))
	org.SetSkew(-time.Hour)
	org.Append(event("b", noon))
	assert.Equal(t, []string{"b"}, get(t, org, page.links()["next"]).uuids(t))
	assert.Equal(t, noon.Add(-time.Hour).Format(http.TimeFormat), get(t, org, "").header.Get("Date"))
}

func TestCursorsOfAnEarlierProcess(t *testing.T) {
	cursor := "?after=" + strconv.FormatInt(noon.Add(-time.Hour).UnixMilli(), 10) + "_7"
	for adopt, want := range map[bool][]string{false: nil, true: {"second", "third"}} {
		opts := clockAt(noon)
		opts.AdoptCursors = adopt
		org := NewOrg(opts)
		org.Append(
			persistedAt("first", noon, noon.Add(-time.Hour)),
			persistedAt("second", noon, noon.Add(-time.Hour+time.Millisecond)),
			persistedAt("third", noon, noon.Add(-time.Minute)),
		)
		page := get(t, org, cursor)
		if !adopt {
			assert.Equal(t, http.StatusBadRequest, page.status)
			continue
		}
		assert.Equal(t, want, page.uuids(t), "such a cursor stands for the end of its millisecond")
	}
}

func TestFilteredPolling(t *testing.T) {
	for _, moves := range []bool{false, true} {
		opts := clockAt(noon)
		opts.ScanLimit, opts.MoveWhenEmpty = 3, moves
		org := NewOrg(opts)
		for _, name := range []string{"a1", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "a2", "b8", "a3"} {
			org.Append(event(name, noon))
		}
		target := "?filter=" + url.QueryEscape(`uuid sw "a"`)
		var pages [][]string
		var moved []bool
		for range 6 {
			page := get(t, org, target)
			next := page.links()["next"]
			pages, moved, target = append(pages, page.uuids(t)), append(moved, next != page.links()["self"]), next
		}
		assert.Equal(t, [][]string{{"a1"}, {}, {}, {"a2"}, {"a3"}, {}}, pages, "short and empty pages in mid-stream, and nothing is lost")
		assert.Equal(t, []bool{true, moves, moves, true, true, false}, moved)
	}
}

func TestShortPages(t *testing.T) {
	opts := clockAt(noon)
	opts.MaxPage = 2
	org := NewOrg(opts)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		org.Append(event(name, noon))
	}
	target := "?limit=100"
	var pages [][]string
	for range 4 {
		page := get(t, org, target)
		pages, target = append(pages, page.uuids(t)), page.links()["next"]
	}
	assert.Equal(t, [][]string{{"a", "b"}, {"c", "d"}, {"e"}, {}}, pages)
}
