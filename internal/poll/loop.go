// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// run polls until fetchCtx ends, or another replica has taken over, and returns why; deliverCtx is for the delivery
// that is then in hand.
func (p *Poller) run(fetchCtx, deliverCtx context.Context) error {
	p.set.Metrics.PollingBegan()
	if p.set.Query.IsBounded() {
		p.set.Metrics.Replays(time.Time{}, p.set.Query.Until)
	}
	if !p.loop.Sleep(fetchCtx, time.Until(p.set.NotBefore)) {
		return fetchCtx.Err()
	}
	history, found, err := p.set.Delivery.Open(fetchCtx)
	if err != nil {
		return err
	}
	f := &follower{Poller: p, history: history, fetchCtx: fetchCtx}
	defer f.running.Wait()
	if history.Position().Ended {
		return f.rest("The replay has ended in an earlier run, the receiver rests: for another one set other times", zap.Bool("earlier_run", true))
	}
	at, err := f.beginning(found)
	if err != nil {
		return err
	}
	if p.set.Query.IsBounded() {
		p.set.Metrics.Replays(f.history.Position().Start, p.set.Query.Until)
	}
	f.from(at)
	for {
		page, err := f.next.get()
		if err == nil {
			f.follow(page)
			err = f.deliver(deliverCtx, page)
		}
		if errors.Is(err, errPositionRefused) {
			at, err = f.rewind("okta refuses the position")
			f.from(at)
		}
		if err != nil {
			return err
		}
		if f.next != nil {
			continue
		}
		if at, err = f.end(); err != nil {
			return err
		}
		if f.history.Position().Ended {
			return f.rest("The replay has ended, the receiver rests")
		}
		f.from(at)
	}
}

// from makes the page at a position the next one.
func (f *follower) from(at okta.Position) {
	came := f.history.Position()
	f.next = newUpcoming(&f.running, func() (*okta.Page, error) { return f.fetch(at, came) })
}

// follow makes the page behind a page the next one. That behind a full page is fetched while the full one is
// being delivered: one page ahead, never two. Behind what looks like the last page of a replay there is none.
func (f *follower) follow(page *okta.Page) {
	if page.At.IsCursor() {
		f.rewinds.succeeded()
	}
	if page.OtherHost != "" {
		f.linkHost.Failed(page.OtherHost, "Okta's links name another host than org_url, they are followed at org_url",
			zap.String("link_host", page.OtherHost))
	}
	if page.Mended != "" {
		f.mended.Failed("mended", "A page was no valid JSON two times, what can be meant in one way only was written as JSON: control characters in strings are escaped, NaN and Infinity are text",
			zap.String("first", page.Mended))
	} else if len(page.Events) > 0 {
		f.mended.Succeeded()
	}
	if page.Last {
		f.next = nil
		return
	}
	if f.set.Query.IsBounded() {
		f.nextLink.Succeeded()
	}
	events, came := len(page.Events), f.history.Position() // the page gives its events up, and delivery moves on
	f.next = newUpcoming(&f.running, func() (*okta.Page, error) {
		if !page.Full && !f.waitForEvents(f.fetchCtx, f.pauseAfter(page, events)) {
			return nil, f.fetchCtx.Err()
		}
		return f.fetch(page.Next, came)
	})
	if page.Full {
		f.next.begin()
	}
}

// pauseAfter is how long to wait after a page that is not full, and was delivered: at once where it ends long
// before the present, since Okta may answer with less than was asked for; a while, longer with each empty page,
// where the link has moved all the same; else the poll interval, since all was read.
func (f *follower) pauseAfter(page *okta.Page, events int) time.Duration {
	moved := page.Next != page.At
	if events > 0 {
		f.emptyPages = 0
		recent := page.Answered.Add(-max(2*f.set.Interval, time.Minute))
		if newest := f.history.PageNewest(); moved && !newest.IsZero() && newest.Before(recent) {
			return 0
		}
		return f.set.Interval
	}
	f.emptyPages++
	if !moved {
		return f.set.Interval
	}
	return min(firstEmptyPause<<min(f.emptyPages-1, maxDoublings), f.set.Interval)
}

const (
	// firstEmptyPause is the wait after the first empty page whose link has moved; each further one doubles it.
	firstEmptyPause = time.Second
	maxDoublings    = 20
)

// deliver delivers and commits a page. Pages come here one after the other, in the order of the log. An
// error says that polling ends.
func (f *follower) deliver(ctx context.Context, page *okta.Page) error {
	err := f.history.Deliver(ctx, delivery.Batch{
		Source:   delivery.Polled,
		Events:   page.Events,
		Tapes:    page.Tapes,
		Received: page.Received,
		Answered: page.Answered,
		Next:     page.Next,
		Ahead:    f.ahead,
	})
	if err != nil {
		return err
	}
	if f.set.Reconciler != nil {
		if err := f.set.Reconciler.Reconcile(ctx, f.history, page); err != nil {
			return err
		}
	}
	page.Release()
	f.storeOrgID()
	return nil
}

// ahead returns the page behind the one that is being delivered, as [delivery.Batch.Ahead] asks for it. used is
// one whose events were all delivered: then the page behind that one takes its place.
func (f *follower) ahead(used *okta.Page) (*okta.Page, error) {
	if f.next == nil {
		return nil, nil
	}
	page, err := f.next.peek()
	if page == nil || page != used && len(page.Events) > 0 {
		return page, err
	}
	if page.Last && page != used {
		return nil, nil // it is without events, and delivered by itself: the replay may end
	}
	f.follow(page)
	return nil, nil
}

// waitForEvents waits before the next page is asked for: for the pause, less when somebody wakes the poller or an
// event hook announces events. The next request waits for its permit by itself, so neither ever makes it
// exceed what the rate limit allows.
func (p *Poller) waitForEvents(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(p.loop.Longer(pause))
	defer timer.Stop()
	lookup := p.nextLookup()
	for {
		select {
		case <-timer.C:
		case <-p.wake:
		case <-p.announced():
			lookup = p.nextLookup()
			continue
		case <-lookup:
			p.set.Metrics.Count(p.set.Metrics.OktaSystemlogHookTriggeredPolls, 1)
		case <-ctx.Done():
		}
		return ctx.Err() == nil
	}
}

// announced has an element when an event hook has announced events; without an event hook nothing has.
func (p *Poller) announced() <-chan struct{} {
	if p.set.Reconciler == nil {
		return nil
	}
	return p.set.Reconciler.Announced()
}

// nextLookup returns what ends the wait for the next poll for announced events, nil when nothing is.
func (p *Poller) nextLookup() <-chan time.Time {
	if p.set.Reconciler == nil {
		return nil
	}
	at, ok := p.set.Reconciler.NextLookup()
	if !ok {
		return nil
	}
	return time.After(time.Until(at))
}
