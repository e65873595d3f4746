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

// header is that of an answer with a Date and the end of a window; a zero time is left out.
func header(date, reset time.Time) http.Header {
	h := http.Header{}
	if !date.IsZero() {
		h.Set("Date", date.UTC().Format(http.TimeFormat))
	}
	if !reset.IsZero() {
		h.Set("X-Rate-Limit-Reset", strconv.FormatInt(reset.Unix(), 10))
	}
	return h
}

// answer is that of an org whose clock is ahead of the local one.
func answer(ahead time.Duration) http.Header {
	now := time.Now().Add(ahead)
	return header(now, now.Add(30*time.Second))
}

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
		assert.Equal(t, ahead, clock.Observe(answer(10*time.Minute)).UTC())
		offset, known := clock.Offset()
		assert.True(t, known)
		assert.Equal(t, 10*time.Minute, offset)
		time.Sleep(time.Hour) // virtual
		assert.Equal(t, ahead.Add(time.Hour), clock.Now().UTC())
		assert.Equal(t, ahead.Add(time.Hour), clock.Observe(http.Header{}).UTC(), "known from before")
	})
}

func TestClockIsFreshForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock Clock
		assert.False(t, clock.IsFresh(time.Hour), "no answer has come")
		clock.Observe(answer(10 * time.Minute))
		assert.True(t, clock.IsFresh(10*time.Second))
		time.Sleep(10 * time.Second) // virtual
		assert.True(t, clock.IsFresh(10*time.Second))
		time.Sleep(time.Second)
		assert.False(t, clock.IsFresh(10*time.Second))
		clock.Observe(answer(10 * time.Minute))
		clock.Observe(http.Header{"Date": answer(time.Hour)["Date"]})
		assert.False(t, clock.IsFresh(10*time.Second), "it is open which answer is right")
	})
}

// A proxy may remove the Date. A local clock that is off then still shows: Okta's rate limit windows
// are a minute long, and their end is a time on its clock.
func TestClockWithoutADateKeepsToTheWindow(t *testing.T) {
	for name, tc := range map[string]struct {
		untilReset  time.Duration // on the local clock
		first, then time.Duration
	}{
		"the clock may be right":          {40 * time.Second, 0, 0},
		"at the end of the window":        {0, 0, 0},
		"at its beginning, rounded up":    {61 * time.Second, 0, 0},
		"a window that has ended":         {-2 * time.Second, -63 * time.Second, -63 * time.Second},
		"the local clock is ahead":        {-10 * time.Minute, -661 * time.Second, -661 * time.Second},
		"the local clock is behind":       {11 * time.Minute, 0, 599 * time.Second},
		"the local clock is a bit behind": {62 * time.Second, time.Second, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var clock Clock
				reset := func() http.Header { return header(time.Time{}, time.Now().Add(tc.untilReset)) }
				assert.Equal(t, time.Now().Add(tc.first), clock.Observe(reset()))
				assert.Equal(t, time.Now().Add(tc.first), clock.Observe(reset()), "the same answer again")
				time.Sleep(10 * time.Second) // virtual
				assert.Equal(t, time.Now().Add(tc.then), clock.Observe(reset()), "another one that agrees")
				_, known := clock.Offset()
				assert.False(t, known, "to a minute is not known")
				assert.Equal(t, time.Now().Add(tc.then), clock.Observe(http.Header{}))
				_, doubtful := clock.Doubt()
				assert.False(t, doubtful)

				clock.Observe(answer(-time.Hour))
				assert.Equal(t, time.Now().Add(-time.Hour).UTC(), clock.Now().UTC(), "a Date is better")
				assert.Equal(t, time.Now().Add(-time.Hour).UTC(), clock.Observe(header(time.Time{}, time.Now().Add(-time.Hour-time.Second))).UTC(), "and stays")
			})
		})
	}
}

const year = 365 * 24 * time.Hour

// wrongAnswers are those that no clock follows, as they are now.
var wrongAnswers = map[string]func() http.Header{
	"a Date two years ahead":                 func() http.Header { return header(time.Now().Add(2*year), time.Now().Add(30*time.Second)) },
	"a Date two years ahead, no reset":       func() http.Header { return header(time.Now().Add(2*year), time.Time{}) },
	"a Date one day ahead":                   func() http.Header { return header(time.Now().Add(24*time.Hour), time.Now().Add(30*time.Second)) },
	"a Date one day ahead, no reset":         func() http.Header { return header(time.Now().Add(24*time.Hour), time.Time{}) },
	"a Date far in the past":                 func() http.Header { return header(time.Now().Add(-5*year), time.Now().Add(30*time.Second)) },
	"a Date before there was an Okta":        func() http.Header { return header(time.Unix(0, 0), time.Time{}) },
	"a reset in a year, no Date":             func() http.Header { return header(time.Time{}, time.Now().Add(year)) },
	"a reset in milliseconds, no Date":       func() http.Header { return header(time.Time{}, time.Unix(time.Now().UnixMilli(), 0)) },
	"a reset in seconds from now, no Date":   func() http.Header { return header(time.Time{}, time.Unix(42, 0)) },
	"a reset beyond all numbers, no Date":    func() http.Header { return http.Header{"X-Rate-Limit-Reset": {"9223372036854775807"}} },
	"a Date and a reset, both in the future": func() http.Header { return header(time.Now().Add(year), time.Now().Add(2*year)) },
}

func TestClockFollowsNoSingleWrongAnswer(t *testing.T) {
	for name, wrong := range wrongAnswers {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for ahead, first := range map[time.Duration]func() http.Header{
					0:               func() http.Header { return answer(0) },
					-72 * time.Hour: func() http.Header { return answer(-72 * time.Hour) },
				} {
					clock := &Clock{}
					clock.Observe(first())
					for range 3 {
						time.Sleep(10 * time.Second) // virtual
						right := time.Now().Add(ahead)
						assert.Equal(t, right.UTC(), clock.Observe(wrong()).UTC())
						assert.Equal(t, right.UTC(), clock.Observe(wrong()).UTC(), "seen by two")
						assert.Equal(t, right.UTC(), clock.Now().UTC())
						time.Sleep(time.Second)
						clock.Observe(answer(ahead))
						_, doubtful := clock.Doubt()
						assert.False(t, doubtful)
					}
				}
			})
		})
	}
}

// Before the first answer there is nothing but the local clock. A wrong answer must not lead past it.
func TestClockOfAFirstWrongAnswerIsNeverAhead(t *testing.T) {
	for name, wrong := range wrongAnswers {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var clock Clock
				right := time.Now()
				assert.False(t, clock.Observe(wrong()).After(right))
				time.Sleep(time.Second) // virtual
				right = time.Now()
				assert.Equal(t, right.UTC(), clock.Observe(answer(0)).UTC(), "the next answer tells")
				assert.Zero(t, clock.Disbelieved())
			})
		})
	}
}

func TestClockOfANewMachineThatIsDaysOff(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"behind": 5 * 24 * time.Hour, "ahead": -5 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var clock Clock
				right := time.Now().Add(ahead)
				assert.Equal(t, right.UTC(), clock.Observe(answer(ahead)).UTC(), "its first answer is enough")

				clock = Clock{}
				date := func() http.Header { return header(time.Now().Add(ahead), time.Time{}) }
				assert.Equal(t, earlier(right, time.Now()).UTC(), clock.Observe(date()).UTC(), "without a reset the earlier time")
				_, doubtful := clock.Doubt()
				assert.True(t, doubtful, "which is told")
				time.Sleep(10 * time.Second) // virtual
				assert.Equal(t, time.Now().Add(ahead).UTC(), clock.Observe(date()).UTC(), "until a second one agrees")
			})
		})
	}
}

func TestClockFollowsOneThatMovesForGood(t *testing.T) {
	for name, moved := range map[string]time.Duration{"ahead": 26 * time.Hour, "back": -26 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var clock Clock
				clock.Observe(answer(0))
				for n := range enoughToMove {
					time.Sleep(10 * time.Second) // virtual
					want := time.Now()
					if n == enoughToMove-1 {
						want = want.Add(moved)
					}
					assert.Equal(t, want.UTC(), clock.Observe(header(time.Now().Add(moved), time.Time{})).UTC(), "answer %d", n)
				}
				assert.Equal(t, time.Now().UTC(), clock.Observe(answer(0)).UTC(), "one whose Date and reset agree is enough")
			})
		})
	}
}

// A reset that is wrong each time, from what removes the Date too, would else skip events and sign for the future.
func TestClockWithoutADateDoesNotMoveFarAhead(t *testing.T) {
	for _, ahead := range []time.Duration{20 * time.Minute, 6 * time.Hour, 2 * year} {
		synctest.Test(t, func(t *testing.T) {
			for _, dated := range []bool{false, true} {
				var clock Clock
				if dated {
					clock.Observe(answer(0))
				}
				for range 10 {
					time.Sleep(10 * time.Second) // virtual
					assert.Equal(t, time.Now().UTC(), clock.Observe(header(time.Time{}, time.Now().Add(ahead))).UTC())
					_, doubtful := clock.Doubt()
					assert.True(t, doubtful)
				}
			}
		})
	}
}

// A proxy that sets each Date wrong says the same time again and again. Okta's windows say otherwise.
func TestClockFollowsNoDateThatEveryWindowContradicts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock Clock
		for range 10 {
			assert.Equal(t, time.Now(), clock.Observe(header(time.Now().Add(24*time.Hour), time.Now().Add(30*time.Second))))
			assert.Equal(t, time.Now().Add(24*time.Hour).UTC(), clock.Disbelieved().UTC())
			time.Sleep(10 * time.Second) // virtual
		}
	})
}
