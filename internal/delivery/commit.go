// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// commit stores position and delivered events until the storage has them, or the run has ended and one
// more try has failed. Nothing further is delivered before that: else a crash would repeat more than one
// page.
func (h *History) commit(ctx context.Context, source Source) error {
	if source == Announced {
		h.commitAnnounced(ctx)
		return nil
	}
	backOff := h.newBackOff()
	for {
		// By the later one of both clocks: what was answered long ago is forgotten, and a wrong Date may say so.
		err := h.commitOnce(ctx, h.pending.Delivered(latest(h.position.Answered, time.Now())))
		if err == nil || errors.Is(err, checkpoint.ErrFenced) {
			return err
		}
		if !h.storageFailed(err, backOff) {
			return err
		}
	}
}

// commitAnnounced stores once what an event hook brought. The events are delivered when that fails: they
// are remembered until the next commit, and only a crash before it can repeat them.
//
// A history that a poll has made keeps its position and its newest event: what the hook brings says
// nothing about how far the poll came.
func (h *History) commitAnnounced(ctx context.Context) {
	now := time.Now()
	delivered := h.pending.Delivered(now)
	if h.neverPolled() {
		h.retention = checkpoint.AnnouncedWithinADay(now)
	} else {
		h.retention = checkpoint.AnnouncedRecently(now)
	}
	if err := h.commitOnce(ctx, delivered); err != nil {
		h.set.Metrics.Count(h.set.Metrics.OktaSystemlogStorageFailures, 1)
		h.set.Health.Failed(telemetry.Storing, "failing", "the storage fails",
			"The storage fails, what was delivered is remembered in memory only: check the storage extension, its disk and its permissions", err)
	}
}

// commitOnce tries to store position and delivered events, also when ctx has ended: what was accepted is
// stored.
func (h *History) commitOnce(ctx context.Context, delivered checkpoint.Delivered) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	if err := h.store.Commit(ctx, h.position, delivered, h.retention); err != nil {
		return err
	}
	h.pending.Clear()
	h.set.Health.Succeeded(telemetry.Storing)
	h.set.Metrics.Stored(h.position.Newest)
	return nil
}

// Resume makes a stored position the one to continue from.
func (h *History) Resume(at okta.Position) { h.moveTo(at, false) }

// MoveTo begins again at a since of a query, and stores that at once: an org that stays quiet until the
// next restart would lose what comes in between. start is where the history began. An error is that of a
// run that has ended.
func (h *History) MoveTo(since okta.Position, query string, start time.Time) error {
	h.position.Query, h.position.Start = query, start
	h.moveTo(since, false)
	return h.commit(h.run, Polled)
}

// End stores that all that a replay was to read was delivered. An error is that of a run that has ended.
func (h *History) End() error {
	h.position.Ended = true
	return h.commit(h.run, Polled)
}

// BeginUnpolled begins the history of a receiver that does not poll.
func (h *History) BeginUnpolled() {
	h.position = checkpoint.Position{Query: neverPolledName, Next: neverPolledName, Start: time.Now().UTC()}
}

// neverPolled reports whether no poll has ever moved the position.
func (h *History) neverPolled() bool { return h.position.Query == neverPolledName }

// moveTo makes a position the one to be stored next. What a since finds is found again until Okta has
// given a cursor for it, and a page that came without a next link is asked for again with all that it
// held: nothing is forgotten before the position has moved on.
func (h *History) moveTo(at okta.Position, withEvents bool) {
	comesAgain := !at.IsCursor() || withEvents && at.String() == h.position.Next
	h.position.Next = at.String()
	h.retention = checkpoint.ReachableByRewind()
	if comesAgain {
		h.retention = checkpoint.KeepAll()
	}
}
