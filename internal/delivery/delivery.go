// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// Source is where the events of a batch come from.
type Source int

const (
	// Polled events are a page of the System Log. What the pipeline refuses is tried again until it is
	// accepted, and the position moves behind them.
	Polled Source = iota
	// Unconfirmed events are known from an event hook alone: polling has missed them. They are tried
	// again like polled ones and marked, and the position stays.
	Unconfirmed
	// Announced events come from an event hook to a receiver that does not poll. They are tried once:
	// whoever announced them sends them again.
	Announced
)

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
}

// Deliver brings all events of a batch to the pipeline, and stores the position that they lead to with
// the IDs of what was delivered. ctx bounds the calls of the pipeline: it may outlive the run that the
// history belongs to, so that a delivery in hand can finish.
//
// The position moves only after ConsumeLogs has returned nil or a permanent error for all of the batch.
// When it returns an error, the events that were accepted before it are stored as delivered and the
// position has not moved: the same batch, delivered again, brings only the rest.
func (h *History) Deliver(ctx context.Context, b Batch) error {
	if b.Source != Announced {
		h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsReceived, len(b.Events))
		h.position.Answered = b.Answered
	}
	for rest := b.Events; len(rest) > 0; {
		delivered, err := h.deliverSome(ctx, rest, &b)
		if err != nil {
			return errors.Join(err, h.commit(ctx, b.Source))
		}
		rest = rest[delivered:]
	}
	if b.Source == Polled {
		h.moveTo(b.Next, len(b.Events) > 0)
	}
	return h.commit(ctx, b.Source)
}

// deliverSome delivers as many events as fit into one call of the pipeline and returns how many those
// were.
func (h *History) deliverSome(ctx context.Context, events [][]byte, b *Batch) (int, error) {
	backOff := h.newBackOff()
	for {
		// A consumer owns what it was given and may have changed it before it refused, so every
		// try gets records made afresh.
		c := h.newCall(events, b)
		err := h.consume(ctx, c)
		switch {
		case err == nil:
			h.set.Health.Succeeded(telemetry.Delivering)
			h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsDelivered, c.records)
		case consumererror.IsPermanent(err):
			h.dropped(c, err)
		case b.Source == Announced:
			h.set.Health.Failed(telemetry.Delivering, "refused", "the pipeline refuses events",
				"The pipeline does not accept the event hook's events, Okta sends them again, once", err)
			return 0, err
		case h.run.Err() != nil:
			return 0, err
		default:
			wait := backOff.Next()
			h.set.Metrics.Count(h.set.Metrics.OktaSystemlogDeliveriesRetried, 1)
			h.set.Health.Failed(telemetry.Delivering, "refused", "the pipeline refuses events",
				"The pipeline does not accept events, the same ones are tried again: check its exporters and what is behind them",
				err, zap.Duration("wait", wait))
			if !h.set.Jitter.Sleep(h.run, wait) {
				return 0, err
			}
			continue
		}
		h.markDelivered(c, b)
		return c.events, nil
	}
}

// consume calls the pipeline; a call without records is none.
func (h *History) consume(ctx context.Context, c *call) error {
	if c.records == 0 {
		return nil
	}
	ctx = h.set.ObsReport.StartLogsOp(ctx)
	err := h.set.Consumer.ConsumeLogs(ctx, c.logs)
	h.set.ObsReport.EndLogsOp(ctx, format, c.records, err)
	return err
}

// dropped tells of events that the pipeline has refused for good: once, however many follow.
func (h *History) dropped(c *call, err error) {
	h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsDropped, c.records)
	h.set.Health.Failed(telemetry.Delivering, telemetry.Dropped, "the pipeline drops events",
		"The pipeline refuses events for good, they are dropped", err, zap.Int("events", c.records))
}

// markDelivered notes the events of a call that the pipeline has accepted, or refused for good.
func (h *History) markDelivered(c *call, b *Batch) {
	if b.Source == Announced {
		// Counted with what became of them, so that a delivery that Okta repeats counts once.
		h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsReceived, c.events)
	}
	h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsRepeated, c.repeated)
	h.set.Metrics.Count(h.set.Metrics.OktaSystemlogEventsMalformed, c.malformed)
	h.pending.Add(c.newest, c.ids...)
	// What an event hook said does not tell how far polling came: a rewind that began there would lose
	// what polling has not read.
	if (b.Source == Polled || h.neverPolled()) && c.newest.After(h.position.Newest) {
		h.position.Newest = c.newest
	}
}
