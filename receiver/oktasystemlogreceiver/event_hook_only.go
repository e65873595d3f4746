// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// hookHistory is the query and the position of a history that no poll has made. A poll that finds it
// falls back to an hour before the newest event that was delivered.
const hookHistory = "event_hook"

// hookOnly delivers what an event hook brings, for an org that gives no credential to poll with. One
// goroutine does all of it, so that events are delivered once however many deliveries name them; a
// delivery waits for its turn and its end no longer than Okta does.
//
// It uses a poller that does not poll: its way from events to the pipeline and to the storage.
type hookOnly struct {
	poller *poller
	jobs   chan hookJob
	cancel context.CancelFunc
	done   chan struct{}
}

// hookJob is a delivery of the hook.
type hookJob struct {
	ctx    context.Context // of the request
	events []eventhook.Event
	taken  chan error
}

func newHookOnly(p *poller) *hookOnly {
	return &hookOnly{poller: p, jobs: make(chan hookJob), done: make(chan struct{})}
}

func (h *hookOnly) start() {
	h.poller.logger.Warn("No credential is set: events come from the event hook alone, which carries a fifth of the event types, loses what could not be delivered twice, and knows no past. Set a credential to miss nothing.")
	// Deliveries outlive the context of whoever starts them, and end with stop.
	ctx, cancel := context.WithCancel(context.Background())
	h.cancel = cancel
	go func() {
		defer close(h.done)
		h.run(ctx)
	}()
}

// stop ends delivering. Its server has stopped before, so nobody waits for an answer any more.
func (h *hookOnly) stop() error {
	h.cancel()
	select {
	case <-h.done:
		return nil
	case <-time.After(abortGrace):
		return errors.New("the pipeline has not returned from a delivery of the event hook")
	}
}

// take delivers events, and returns an error when the pipeline does not accept them in time: Okta
// then sends them again, once.
func (h *hookOnly) take(ctx context.Context, events []eventhook.Event) error {
	job := hookJob{ctx: ctx, events: events, taken: make(chan error, 1)}
	select {
	case h.jobs <- job:
	case <-ctx.Done():
		return fmt.Errorf("wait for the deliveries before: %w", ctx.Err())
	}
	select {
	case err := <-job.taken:
		return err
	case <-ctx.Done():
		// Should the pipeline accept the events after all, the second delivery finds them delivered.
		return fmt.Errorf("wait for the pipeline: %w", ctx.Err())
	}
}

func (h *hookOnly) run(ctx context.Context) {
	if h.open(ctx) != nil {
		return
	}
	for {
		select {
		case job := <-h.jobs:
			job.taken <- h.deliver(job.ctx, job.events)
		case <-ctx.Done():
			return
		}
	}
}

// open reads the stored history, for what was delivered already, or begins one.
func (h *hookOnly) open(ctx context.Context) error {
	p := h.poller
	if err := p.openStore(ctx); err != nil {
		return err
	}
	var found bool
	if p.state, found = p.store.State(); !found {
		p.state = checkpoint.State{Query: hookHistory, Next: hookHistory, Start: time.Now().UTC()}
	}
	return nil
}

// deliver brings the events of one delivery downstream.
func (h *hookOnly) deliver(ctx context.Context, events []eventhook.Event) error {
	p := h.poller
	now := time.Now()
	page := announcedPage(events, now, okta.Position{})
	defer h.commit(ctx)
	for rest := page.Events; len(rest) > 0; {
		part := p.makePart(rest, page)
		switch err := p.consume(ctx, part); {
		case consumererror.IsPermanent(err):
			p.dropped(part, err)
		case err != nil:
			p.health.failed(delivering, "refused", "the pipeline refuses events", "The pipeline does not accept the event hook's events, Okta sends them again, once", err)
			return err
		default:
			p.health.succeeded(delivering)
			p.meter.count(p.meter.OktaSystemlogEventsDelivered, part.records)
		}
		// Counted with what became of them, so that a delivery that Okta repeats counts once.
		p.meter.count(p.meter.OktaSystemlogEventsReceived, part.events)
		h.settle(part)
		rest = rest[part.events:]
	}
	return nil
}

// settle notes a part as delivered. A history that a poll has made keeps its newest event: what the
// hook brings says nothing about how far the poll came, and is delivered beside it.
func (h *hookOnly) settle(part *part) {
	p := h.poller
	p.settle(part)
	if p.state.Query == hookHistory {
		p.state.Newest = latest(p.state.Newest, part.newest)
	} else {
		p.state.Beside = time.Now()
	}
}

// commit stores what was delivered. The events are delivered when that fails: they are remembered
// until the next commit, and only a crash before it can repeat them.
func (h *hookOnly) commit(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	p := h.poller
	if err := p.store.Commit(ctx, p.state); err != nil {
		p.meter.count(p.meter.OktaSystemlogStorageFailures, 1)
		p.health.failed(storing, "failing", "the storage fails", "The storage fails, what was delivered is remembered in memory only: check the storage extension, its disk and its permissions", err)
		return
	}
	p.health.succeeded(storing)
	p.meter.reached(p.state.Newest)
}
