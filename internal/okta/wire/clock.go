// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"sync"
	"time"
)

const (
	// TolerableOffset is the difference between Okta's clock and the local one from which on it is reported.
	TolerableOffset = 5 * time.Second

	// agreement is how far apart two tellings of the time may be and still say the same.
	agreement = 2 * time.Minute
	// answerGap is how far apart answers count as several: what sees one answer twice, or a burst from one broken
	// server, is no agreement.
	answerGap = time.Second
	// enoughAtFirst is how many answers in a row must agree with each other to be believed against the local clock,
	// and enoughToMove how many against a time of Okta's that was believed before.
	enoughAtFirst, enoughToMove = 2, 3
)

// earliestPlausible is long before the first answer of Okta's. A reset that is written as the seconds that are left,
// as other servers do, is such a time.
var earliestPlausible = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// Clock estimates Okta's clock from the answers of Okta. The zero value is the local clock. It is safe for concurrent
// use; all clients of an org in a receiver share one.
//
// One wrong answer must not move it: a since in the future skips events, and an assertion that is valid for years is
// a credential of its own. So what an answer tells is believed only when one of these holds:
//
//   - its Date and its X-Rate-Limit-Reset agree: the reset lies within two minutes after the Date,
//   - it agrees with the time that is known so far, allowing for the time that passed since,
//   - several answers in a row agree with each other: so it follows a clock that has moved for good, though not far
//     ahead where they have no Date.
//
// Until then the time known so far stays, or, where Okta has told none, the earlier one of the local clock and the
// answer: what is read from too early a time is only read twice. The local clock decides nothing where Okta tells
// more: a new machine may itself be days off.
type Clock struct {
	mu sync.Mutex
	// at is a believed time of Okta's, and local when that was; at is zero before the first. local has a monotonic
	// reading, so that a step of the local clock moves nothing.
	at, local time.Time
	// exact is set when at comes from a Date, rather than from a window of the rate limit.
	exact bool
	// doubt is what the last answers have told and is not believed.
	doubt doubt
	// disbelieved is the time that the last answer told, on Okta's clock, when that is not believed; else zero.
	disbelieved time.Time
}

// doubt is a time that answers have told in a row and that is not believed yet.
type doubt struct {
	at, local time.Time
	answers   int // 0 without doubt
}

// Observe corrects the clock by the headers of an answer that has just arrived, and returns the instant of the arrival
// on Okta's clock, as far as it is believed.
//
// A Date has no fractions of a second and is older than the answer's arrival. So the clock is never ahead of Okta's,
// and behind it by up to a second and the time that the answer travelled.
func (c *Clock) Observe(h http.Header) time.Time {
	local := time.Now()
	told := readTime(h)
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.known(local)
	if !told.nothing() {
		c.disbelieved = time.Time{}
	}
	switch {
	case told.agree() || !told.date.IsZero() && within(told.date, now, agreement):
		c.believe(told.date, local, true)
	case told.isWindow() && told.holds(now, agreement):
		// A window tells the time to a minute only, so it corrects nothing but a time that lies outside of it.
		if !c.exact && !told.holds(now, 0) {
			c.believe(told.begins(), local, false)
		}
		c.doubt, c.disbelieved = doubt{}, told.date
	case told.nothing():
	default:
		c.disbelieve(told, local)
	}
	return c.now(local)
}

// disbelieve notes a time that contradicts the one that is known so far, and believes it when it is not the first
// such one. Of a Date and a window that contradict each other the earlier one counts. The caller holds c.mu.
func (c *Clock) disbelieve(told told, local time.Time) {
	at, exact := told.date, true
	if begins := told.begins(); at.IsZero() || told.isWindow() && begins.Before(at) {
		at, exact = begins, false
	}
	c.disbelieved = at
	passed := local.Sub(c.doubt.local)
	switch {
	case c.doubt.answers == 0 || !within(at, c.doubt.at.Add(passed), agreement):
		c.doubt = doubt{at: at, local: local, answers: 1}
	case passed >= answerGap:
		c.doubt = doubt{at: at, local: local, answers: c.doubt.answers + 1}
	}
	enough := enoughToMove
	if c.at.IsZero() {
		enough = enoughAtFirst
	}
	if c.doubt.answers >= enough && (exact || !at.After(c.known(local).Add(maxWindowMove))) {
		c.believe(at, local, exact)
	}
}

// believe makes a time the one that is known. The caller holds c.mu.
func (c *Clock) believe(at, local time.Time, exact bool) {
	c.at, c.local, c.exact, c.doubt, c.disbelieved = at, local, exact, doubt{}, time.Time{}
}

// now is the time on Okta's clock at a local time. The caller holds c.mu.
func (c *Clock) now(local time.Time) time.Time {
	now := c.known(local)
	if c.at.IsZero() && c.doubt.answers > 0 {
		return earlier(now, c.doubt.at.Add(local.Sub(c.doubt.local)))
	}
	return now
}

// known is the time that is known so far, at a local time. The caller holds c.mu.
func (c *Clock) known(local time.Time) time.Time {
	if c.at.IsZero() {
		return local
	}
	return c.at.Add(local.Sub(c.local))
}

// Now is the time on Okta's clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now(time.Now())
}

// Offset is how far Okta's clock is ahead of the local one, to about a second, and whether a Date has been believed
// yet.
func (c *Clock) Offset() (ahead time.Duration, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	local := time.Now()
	// Without its monotonic reading: it is the time that the local clock shows.
	return c.now(local).Round(0).Sub(local.Round(0)), c.exact
}

// IsFresh reports whether an answer has told the time that the clock shows at most so long ago, and nothing is open.
func (c *Clock) IsFresh(within time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.exact && c.doubt.answers == 0 && time.Since(c.local) <= within
}

// Doubt is the time that the last answers told, moved on to the present, while it is open whether that or the time
// known so far is right; ok is false when nothing is open. Where a time decides what is read, ask Okta again, and in
// the end take the earlier time.
func (c *Clock) Doubt() (at time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.doubt.at.Add(time.Since(c.doubt.local)), c.doubt.answers > 0
}

// Disbelieved is the time that the last answer told and that is not believed; zero when it is.
func (c *Clock) Disbelieved() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.disbelieved
}

// told is what an answer tells about the time on Okta's clock. A part that it does not tell is zero.
type told struct {
	date  time.Time
	reset time.Time // less than a second before it or after it the window of the rate limit ends
}

func readTime(h http.Header) told {
	var t told
	if date, err := http.ParseTime(h.Get("Date")); err == nil && plausible(date) {
		t.date = date
	}
	if seconds, ok := number(h.Get("X-Rate-Limit-Reset")); ok && seconds < latestPlausible {
		if reset := time.Unix(seconds, 0); plausible(reset) {
			t.reset = reset
		}
	}
	return t
}

func plausible(t time.Time) bool { return t.After(earliestPlausible) && t.Unix() < latestPlausible }

func (t told) nothing() bool  { return t.date.IsZero() && t.reset.IsZero() }
func (t told) isWindow() bool { return !t.reset.IsZero() }

// agree reports whether the Date lies in the window, or shortly before.
func (t told) agree() bool {
	if t.date.IsZero() || t.reset.IsZero() {
		return false
	}
	left := t.reset.Sub(t.date)
	return left >= -time.Second && left <= agreement
}

// begins is the earliest beginning of the window. It stands for the window, because of all its times it is the
// earliest. Okta does not say whether it rounds the end up or down.
func (t told) begins() time.Time { return t.reset.Add(-Window - time.Second) }

// holds reports whether a time lies in the window, or less than slack beside it.
func (t told) holds(at time.Time, slack time.Duration) bool {
	return !at.Before(t.begins().Add(-slack)) && at.Before(t.reset.Add(time.Second+slack))
}

// within reports whether two times are at most some time apart.
func within(a, b time.Time, apart time.Duration) bool { return a.Sub(b).Abs() <= apart }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
