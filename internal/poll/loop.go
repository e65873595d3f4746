// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// run polls until fetchCtx ends; deliverCtx is for the delivery that is then in hand.
func (p *Poller) run(fetchCtx, deliverCtx context.Context) {
	var ahead sync.WaitGroup
	defer ahead.Wait()

	p.set.Metrics.PollingBegan()
	if !p.loop.Sleep(fetchCtx, time.Until(p.set.NotBefore)) {
		return
	}
	history, at, err := p.resume(fetchCtx)
	if err != nil {
		return
	}
	next := func() (*okta.Page, error) { return p.fetch(fetchCtx, at) }
	rewound := false // and no new position has proved good since
	for {
		page, err := next()
		if errors.Is(err, errPositionRefused) {
			// An org that refuses even a new position is not asked at full speed.
			if rewound && !p.loop.Sleep(fetchCtx, oktaerr.AdminInterval) {
				return
			}
			if at, err = p.rewind(fetchCtx, history, "okta refuses the position"); err != nil {
				return
			}
			rewound = true
			next = func() (*okta.Page, error) { return p.fetch(fetchCtx, at) }
			continue
		}
		if err != nil {
			return
		}
		rewound = rewound && !at.IsCursor()
		at = page.Next
		// A full page is followed at once, and its successor is fetched while it is being
		// delivered: one page ahead, never two. A short page means that all was read.
		if page.Full {
			next = p.fetchAhead(fetchCtx, page, &ahead)
		} else {
			next = func() (*okta.Page, error) {
				if !p.waitForEvents(fetchCtx) {
					return nil, fetchCtx.Err()
				}
				return p.fetch(fetchCtx, page.Next)
			}
		}
		if p.deliver(deliverCtx, history, page) != nil {
			return
		}
	}
}

// deliver delivers and commits a page. Pages come here one after the other, in the order of the log. An
// error says that polling ends.
func (p *Poller) deliver(ctx context.Context, history *delivery.History, page *okta.Page) error {
	err := history.Deliver(ctx, delivery.Batch{
		Source:   delivery.Polled,
		Events:   page.Events,
		Received: page.Received,
		Answered: page.Answered,
		Next:     page.Next,
	})
	if err != nil {
		return err
	}
	if p.set.Reconciler != nil {
		if err := p.set.Reconciler.Reconcile(ctx, history, page); err != nil {
			return err
		}
	}
	page.Release()
	return nil
}

// fetchAhead requests the page after this one while this one is being delivered. The returned
// function waits for it.
func (p *Poller) fetchAhead(ctx context.Context, page *okta.Page, running *sync.WaitGroup) func() (*okta.Page, error) {
	type result struct {
		page *okta.Page
		err  error
	}
	fetched := make(chan result, 1)
	at := page.Next
	running.Go(func() {
		next, err := p.fetch(ctx, at)
		fetched <- result{next, err}
	})
	return func() (*okta.Page, error) {
		r := <-fetched
		return r.page, r.err
	}
}

// waitForEvents waits for new events: for the poll interval, less when somebody wakes the poller or an
// event hook announces events. The next request waits for its permit by itself, so neither ever makes it
// exceed what the rate limit allows.
func (p *Poller) waitForEvents(ctx context.Context) bool {
	timer := time.NewTimer(p.loop.Longer(p.set.Interval))
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
