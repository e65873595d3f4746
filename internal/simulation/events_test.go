// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// event is what the simulation knows of one event.
type event struct {
	uuid      string
	eventType string
	severity  string
	large     bool
	published time.Time // on Okta's clock
	happened  time.Time // when it was appended to the log, on the simulation's clock

	first  int       // place of its first delivery, also one refused for good, among all first deliveries; 0 before
	period int       // in which that was
	at     time.Time // when that was, on Okta's clock
	spare  int       // how often it may be delivered once more

	announced bool // its first delivery was made of what the event hook said
}

// delivered reports whether the pipeline has the event, or does not want it.
func (e *event) delivered() bool { return e.first > 0 }

// polled reports whether the pipeline has the event from the System Log.
func (e *event) polled() bool { return e.delivered() && !e.announced }

var eventTypes = []string{
	"user.session.start", "user.authentication.sso", "app.oauth2.token.grant", "policy.rule.update", "system.email.delivery",
}

const (
	// largeMessage makes an event of 1.1 MiB, so that a page with some of them takes several deliveries.
	largeMessage = 1126400
	// mostEvents of a history that has large events bounds what it costs.
	mostEvents = 80
)

var message = strings.Repeat("It happened. ", largeMessage/13)

// makeEvents makes events of an org that were published at most late before now. Which ones depends
// on their numbers only.
func makeEvents(member, from, n int, now time.Time, late time.Duration) []*event {
	events := make([]*event, n)
	for i := range events {
		number := uint64(from + i)
		dice := mix(number<<8 | uint64(member))
		e := &event{
			uuid:      fmt.Sprintf("%08x-%04x-11f0-8000-%012x", uint32(dice), member, number),
			eventType: eventTypes[dice%5],
			severity:  "INFO",
			published: now,
		}
		if dice>>8%4 == 0 {
			e.severity = "WARN"
		}
		// Half of the events of a late burst are late, so that published times are out of order.
		if late > 0 && dice>>16%2 == 0 {
			e.published = now.Add(-time.Duration(dice >> 20 % uint64(late)))
		}
		// Okta writes milliseconds.
		e.published = e.published.UTC().Truncate(time.Millisecond)
		events[i] = e
	}
	return events
}

// ofRate is an event that an org wrote of its rate limit.
func ofRate(e oktatest.Event) *event {
	return &event{uuid: e.UUID, eventType: "system.org.rate_limit", severity: "WARN", published: e.Published, happened: time.Now()}
}

// entry is the event as the org has it.
func (e *event) entry() oktatest.Event {
	text := "It happened"
	if e.large {
		text = message
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

func (f filter) sentence() string {
	if f.text == "" {
		return ""
	}
	return " with " + f.text
}

// mix spreads a number over 64 bits (the finalizer of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
