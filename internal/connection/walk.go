// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"context"
	"net/url"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// lookBack is how far back the filter is tried when nothing says where polling begins.
const lookBack = time.Hour

// Target is an org and how a receiver reads its System Log.
type Target struct {
	// Org is the org, of which scheme and host count.
	Org *url.URL
	// Client is the receiver's own, with its credential.
	Client *okta.Client
	// Credential names the setting that the credential comes from, such as api_token.
	Credential string
	// Proxy is host and port of the proxy in between, "" without one.
	Proxy string
	// Query is which events are wanted.
	Query okta.Query
	// StartAt is the time to begin at, given the time on Okta's clock. Nil where that is always
	// right, as with end and beginning.
	StartAt func(now time.Time) time.Time
	// Reserve is the share, 0 to below 1, of the rate limit that is left to others.
	Reserve float64
}

// Walk takes the steps from the network to the newest event and reports each of them, until one
// fails. It reports whether none did. With ctx cancelled it ends without another word; a deadline
// that passes is a failure, unless it passes in the wait for a turn within the rate limit.
func Walk(ctx context.Context, target Target, report func(Step)) bool {
	w := &walk{target: target, report: report}
	return w.glance(ctx) && w.query(ctx) && w.newest(ctx)
}

// LookRequests is how many requests [Look] makes at most.
const LookRequests = 3

// Look walks as [Walk] does, but for the newest event: what is behind it keeps no event away. It
// takes one request, one more to try a filter or a time in start_at, and one more in an org where
// nothing has happened for a week.
func Look(ctx context.Context, target Target, report func(Step)) bool {
	w := &walk{target: target, report: report}
	return w.glance(ctx) && w.query(ctx)
}

// walk is one walk. It makes a request of its own only for what no answer before has told.
type walk struct {
	target Target
	report func(Step)
	// now is the time on Okta's clock, once it answered.
	now time.Time
	// event is some event of the log, nil while none came.
	event []byte
	// newestKnown: event is the newest.
	newestKnown bool
	// over: no more requests can be made.
	over bool
}

// glance looks whether the log can be read at all.
func (w *walk) glance(ctx context.Context) bool {
	route := &route{target: &w.target}
	page, err := w.target.Client.Page(route.watch(ctx), okta.Ping())
	if err != nil {
		return w.stumble(ctx, err, route)
	}
	defer page.Release()
	w.now = page.Answered
	w.keep(page)
	if w.event == nil && !w.findNewest(ctx) {
		return false
	}
	if w.over {
		return true
	}
	for _, step := range []Step{
		route.step(), w.clock(), w.token(), ok(SystemLog, "%s answers", w.target.Org.Host), w.role(), w.rateLimit(page.RateLimit),
	} {
		w.report(step)
	}
	return true
}

// query tries where polling begins, and the filter.
func (w *walk) query(ctx context.Context) bool {
	if w.over {
		return true
	}
	since, start := w.start()
	plain := w.target.Query.Filter == "" && w.target.Query.Search == ""
	if plain && w.target.StartAt == nil {
		w.report(ok(Filter, "none is set, all events are read"))
		return true
	}
	query := w.target.Query
	query.PageSize = 1
	page, err := w.target.Client.Page(ctx, query.Since(since))
	if err != nil {
		return w.fail(ctx, err, Filter)
	}
	defer page.Release()
	if w.target.StartAt != nil {
		w.report(start)
	}
	switch {
	case plain:
		w.report(ok(Filter, "none is set, all events are read"))
	case len(page.Events) == 0:
		w.report(ok(Filter, "accepted, no event since %s matches", clockTime(since)))
	default:
		w.report(ok(Filter, "accepted, events since %s match", clockTime(since)))
	}
	return true
}

// start is the time that polling would begin at, and what there is to say about it.
func (w *walk) start() (time.Time, Step) {
	if w.target.StartAt == nil {
		return w.now.Add(-lookBack), Step{}
	}
	// Okta finds nothing before what it keeps, and refuses a much older time.
	since, oldest := w.target.StartAt(w.now), w.now.Add(-okta.Retention)
	if since.Before(oldest.Add(-time.Minute)) {
		return oldest, Step{Name: StartAt, Result: Warning,
			Detail: "polling begins at " + clockTime(oldest) + " where no position is stored",
			Cause:  "start_at is further back than the " + span(okta.Retention) + " that okta keeps events",
			Remedy: "set start_at to a later time, or to beginning",
		}
	}
	return since, ok(StartAt, "polling begins at %s where no position is stored", clockTime(since))
}

// newest tells the age of the newest event.
func (w *walk) newest(ctx context.Context) bool {
	if !w.over && !w.newestKnown && !w.findNewest(ctx) {
		return false
	}
	if w.over {
		return true
	}
	if w.event == nil {
		w.report(skipped(NewestEvent, "there is none"))
		return true
	}
	published, known := publishedOf(w.event)
	if !known {
		w.report(skipped(NewestEvent, "it does not tell when it was published"))
		return true
	}
	w.report(ok(NewestEvent, "%s old", span(max(0, w.now.Sub(published)))))
	return true
}

// findNewest asks for the newest event.
func (w *walk) findNewest(ctx context.Context) bool {
	page, err := w.target.Client.Page(ctx, okta.Newest(w.now))
	if err != nil {
		return w.fail(ctx, err, NewestEvent)
	}
	defer page.Release()
	w.keep(page)
	w.newestKnown = true
	return true
}

// keep keeps the one event of a page beyond the page's life.
func (w *walk) keep(page *okta.Page) {
	if len(page.Events) > 0 {
		w.event = append([]byte(nil), page.Events[0]...)
	}
}
