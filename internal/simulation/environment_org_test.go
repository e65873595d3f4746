// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

// orgOptions are those of the node's org.
func (n *node) orgOptions() oktatest.Options {
	set := n.setup
	opts := oktatest.Options{
		Token: n.token, Skew: set.skew, PageLatency: set.latency, ScanLimit: set.scanLimit,
		FoldLinks: set.foldLinks, OmitNextWhenEmpty: set.omitNext, NoCursorWhenFirstIsEmpty: set.sinceNext,
		RateLimit: set.limits.requests, PrincipalShare: set.limits.share, RateEvents: set.limits.events,
		MaxPage: set.maxPage, MoveWhenEmpty: set.moveWhenEmpty,
		OrgID: fmt.Sprintf("00oSyntheticOrg%05d", n.number+1), RequestLog: -1,
	}
	if set.limits.showOrg {
		opts.RateHeader = oktatest.ShowOrg
	}
	if set.oauth {
		opts.Apps = map[string]authserver.App{clientID: {
			Keys:        []authserver.AppKey{authserver.ActiveKey("key", appKey().public)},
			RequireDPoP: true, TokenLifetime: set.tokenLifetime,
		}}
		opts.OAuth = authserver.Options{NonceLifetime: set.nonceLifetime, NonceGrace: 2 * set.nonceLifetime}
		if set.askNonce {
			opts.OAuth.ResourceNonce = authserver.NonceAsked401
		}
	}
	if set.hook.on() {
		opts.Hooks = set.hook.options(n)
	}
	return opts
}

// appendEvents appends events to the log that were published up to late before they were persisted, some time
// ago. Where the event hook announces events before they can be read, they can be read that much later.
func (n *node) appendEvents(count int, late, ago time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.setup.largeEvents {
		count = min(count, maxEvents-n.eventCount)
	}
	n.coverage.add("events", count)
	at := n.org.Now().Add(-ago)
	for i, e := range makeEvents(n.number, n.eventCount, count, at, late) {
		e.happened = time.Now()
		e.large = n.setup.largeEvents && (n.eventCount+i)%4 == 0
		n.events[e.uuid] = e
		n.org.AppendAt(at.Add(n.setup.hook.lead), e.orgEvent())
	}
	n.eventCount += count
}

// loggedEvent is one event in the order in which the org persisted them.
type loggedEvent struct {
	*event
	persisted time.Time // on Okta's clock
}

// log returns the org's events in the order in which it persisted them, and takes in those that the org wrote
// itself. It needs the lock.
func (n *node) log() []loggedEvent {
	var log []loggedEvent
	for e := range n.org.Events() {
		if n.events[e.UUID] == nil {
			n.events[e.UUID] = rateLimitEvent(e)
		}
		log = append(log, loggedEvent{n.events[e.UUID], e.Persisted})
	}
	return log
}
