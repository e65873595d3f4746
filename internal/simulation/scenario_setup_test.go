// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// setup is one receiver, its org and its storage, as they are at the beginning.
type setup struct {
	jitterSeed uint64 // which the random part of the receiver's waits follows from

	pollInterval time.Duration
	query        query
	startAt      startAt
	reserve      float64
	timeout      time.Duration // of a request
	oauth        bool          // an OAuth app with DPoP rather than an API token

	latency        time.Duration // of a request
	storageLatency time.Duration // of a write
	skew           time.Duration // how far Okta's clock is ahead at first
	limits         limits
	scanLimit      int           // events that a filtered request looks at; 0 means all
	moveWhenEmpty  bool          // whether the link of an empty page tells how far it looked
	maxPage        int           // events that a page holds at most, whatever is asked for; 0 means no such limit
	backlog        int           // events that happened before
	tokenLifetime  time.Duration // of access tokens
	nonceLifetime  time.Duration // of DPoP nonces
	askNonce       bool          // whether the System Log itself asks for nonces
	foldLinks      bool
	omitNext       bool // whether empty pages have no next link
	sinceNext      bool // whether the next link of an empty first page repeats since
	largeEvents    bool // whether one event in four is large

	reads    timeRange
	hook     hookSetup
	replicas replicaSetup

	branches []branchSetup // of a pipeline that fans out; none where the pipeline is one piece
	join     int           // the way in which their errors are joined
	drop     bool          // permanent_errors: drop
}

func (set setup) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "polls every %s for %s, start_at %s, reserve %g, timeout %s",
		set.pollInterval, set.query, set.startAt, set.reserve, set.timeout)
	if set.oauth {
		fmt.Fprintf(&b, "; OAuth with DPoP, tokens live %s and nonces %s, the log asks for nonces: %t",
			set.tokenLifetime, set.nonceLifetime, set.askNonce)
	}
	fmt.Fprintf(&b, "; the org answers in %s, allows %s, is ahead by %s, has %d events", set.latency, set.limits, set.skew, set.backlog)
	for _, option := range []struct {
		on   bool
		what string
	}{
		{set.scanLimit > 0, fmt.Sprintf("looks at %d events a request", set.scanLimit)},
		{set.moveWhenEmpty, "tells in links how far it looked"},
		{set.maxPage > 0, fmt.Sprintf("has pages of %d events at most", set.maxPage)},
		{set.foldLinks, "folds its links"},
		{set.omitNext, "omits next on empty pages"},
		{set.sinceNext, "repeats since on an empty first page"},
		{set.largeEvents, "has large events"},
	} {
		if option.on {
			b.WriteString(", " + option.what)
		}
	}
	fmt.Fprintf(&b, "; the storage takes %s", set.storageLatency)
	if set.reads.on {
		fmt.Fprintf(&b, "; %s", set.reads)
	}
	if set.hook.on() {
		fmt.Fprintf(&b, "; %s", set.hook)
	}
	if set.replicas.on {
		fmt.Fprintf(&b, "; %s", set.replicas)
	}
	b.WriteString(set.branchesString())
	return b.String()
}

// query is which events a receiver asks for, and how many at a time.
type query struct {
	filter   int // an index of filters
	pageSize int
}

func (q query) String() string {
	s := fmt.Sprintf("pages of %d events", q.pageSize)
	if text := filters[q.filter].text; text != "" {
		s += " with " + text
	}
	return s
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

// principalShare is how much of the org's limit a credential may use, unless the org says otherwise.
const principalShare = oktatest.DefaultPrincipalShare

// limits are the rate limit of an org.
type limits struct {
	requests int     // a minute, for all of the org's clients
	share    float64 // of these that the receiver's credential may use
	showOrg  bool    // the headers show the org's limit, and not that of the credential
	events   bool    // the org writes of warnings and violations into its log
}

func (l limits) String() string {
	s := fmt.Sprintf("%d requests a minute, %g of them for one credential", l.requests, l.share)
	if l.showOrg {
		s += ", shows the org's limit"
	}
	if l.events {
		s += ", writes of warnings"
	}
	return s
}

// own is what the credential may use in a window.
func (l limits) own() int { return int(float64(l.requests) * l.share) }

// shown is the limit that the headers show.
func (l limits) shown() int {
	if l.showOrg {
		return l.requests
	}
	return l.own()
}

// hidesOwn reports whether the limit that the receiver meets is below the one that the headers show.
func (l limits) hidesOwn() bool { return l.shown() > l.own() }

// usable is what a receiver with this reserve may use in a window.
func (l limits) usable(reserve float64) int {
	return min(l.own(), l.shown()-int(math.Ceil(reserve*float64(l.shown()))))
}

// belowWarning reports whether a receiver with this reserve stays below the 60 % of the org's limit where Okta
// writes a warning.
func (l limits) belowWarning(reserve float64) bool {
	return l.share <= principalShare || reserve >= 0.45
}

// hookSetup is the event hook of an org; the zero value is none.
type hookSetup struct {
	confirmWithin      time.Duration // how long announced events may take to come; 0 means that there is no event hook
	deliverUnconfirmed bool          // whether those that do not come are delivered from what the hook said
	lead               time.Duration // how long before events can be read they are announced
	delay              time.Duration // or how long after
	batch              int
	batchWait          time.Duration
	retryDelay         time.Duration
	irregular          float64 // the share of events and deliveries that are sent twice, or out of order
	seed               uint64
}

func (h hookSetup) on() bool { return h.confirmWithin > 0 }

func (h hookSetup) String() string {
	when := fmt.Sprintf("%s after", h.delay)
	if h.lead > 0 {
		when = fmt.Sprintf("%s before", h.lead)
	}
	return fmt.Sprintf("an event hook announces events %s they can be read, %d at a time, %g of them twice or out of order; "+
		"they may take %s, delivered unconfirmed: %t", when, h.batch, h.irregular, h.confirmWithin, h.deliverUnconfirmed)
}
