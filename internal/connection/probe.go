// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// lookBack is how far back the filter is tried when no start_at is given.
const lookBack = time.Hour

// Target is an org and how a receiver reads its System Log.
type Target struct {
	// Org is the org, of which scheme and host are used.
	Org *url.URL
	// Client is the receiver's own, with its credential.
	Client *okta.Client
	// Credential names the setting that the credential comes from, such as api_token.
	Credential string
	// Proxy is host and port of the proxy in between, "" without one.
	Proxy string
	// Query is which events are wanted.
	Query okta.Query
	// StartAt is the time to begin at, given the time on Okta's clock. It is nil where nothing about it can be
	// wrong, as with end and beginning.
	StartAt func(now time.Time) time.Time
	// Reserve is the share, 0 to below 1, of the rate limit that is left to others.
	Reserve float64
}

// ProbeAll takes the steps from the network to the newest event and reports each of them, until one
// fails. It reports whether none did. When ctx is cancelled it ends and reports nothing more; a deadline
// that passes is a failure, unless it passes in the wait for a permit within the rate limit.
func ProbeAll(ctx context.Context, target Target, report func(Step)) bool {
	p := &probe{target: target, report: report}
	return p.ping(ctx) && p.query(ctx) && p.newest(ctx)
}

// ProbeRequests is how many requests [Probe] makes at most.
const ProbeRequests = 3

// Probe takes the steps that [ProbeAll] takes but for the newest event, which tells nothing about whether
// events come. It takes one request, one more to try a filter or a time in start_at, and one more in an org
// where nothing has happened for a week.
func Probe(ctx context.Context, target Target, report func(Step)) bool {
	p := &probe{target: target, report: report}
	return p.ping(ctx) && p.query(ctx)
}

// probe is one connection check. It makes a request only for what no earlier answer has shown.
type probe struct {
	target Target
	report func(Step)
	// now is the time on Okta's clock, set by the first answer.
	now time.Time
	// event is an event of the log, nil while none has come.
	event []byte
	// newestKnown is set once event is the newest one, or nil because there is none.
	newestKnown bool
	// stopped is set once no permit came in time for a request: the remaining steps are left out.
	stopped bool
}

// ping checks whether the log can be read at all.
func (p *probe) ping(ctx context.Context) bool {
	route := &route{target: &p.target}
	page, err := p.page(route.watch(ctx), okta.Ping())
	if err != nil {
		return p.diagnose(ctx, err, route)
	}
	defer page.Release()
	p.now = page.Answered
	p.keep(page)
	if p.event != nil && page.Next == page.At {
		// Okta links from every page of this request to the next one. Without links no second page can be read.
		return p.diagnose(ctx, okta.LeadsNowhere(), route)
	}
	if p.event == nil && !p.findNewest(ctx) {
		return false
	}
	if p.stopped {
		return true
	}
	for _, step := range []Step{
		route.step(), p.clock(), p.token(), ok(SystemLog, "%s answers", p.target.Org.Host), p.role(), p.rateLimit(page.RateLimit),
	} {
		p.report(step)
	}
	return true
}

// query tries start_at and the filter.
func (p *probe) query(ctx context.Context) bool {
	if p.stopped {
		return true
	}
	since, start := p.start()
	plain := p.target.Query.Filter == "" && p.target.Query.Search == ""
	if plain && p.target.StartAt == nil {
		p.report(ok(Filter, "none is set, all events are read"))
		return true
	}
	if start.Result == Failed {
		p.report(start)
		return false
	}
	query := p.target.Query
	query.PageSize = 1
	page, err := p.page(ctx, query.Since(since))
	if err != nil {
		return p.fail(ctx, err, Filter)
	}
	defer page.Release()
	if p.target.StartAt != nil {
		p.report(start)
	}
	switch {
	case plain:
		p.report(ok(Filter, "none is set, all events are read"))
	case len(page.Events) == 0:
		p.report(ok(Filter, "accepted, no event since %s matches", clockTime(since)))
	default:
		p.report(ok(Filter, "accepted, events since %s match", clockTime(since)))
	}
	return true
}

// page asks for a page, and asks once more where the client wants to see that it comes again as it is.
func (p *probe) page(ctx context.Context, at okta.Position) (*okta.Page, error) {
	page, err := p.target.Client.Page(ctx, at)
	if errors.Is(err, okta.ErrMendable) {
		return p.target.Client.Page(ctx, at)
	}
	return page, err
}

// start is the time that polling would begin at, and the step about it.
func (p *probe) start() (time.Time, Step) {
	if p.target.StartAt == nil {
		return p.now.Add(-lookBack), Step{}
	}
	// Okta finds no event before its retention, and refuses a much older time.
	since, oldest := p.target.StartAt(p.now), p.now.Add(-okta.Retention)
	if since.Before(oldest.Add(-time.Minute)) {
		return oldest, Step{Name: StartAt, Result: Warning,
			Detail: "polling begins at " + clockTime(oldest) + " where no position is stored",
			Cause:  "start_at is further back than the " + span(okta.Retention) + " that okta keeps events",
			Remedy: "set start_at to a later time, or to beginning",
		}
	}
	// A time that is open decides nothing: the poller asks again.
	if _, open := p.target.Client.Clock().Doubt(); since.After(p.now) && !open {
		return since, Step{Name: StartAt, Result: Failed,
			Detail: "start_at is " + clockTime(since) + ", and by okta's clock it is " + clockTime(p.now),
			Cause:  "start_at is in the future, polling does not begin before it",
			Remedy: "set start_at to a time that has passed, or to end",
		}
	}
	return since, ok(StartAt, "polling begins at %s where no position is stored", clockTime(since))
}

// newest reports the age of the newest event.
func (p *probe) newest(ctx context.Context) bool {
	if !p.stopped && !p.newestKnown && !p.findNewest(ctx) {
		return false
	}
	if p.stopped {
		return true
	}
	if p.event == nil {
		p.report(skipped(NewestEvent, "there is none"))
		return true
	}
	published, known := publishedOf(p.event)
	if !known {
		p.report(skipped(NewestEvent, "it does not tell when it was published"))
		return true
	}
	p.report(ok(NewestEvent, "%s old", span(max(0, p.now.Sub(published)))))
	return true
}

// findNewest requests the newest event.
func (p *probe) findNewest(ctx context.Context) bool {
	page, err := p.page(ctx, okta.Newest(p.now))
	if err != nil {
		return p.fail(ctx, err, NewestEvent)
	}
	defer page.Release()
	p.keep(page)
	p.newestKnown = true
	return true
}

// keep copies the event of a page, since the page is released.
func (p *probe) keep(page *okta.Page) {
	if len(page.Events) > 0 {
		p.event = append([]byte(nil), page.Events[0]...)
	}
}
