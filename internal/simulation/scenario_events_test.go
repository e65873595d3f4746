// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// newEvents is a step in which events happen.
type newEvents struct {
	count int
	late  time.Duration
}

func (s newEvents) String() string {
	if s.late == 0 {
		return fmt.Sprintf("%d events happen", s.count)
	}
	return fmt.Sprintf("%d events happen, up to %s late", s.count, s.late)
}

func (s newEvents) apply(n *node) { n.appendEvents(s.count, s.late, 0) }

// event is what the simulation knows of one event.
type event struct {
	uuid      string
	eventType string
	severity  string
	large     bool
	published time.Time // on Okta's clock
	happened  time.Time // when it was appended to the log, on the simulation's clock

	// first is the place of its first delivery among all first deliveries, also where the pipeline refused it
	// for good; 0 before.
	first             int
	period            int       // in which that was
	deliveredAt       time.Time // when that was, on Okta's clock
	announced         bool      // that delivery was made of what the event hook said
	probed            bool      // it may have been tried before its turn, since the event before it was refused for long
	allowedDuplicates int       // how often it may be delivered again
	acceptedBy        uint      // the branches that have it, a bit for each
}

// delivered reports whether the pipeline has the event, or has refused it for good.
func (e *event) delivered() bool { return e.first > 0 }

// polled reports whether the pipeline has the event from the System Log.
func (e *event) polled() bool { return e.delivered() && !e.announced }

// inOrder reports whether the pipeline has the event from the System Log, in its turn.
func (e *event) inOrder() bool { return e.polled() && !e.probed }

var eventTypes = []string{
	"user.session.start", "user.authentication.sso", "app.oauth2.token.grant", "policy.rule.update", "system.email.delivery",
}

const (
	// largeTextBytes makes an event of 1.1 MiB, so that a page with some of them takes several deliveries.
	largeTextBytes = 1126400
	// maxEvents of a history that has large events bounds what it costs.
	maxEvents = 80
)

var largeText = strings.Repeat("It happened. ", largeTextBytes/13)

// makeEvents makes events of an org that were published up to late before now. What they are depends on their
// numbers only.
func makeEvents(node, from, count int, now time.Time, late time.Duration) []*event {
	events := make([]*event, count)
	for i := range events {
		number := uint64(from + i)
		bits := mix(number<<8 | uint64(node))
		e := &event{
			uuid:      fmt.Sprintf("%08x-%04x-11f0-8000-%012x", uint32(bits), node, number),
			eventType: eventTypes[bits%5],
			severity:  "INFO",
			published: now,
		}
		if bits>>8%4 == 0 {
			e.severity = "WARN"
		}
		// Half of the events of a late burst are late, so that published times are out of order.
		if late > 0 && bits>>16%2 == 0 {
			e.published = now.Add(-time.Duration(bits >> 20 % uint64(late)))
		}
		// Okta writes milliseconds.
		e.published = e.published.UTC().Truncate(time.Millisecond)
		events[i] = e
	}
	return events
}

// rateLimitEvent is an event that an org wrote of its rate limit.
func rateLimitEvent(e oktatest.Event) *event {
	return &event{
		uuid: e.UUID, eventType: "system.org.rate_limit", severity: "WARN", published: e.Published, happened: time.Now(),
	}
}

// orgEvent is the event as the org has it.
func (e *event) orgEvent() oktatest.Event {
	text := "It happened"
	if e.large {
		text = largeText
	}
	return oktatest.Event{UUID: e.uuid, Published: e.published, JSON: fmt.Appendf(nil,
		`{"uuid":%q,"published":%q,"eventType":%q,"severity":%q,"displayMessage":"%s"}`,
		e.uuid, e.published.Format("2006-01-02T15:04:05.000Z"), e.eventType, e.severity, text)}
}

// filter is an Okta filter together with what it means.
type filter struct {
	text    string
	matches func(*event) bool
}

var filters = []filter{
	{"", func(*event) bool { return true }},
	{`eventType sw "user."`, func(e *event) bool { return strings.HasPrefix(e.eventType, "user.") }},
	{`severity eq "WARN"`, func(e *event) bool { return e.severity == "WARN" }},
	{`severity ne "WARN"`, func(e *event) bool { return e.severity != "WARN" }},
	{`eventType eq "policy.rule.update" or severity eq "WARN"`, func(e *event) bool {
		return e.eventType == "policy.rule.update" || e.severity == "WARN"
	}},
}

// mix spreads a number over 64 bits (the finalizer of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
