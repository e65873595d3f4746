// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"strings"
	"time"
)

// history is everything that happens to some receivers, made from a seed. It is plain data: it can
// be printed, replayed and shortened.
type history struct {
	seed   uint64
	length time.Duration // after which nothing more happens
	setups []setup
	steps  []step // in the order of their times
}

// step is one thing that happens to one receiver or its surroundings.
type step struct {
	at     time.Duration // since the beginning
	member int           // whose; an index of setups
	act    act
}

// act is what happens. String reads like a sentence.
type act interface {
	fmt.Stringer
	on(m *member)
}

// setup is one receiver, its org and its storage, as they are at the beginning.
type setup struct {
	poll    time.Duration
	query   query
	startAt startAt
	reserve float64
	timeout time.Duration // of a request
	oauth   bool          // an OAuth app with DPoP rather than an API token

	latency   time.Duration // of a request
	store     time.Duration // that a write to the storage takes
	skew      time.Duration // how far Okta's clock is ahead at first
	limits    limits
	scanLimit int           // events that a filtered request looks at; 0 means all
	backlog   int           // events that happened before
	tokenLife time.Duration // of access tokens
	nonceLife time.Duration // of DPoP nonces
	askNonce  bool          // whether the System Log itself asks for nonces
	foldLinks bool
	omitNext  bool // whether empty pages have no next link
	sinceNext bool // whether the next link of an empty first page repeats since
	large     bool // whether one event in four is large

	hook hookSetup
}

// query is which events a receiver asks for, and how many at a time.
type query struct {
	filter   int // an index of filters
	pageSize int
}

func (q query) String() string {
	return fmt.Sprintf("pages of %d events%s", q.pageSize, filters[q.filter].sentence())
}

// startAt is where a receiver begins that has nothing stored.
type startAt string

// lookBack is how far before its first request a receiver that starts there looks.
func (s startAt) lookBack() time.Duration {
	switch s {
	case "beginning":
		return 90 * 24 * time.Hour
	case "end":
		return 0
	}
	d, err := time.ParseDuration(strings.TrimPrefix(string(s), "-"))
	if err != nil {
		panic(err) // the generator wrote it
	}
	return d
}

func (s setup) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "polls every %s for %s, start_at %s, reserve %g, timeout %s", s.poll, s.query, s.startAt, s.reserve, s.timeout)
	if s.oauth {
		fmt.Fprintf(&b, "; OAuth with DPoP, tokens live %s and nonces %s, the log asks for nonces: %t", s.tokenLife, s.nonceLife, s.askNonce)
	}
	fmt.Fprintf(&b, "; the org answers in %s, allows %s, is ahead by %s, has %d events", s.latency, s.limits, s.skew, s.backlog)
	for _, odd := range []struct {
		is   bool
		what string
	}{
		{s.scanLimit > 0, fmt.Sprintf("looks at %d events a request", s.scanLimit)}, {s.foldLinks, "folds its links"},
		{s.omitNext, "omits next on empty pages"}, {s.sinceNext, "repeats since on an empty first page"},
		{s.large, "has large events"},
	} {
		if odd.is {
			b.WriteString(", " + odd.what)
		}
	}
	fmt.Fprintf(&b, "; the storage takes %s", s.store)
	if s.hook.on() {
		fmt.Fprintf(&b, "; %s", s.hook)
	}
	return b.String()
}

// String is the history as one reads it.
func (h *history) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d, %s\n", h.seed, h.length)
	for i, s := range h.setups {
		fmt.Fprintf(&b, "  %s %s\n", hostOf(i), s)
	}
	for _, s := range h.steps {
		fmt.Fprintf(&b, "  %s  %s: %s\n", clockTime(s.at), hostOf(s.member), s.act)
	}
	return b.String()
}

// clockTime writes a time since the beginning as "1d 03:04:05.678".
func clockTime(d time.Duration) string {
	day, rest := d/(24*time.Hour), d%(24*time.Hour)
	return fmt.Sprintf("%dd %02d:%02d:%06.3f", day, rest/time.Hour, rest%time.Hour/time.Minute, (rest % time.Minute).Seconds())
}

// hostOf is the host of the org of a receiver, as it is printed.
func hostOf(member int) string { return fmt.Sprintf("org%d.okta.com", member+1) }
