// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"errors"

	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

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
	clear(h.brought) // which gives their memory back
	h.brought = h.brought[:0]
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
		// The page behind may have become a part of the batch.
		h.moveTo(p.batch.Next, len(b.Events) > 0)
	}
	return h.commit(ctx, b.Source)
}

// run delivers until nothing is left. An error says that the run has ended, or for [Announced] events that
// the pipeline has refused.
func (p *progress) run() error {
	for len(p.todo) > 0 || len(p.suspects) > 0 {
		// A delivery that has outlived its run begins no call beside the run that follows.
		if err := p.ctx.Err(); err != nil {
			return err
		}
		var err error
		switch {
		case p.batch.Source == Announced && len(p.todo) == 0:
			return p.endAnnounced()
		case p.batch.Source == Unconfirmed && len(p.todo) == 0:
			return ErrPostponed
		case p.batch.Source != Polled:
			err = p.deliverNext()
		case p.refusedInARow > p.maxRefusedInARow():
			err = p.deliverDenied()
		case p.dueSuspect() != nil:
			err = p.retrySuspect(p.dueSuspect())
		case len(p.todo) > 0:
			err = p.deliverNext()
		default:
			err = p.awaitSuspects()
		}
		if err != nil {
			return err
		}
	}
	if p.givenUpInBatch == 0 {
		p.givenUpInARow = 0
	}
	p.givenUpInBatch = 0
	return nil
}

// endAnnounced ends the delivery of announced events that were refused for good alone. Nothing waits for another
// try of them: they are given up where others were accepted, and else sent again by who announced them.
func (p *progress) endAnnounced() error {
	if !p.anyAccepted {
		s := p.suspects[0]
		p.set.Health.Failed(telemetry.Delivering, "denied", "the pipeline refuses everything for good",
			"The pipeline refuses the event hook's events for good, Okta sends them again, once: check the credentials and the address of its exporters", s.err)
		return s.err
	}
	for _, s := range p.suspects {
		p.giveUp(s)
	}
	p.suspects = nil
	return nil
}
