// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// Source is where the events of a batch come from.
type Source int

const (
	// Polled events are a page of the System Log. What the pipeline refuses is tried again, and the position
	// moves behind them.
	Polled Source = iota
	// Unconfirmed events are known from an event hook alone: polling has missed them. They are marked, and tried
	// again like polled ones, but for those that are refused for good ([ErrPostponed]). The position stays.
	Unconfirmed
	// Announced events come from an event hook to a receiver that does not poll. Nothing waits for the
	// pipeline: whoever announced them sends them again, once.
	Announced
)

// ErrPostponed says that [Unconfirmed] events were refused for good, while others of the batch may have been accepted.
// Polling must not wait for them: they are to be delivered again later.
var ErrPostponed = errors.New("the pipeline refuses events for good that an event hook announced")

// Batch is events in Okta's order, from one source.
type Batch struct {
	Source Source
	// Events are the events' JSON texts. They are not kept beyond Deliver.
	Events [][]byte
	// Received is when they arrived, on the local clock.
	Received time.Time
	// Answered is when Okta answered with them, on its clock: no event counts as published later.
	Answered time.Time
	// Next is the position behind Polled events; other sources have none.
	Next okta.Position
	// Ahead returns the page behind a page of Polled events once it has come, and nil before: the first call
	// makes it be fetched. used is the page that it returned before, when all events of that were delivered, and
	// makes the page behind that one be fetched. It is asked when an event is refused and no other one of the
	// batch is there to try. Its error ends the delivery.
	Ahead func(used *okta.Page) (*okta.Page, error)
}

// Deliver brings all events of a batch to the pipeline, and stores the position that they lead to with
// the IDs of what was delivered. ctx bounds the calls of the pipeline: it may outlive the run that the
// history belongs to, so that a delivery in hand can finish.
//
// The position moves only after each event of the batch was accepted, or given up alone. When Deliver
// returns an error, the events that were accepted before it are stored as delivered and the position has not
// moved: the same batch, delivered again, brings only the rest.
func (h *History) Deliver(ctx context.Context, b Batch) error {
	if b.Source != Announced {
		h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsReceived, len(b.Events))
		h.position.Answered = b.Answered
	}
	p := &progress{History: h, ctx: ctx, batch: &b, todo: b.Events, maxCall: len(b.Events), backOff: h.newBackOff()}
	if err := p.run(); err != nil {
		return errors.Join(err, h.commit(ctx, b.Source))
	}
	// Only now: while events of the batch are still to be delivered, a later one that was accepted must not
	// become the time that a rewind goes back from. What an event hook said does not tell how far polling
	// came either.
	if b.Source == Polled || h.neverPolled() {
		h.position.Newest = latest(h.position.Newest, p.newest)
	}
	if b.Source == Polled {
		newest := p.newest // a copy: the batch is not kept
		h.lastNewest.Store(&newest)
		h.moveTo(p.batch.Next, len(b.Events) > 0) // the page behind may have become a part of the batch
	}
	return h.commit(ctx, b.Source)
}

// latest is the later of two times.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
