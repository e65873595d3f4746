// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v7"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

const (
	// format is what the events came as, for the Collector's own metrics.
	format = "okta"
	// commitTimeout bounds one try to store the position, also when the receiver is stopping.
	commitTimeout = 5 * time.Second
)

// deliver brings all events of a page downstream, then stores the position behind it.
//
// A page's position is stored only after ConsumeLogs returned nil or a permanent error for all of
// it. When polling ends in between, the parts that were accepted are stored as delivered and the
// position stays: after the restart the page is fetched again and only the rest of it delivered.
func (p *poller) deliver(ctx, polling context.Context, page *okta.Page) error {
	p.meter.count(p.meter.OktaSystemlogEventsReceived, len(page.Events))
	p.state.Answered = page.Answered
	for rest := page.Events; len(rest) > 0; {
		delivered, err := p.deliverPart(ctx, polling, rest, page)
		if err != nil {
			return errors.Join(err, p.commit(polling))
		}
		rest = rest[delivered:]
	}
	// What an event hook said of events moves nothing, and comes again at no position.
	if !p.unconfirmed {
		// A page that came without a next link is asked for again, with all that it held.
		comesAgain := len(page.Events) > 0 && page.Next.String() == p.state.Next
		p.moveOn(page.Next)
		p.state.Again = p.state.Again || comesAgain
	}
	return p.commit(polling)
}

// deliverPart brings as many of the events downstream as fit into one call, and returns how many
// those were. It tries until they are accepted or refused for good, or polling ends.
func (p *poller) deliverPart(ctx, polling context.Context, events [][]byte, page *okta.Page) (int, error) {
	backOff := p.newBackOff()
	for {
		// A consumer owns what it was given and may have changed it before it refused, so every
		// try gets records made afresh.
		part := p.makePart(events, page)
		err := p.consume(ctx, part)
		switch {
		case err == nil:
			p.health.succeeded(delivering)
			p.meter.count(p.meter.OktaSystemlogEventsDelivered, part.records)
		case consumererror.IsPermanent(err):
			p.dropped(part, err)
		case polling.Err() != nil:
			return 0, err
		default:
			wait := max(backOff.NextBackOff(), minRetryInterval)
			p.meter.count(p.meter.OktaSystemlogDeliveriesRetried, 1)
			p.health.failed(delivering, "refused", "the pipeline refuses events", "The pipeline does not accept events, the same ones are tried again: check its exporters and what is behind them",
				err, zap.Duration("wait", wait))
			if !sleep(polling, wait) {
				return 0, err
			}
			continue
		}
		p.settle(part)
		// What an event hook said of events does not tell how far polling came: a fall-back that began
		// there would lose what polling has not read.
		if !p.unconfirmed {
			p.state.Newest = latest(p.state.Newest, part.newest)
		}
		return part.events, nil
	}
}

// dropped tells of a part that the pipeline has refused for good: once, however many follow.
func (p *poller) dropped(part *part, err error) {
	p.meter.count(p.meter.OktaSystemlogEventsDropped, part.records)
	p.health.failed(delivering, lost, "the pipeline drops events", "The pipeline refuses events for good, they are dropped",
		err, zap.Int("events", part.records))
}

// consume calls the pipeline; a part of events that were all delivered before is nothing to call for.
func (p *poller) consume(ctx context.Context, part *part) error {
	if part.records == 0 {
		return nil
	}
	ctx = p.obsreport.StartLogsOp(ctx)
	err := p.next.ConsumeLogs(ctx, part.logs)
	p.obsreport.EndLogsOp(ctx, format, part.records, err)
	return err
}

// settle notes a part that the pipeline has accepted, or refused for good, as delivered.
func (p *poller) settle(part *part) {
	p.store.Deliver(part.newest, part.delivers...)
	p.meter.count(p.meter.OktaSystemlogEventsRepeated, part.repeated)
	p.meter.count(p.meter.OktaSystemlogEventsOdd, part.odd)
}

// commit stores position and delivered uuids until the storage has them, or polling has ended and
// one more try has failed. Nothing further is delivered before that: else a crash would repeat
// more than one page.
func (p *poller) commit(polling context.Context) error {
	backOff := p.newBackOff()
	for {
		// What was accepted is stored even when polling has ended.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(polling), commitTimeout)
		err := p.store.Commit(ctx, p.state)
		cancel()
		if err == nil {
			p.health.succeeded(storing)
			p.meter.reached(p.state.Newest)
			return nil
		}
		if !p.storageFailed(polling, err, backOff) {
			return err
		}
	}
}

// storageFailed reports a failure of the storage and waits; it reports whether ctx goes on.
func (p *poller) storageFailed(ctx context.Context, err error, backOff *backoff.ExponentialBackOff) bool {
	wait := max(backOff.NextBackOff(), minRetryInterval)
	p.meter.count(p.meter.OktaSystemlogStorageFailures, 1)
	p.health.failed(storing, "failing", "the storage fails", "The storage fails, polling stands still until it works: check the storage extension, its disk and its permissions",
		err, zap.Duration("wait", wait))
	return sleep(ctx, wait)
}
