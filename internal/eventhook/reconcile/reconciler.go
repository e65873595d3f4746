// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// Settings are what a reconciler needs.
type Settings struct {
	// ConfirmWithin is for how long the System Log may be read to its end without an announced event.
	ConfirmWithin time.Duration
	// PollInterval is how often polling asks anyway.
	PollInterval time.Duration
	// DeliverUnconfirmed delivers events that did not come in time from what the event hook said.
	DeliverUnconfirmed bool
	// Filtered: polling asks with a filter or keywords, so that not all of the log is read.
	Filtered bool
	// Clock is Okta's clock.
	Clock   *wire.Clock
	Logger  *zap.Logger
	Metrics *telemetry.Metrics
}

// Reconciler makes polls come early when an event hook announces events, and compares what was announced
// with what came. It is safe for concurrent use.
type Reconciler struct {
	set       Settings
	announced *announced
	changed   chan struct{}
	overflow  *telemetry.Condition
}

// New returns a reconciler that has seen nothing yet.
func New(set Settings) *Reconciler {
	return &Reconciler{
		set:       set,
		announced: newAnnounced(set.ConfirmWithin, set.PollInterval, set.DeliverUnconfirmed, maxAnnouncedBytes),
		changed:   make(chan struct{}, 1),
		overflow:  telemetry.NewCondition(set.Logger, "Announced events can be remembered again"),
	}
}

// Announce notes the events of a delivery. It never waits: whatever the pipeline does, Okta has its answer. The only
// error is [eventhook.ErrReplayed], for a delivery that says nothing any more: whether its events were delivered may be
// forgotten.
func (r *Reconciler) Announce(_ context.Context, events []eventhook.Event) error {
	if len(events) > 0 && r.announced.isForgotten(events[0].Made) {
		return eventhook.ErrReplayed
	}
	r.announced.add(events, time.Now())
	select {
	case r.changed <- struct{}{}:
	default:
	}
	return nil
}

// Announced has an element when events were announced, so that the next lookup may be earlier.
func (r *Reconciler) Announced() <-chan struct{} { return r.changed }

// NextLookup is when to poll for announced events; ok is false when regular polling will do.
func (r *Reconciler) NextLookup() (at time.Time, ok bool) { return r.announced.nextLookup() }

// Reconcile compares what was announced with what has been delivered up to the end of a page. It returns
// an error only when polling ends while events that polling has missed are being delivered.
func (r *Reconciler) Reconcile(ctx context.Context, history *delivery.History, page *okta.Page) error {
	position := history.Position()
	r.announced.readUpTo(position)
	held := r.extentOf(page, position.Newest)
	now := time.Now()
	r.announced.came(history.Brought(), now, r.set.Metrics.HookEventLatency)
	confirmed, overdue := r.announced.resolve(history.Delivered, held, page.Asked, now)
	r.set.Metrics.Count(r.set.Metrics.OktaSystemlogHookEventsConfirmed, confirmed)
	if r.announced.overflowed() {
		r.overflow.Failed("overflow", "The event hook announces more events than can be remembered until they have come: these are delivered as always, and not compared")
	}
	if len(overdue) == 0 {
		return nil
	}
	if r.set.DeliverUnconfirmed {
		if err := history.Deliver(ctx, r.unconfirmed(overdue)); err != nil {
			overdue = slices.DeleteFunc(overdue, func(e eventhook.Event) bool { return history.Delivered(idOf(e)) })
			r.announced.putBack(overdue)
			if errors.Is(err, delivery.ErrPostponed) {
				return nil
			}
			return err
		}
	}
	r.set.Metrics.Count(r.set.Metrics.OktaSystemlogHookEventsUnconfirmed, len(overdue))
	r.logOverdue(overdue)
	return nil
}

// extentOf is how much of the log a page held that was delivered; newest is the newest published time that
// polling has come to. With filter or q, Okta may search a part of the log only and answer with what is in
// it: then a page that has something in it held all only where it came close to the present.
func (r *Reconciler) extentOf(page *okta.Page, newest time.Time) extent {
	switch {
	case page.Full:
		return part
	case !r.set.Filtered, len(page.Events) == 0:
		return all
	case page.Answered.Sub(newest) < r.set.ConfirmWithin/2:
		return all
	default:
		return short
	}
}

// unconfirmed is events that polling has missed, as the System Log would have them. Should they come from
// the System Log after all, they are not repeated.
func (r *Reconciler) unconfirmed(overdue []eventhook.Event) delivery.Batch {
	return delivery.Batch{
		Source:   delivery.Unconfirmed,
		Events:   eventhook.CanonicalTexts(overdue),
		Received: time.Now(),
		Answered: r.set.Clock.Now(),
	}
}

// logOverdue names what has not come: in one line, however much it is, and each event at debug level.
func (r *Reconciler) logOverdue(overdue []eventhook.Event) {
	var uuids, types []string
	for _, event := range overdue {
		r.set.Logger.Debug("An event that the event hook announced has not come from the System Log in time",
			zap.String("uuid", event.UUID), zap.String("event_type", event.Type), zap.Time("published", event.Published))
		uuids, types = append(uuids, event.UUID), append(types, event.Type)
	}
	slices.Sort(types)
	types = slices.Compact(types)
	r.set.Logger.Warn("Events that the event hook announced have not come from the System Log in time: check that filter and q let their types pass, else polling has missed them",
		zap.Int("events", len(overdue)),
		zap.Strings("event_types", types[:min(len(types), maxNamed)]),
		zap.Strings("uuids", uuids[:min(len(uuids), maxNamed)]),
		zap.Bool("delivered", r.set.DeliverUnconfirmed))
}
