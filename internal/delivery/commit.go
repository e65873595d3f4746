// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
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
		err := h.commitOnce(ctx, h.pending.Delivered(h.position.Answered))
		if err == nil {
			return nil
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
	delivered := h.pending.Delivered(h.position.Answered)
	if !h.neverPolled() {
		now := time.Now()
		delivered.Answered = now
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

// storageFailed reports a failure of the storage and waits; it reports whether the run has not ended.
func (h *History) storageFailed(err error, backOff *retry.BackOff) bool {
	wait := backOff.Next()
	h.set.Metrics.Count(h.set.Metrics.OktaSystemlogStorageFailures, 1)
	if errors.Is(err, checkpoint.ErrUnusable) {
		h.set.Health.Failed(telemetry.Storing, "unusable", "the stored position can't be used",
			"The stored position can't be used and is left as it is, polling stands still: run the version of the receiver that wrote it, or restore the storage from a copy; to begin at start_at instead, stop the collector and remove the receiver's file from the storage's directory",
			err, zap.Duration("wait", wait))
		return h.set.Jitter.Sleep(h.run, wait)
	}
	h.set.Health.Failed(telemetry.Storing, "failing", "the storage fails",
		"The storage fails, polling stands still until it works: check the storage extension, its disk and its permissions",
		err, zap.Duration("wait", wait))
	return h.set.Jitter.Sleep(h.run, wait)
}
