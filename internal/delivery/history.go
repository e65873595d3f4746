// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

const (
	// maxCallEvents bounds the events of a call of the pipeline: a page of the System Log.
	maxCallEvents = okta.MaxPageSize
	// format is what the events came as, for the Collector's own metrics.
	format = "okta"
	// commitTimeout bounds one try to store the position, also when the receiver is stopping.
	commitTimeout = 5 * time.Second
	// neverPolledName stands for the query and the position of a history that no poll has made. A poll
	// that finds it rewinds to an hour before the newest event that was delivered.
	neverPolledName = "event_hook"
)

// Settings are what a delivery needs.
type Settings struct {
	// Org is the host that a stored history belongs to.
	Org     string
	Storage storage.Client
	// Replay names the replay that the history is of, "" where polling follows the log.
	Replay string
	// Fenced: other replicas may take over the history, which ends the run ([checkpoint.ErrFenced]).
	Fenced     bool
	Translator *translate.Translator
	Consumer   consumer.Logs
	ObsReport  *receiverhelper.ObsReport
	// DropPermanent gives up at once what the pipeline refuses for good (permanent_errors: drop).
	DropPermanent bool
	Retry         configretry.BackOffConfig
	Jitter        *retry.Jitter
	Logger        *zap.Logger
	Metrics       *telemetry.Metrics
	Health        *telemetry.Health
}

// Delivery delivers the events of one receiver.
type Delivery struct{ set Settings }

// New returns a delivery. What it holds is read with Open.
func New(set Settings) *Delivery {
	set.Jitter = set.Jitter.For("delivery")
	return &Delivery{set: set}
}

// History is what was delivered of an org's System Log, from the first position on, as one run of a source
// goes on with it. There is one at a time. It is not safe for concurrent use: delivery is one stream.
type History struct {
	set Settings
	// run ends with the run that the history was opened for: no try begins after it, and what was
	// accepted is then stored by one last try.
	run context.Context

	store *checkpoint.Store
	// position is what the next commit stores, with pending; retention says what that commit forgets.
	position  checkpoint.Position
	pending   checkpoint.Pending
	retention checkpoint.Retention
	// lastNewest is the newest published time of the last page.
	lastNewest atomic.Pointer[time.Time]

	// callSize is how many events the next call of the pipeline may hold. It adapts, as congestion control
	// does: half after a refusal, twice as many after an acceptance.
	callSize int
	// givenUpInARow counts the events that were given up since one turned out to be accepted, or a batch went
	// without giving up; givenUpInBatch those of the batch in hand.
	givenUpInARow, givenUpInBatch int
	// inCall are the events of the call that is being made.
	inCall map[checkpoint.ID]struct{}
	// ahead are events of the next page that were delivered before it.
	ahead map[checkpoint.ID]struct{}
	// brought are the events, call by call, that the last Deliver has delivered.
	brought [][]checkpoint.ID
}

// Open reads the stored history for one run, which ends with ctx. It tries until the storage answers: a
// storage that fails is not one that is empty, since beginning at start_at would lose events. found tells
// whether a position is stored. The only error is that of ctx.
func (d *Delivery) Open(ctx context.Context) (h *History, found bool, err error) {
	h = &History{
		set: d.set, run: ctx, callSize: maxCallEvents,
		inCall: map[checkpoint.ID]struct{}{}, ahead: map[checkpoint.ID]struct{}{},
	}
	open := checkpoint.Open
	if d.set.Fenced {
		open = checkpoint.OpenFenced
	}
	err = h.untilStorageWorks(func() (err error) {
		h.store, err = open(ctx, d.set.Storage, d.set.Org, d.set.Logger, checkpoint.Replay(d.set.Replay))
		return err
	})
	if err != nil {
		return nil, false, err
	}
	h.position, found = h.store.Position()
	return h, found, nil
}

// Ended reports whether the storage tells that a replay has ended, without taking its history over.
func (d *Delivery) Ended(ctx context.Context) bool {
	store, err := checkpoint.Open(ctx, d.set.Storage, d.set.Org, d.set.Logger, checkpoint.Replay(d.set.Replay))
	if err != nil {
		return false // a run of the poller says so
	}
	position, _ := store.Position()
	return position.Ended
}

// Adopt continues the history of the org with an id, where the storage has one that began under another host; it
// reports whether it has. It is for an org of which no position is stored. The only error is that of a run that has
// ended.
func (h *History) Adopt(orgID string) (found bool, err error) {
	err = h.untilStorageWorks(func() (err error) {
		found, err = h.store.Adopt(h.run, orgID)
		return err
	})
	if err == nil && found {
		h.position, _ = h.store.Position()
	}
	return found, err
}

// MayAdopt reports whether there is a history that [History.Adopt] may find to be the same org's.
func (h *History) MayAdopt() bool { return h.store.MayAdopt() }

// untilStorageWorks tries something until the storage does not fail. The only errors are [checkpoint.ErrFenced] and
// that of a run that has ended.
func (h *History) untilStorageWorks(try func() error) error {
	backOff := h.newBackOff()
	for {
		err := try()
		switch {
		case err == nil:
			h.set.Health.Succeeded(telemetry.Storing)
			return nil
		case errors.Is(err, checkpoint.ErrFenced):
			return err
		case h.run.Err() != nil || !h.storageFailed(err, backOff):
			return h.run.Err()
		}
	}
}

// Holds returns once the storage tells that no other replica has taken over the history; where one has the error is
// [checkpoint.ErrFenced]. Any other error is that of a run that has ended. It may be called while a batch is delivered.
func (h *History) Holds() error {
	if !h.set.Fenced {
		return nil
	}
	// That it can be read is no news, and says nothing of a storage that can't be written.
	err := h.store.Holds(h.run)
	if err == nil || errors.Is(err, checkpoint.ErrFenced) {
		return err
	}
	return h.untilStorageWorks(func() error { return h.store.Holds(h.run) })
}

// OrgID is the id of the org as it is stored, "" while it is not known.
func (h *History) OrgID() string { return h.store.OrgID() }

// SetOrgID stores the id of the org, by which the history is found when the org's host changes.
func (h *History) SetOrgID(orgID string) error { return h.store.SetOrgID(h.run, orgID) }

// Position is how far delivery has come.
func (h *History) Position() checkpoint.Position { return h.position }

// PageNewest is the newest published time of the last page that was delivered, on Okta's clock; zero where none
// of its events has one. It may be called while the next page is being delivered.
func (h *History) PageNewest() time.Time {
	if newest := h.lastNewest.Load(); newest != nil {
		return *newest
	}
	return time.Time{}
}

// Delivered reports whether an event was delivered in this history, as far as it is remembered.
func (h *History) Delivered(event checkpoint.ID) bool {
	return h.pending.Has(event) || h.store.Delivered(event)
}

// Brought is the events that the last Deliver has delivered, or given up, and that were not delivered before it. Where
// an earlier run was interrupted in the same batch, those that it had delivered are not among them.
func (h *History) Brought() iter.Seq[checkpoint.ID] {
	return func(yield func(checkpoint.ID) bool) {
		for _, ids := range h.brought {
			for _, id := range ids {
				if !yield(id) {
					return
				}
			}
		}
	}
}

// HasAll reports whether each of some events that Okta answered with at a time was delivered in this history. One that
// has no uuid counts as delivered where it was not published after all that polling has come to. It must not be called
// while a batch is delivered.
func (h *History) HasAll(events [][]byte, answered time.Time) bool {
	b := Batch{Source: Polled, Answered: answered}
	for len(events) > 0 {
		c := h.newCall(events, &b)
		if len(c.ids) > 0 || c.newest.After(h.position.Newest) {
			return false
		}
		events = events[c.events:]
	}
	return true
}

// NewestDelivered is when the newest event that is remembered was published, on Okta's clock, and when the newest was
// answered or announced, on the clock of what delivered it; zero where none is remembered.
func (h *History) NewestDelivered() (published, answered time.Time) { return h.store.NewestDelivered() }

func (h *History) newBackOff() *retry.BackOff { return retry.NewBackOff(h.set.Retry, h.set.Jitter) }

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
