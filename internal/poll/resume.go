// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// beginning is the position to begin a run of polling at; found tells whether one is stored. It returns an error
// only when polling ends.
func (f *follower) beginning(found bool) (okta.Position, error) {
	if !found {
		return f.begin()
	}
	f.first.begun(f.fetchCtx)
	stored := f.history.Position()
	// A stored position belongs to the query that made it: filter, q and page_size live inside it.
	if stored.Query != f.set.Query.Fingerprint() {
		return f.rewind("filter, q or page_size have changed")
	}
	at, err := okta.ParsePosition(stored.Next)
	if err != nil {
		return f.rewind("the stored position can't be read")
	}
	f.history.Resume(at)
	f.set.Metrics.Resumed(stored.Newest, stored.Answered)
	resumes := "Polling resumes from the stored position, start_at does not apply"
	if f.set.Query.IsBounded() {
		resumes = "The replay resumes from the stored position"
	}
	f.set.Logger.Info(resumes, f.details(zap.Time("newest_event", stored.Newest))...)
	return at, nil
}

// futurePause is how long to wait before a start_at in the future is looked at again.
const futurePause = time.Minute

// errFutureStart is the error of a start_at that has not come.
var errFutureStart = errors.New("start_at is in the future")

// begin starts a history at start_at. A time in the future is most often a slip of the hand: polling from there on
// would skip what comes before it in silence. So nothing begins before that time has come.
func (f *follower) begin() (okta.Position, error) {
	if err := f.history.Holds(); err != nil { // as before everything that is stored
		return okta.Position{}, err
	}
	f.first.open(f.fetchCtx)
	if f.set.Query.IsBounded() {
		return f.beginReplay()
	}
	for {
		// The time is Okta's: a local clock that is minutes off must not move the beginning.
		now, err := f.oktaTime()
		if err != nil {
			return okta.Position{}, err
		}
		start := f.set.StartAt.At(f.first.onOktasClock(now), now)
		if !start.After(now) {
			f.set.Health.Succeeded(telemetry.Beginning)
			return f.beginAt(start)
		}
		f.set.Health.Failed(telemetry.Beginning, "future", "start_at",
			"start_at is in the future on Okta's clock, polling does not begin before it: set start_at to a time that has passed, or to end, and restart",
			errFutureStart, zap.Stringer("start_at", f.set.StartAt), zap.Time("okta_time", now))
		if !f.loop.Sleep(f.fetchCtx, min(futurePause, start.Sub(now)+time.Second)) {
			return okta.Position{}, f.fetchCtx.Err()
		}
	}
}

// beginAt starts a history at a time that has come, unless the org has one that began under another host.
func (f *follower) beginAt(start time.Time) (okta.Position, error) {
	if at, adopted, err := f.adopt(); adopted || err != nil {
		return at, err
	}
	begins := f.details(zap.Stringer("start_at", f.set.StartAt), zap.Time("since", start))
	// From the beginning nothing is skipped, whatever became of a position.
	if f.set.Durable && f.set.StartAt.text != StartAtBeginning {
		f.set.Logger.Warn("Polling begins at start_at, no position is stored: a receiver that was renamed or given another directory has left its position behind; to bring it along, stop the collector and run okta-systemlog position move", begins...)
	} else {
		f.set.Logger.Info("Polling begins at start_at, no position is stored", begins...)
	}
	at, err := f.moveTo(start, start)
	if err == nil {
		f.first.begun(f.fetchCtx)
	}
	return at, err
}

// triesToAdopt is how often the id of the org is asked for when a history depends on it.
const triesToAdopt = 5

// adopt continues a history of the same org that began under another host.
func (f *follower) adopt() (at okta.Position, adopted bool, err error) {
	if !f.history.MayAdopt() {
		return okta.Position{}, false, nil
	}
	id := f.orgID(triesToAdopt)
	if id == "" {
		return okta.Position{}, false, f.fetchCtx.Err()
	}
	if adopted, err = f.history.Adopt(id); err != nil || !adopted {
		return okta.Position{}, false, err
	}
	f.set.Logger.Info("The org is the same that was polled under another host, its position is kept", zap.String("org_id", id))
	at, err = f.beginning(true)
	return at, true, err
}

// storeOrgID stores the id of the org beside the position, where that is not done.
func (f *follower) storeOrgID() {
	if f.history.OrgID() != "" || f.set.Query.IsBounded() {
		return
	}
	if err := f.history.SetOrgID(f.orgID(1)); err != nil {
		f.set.Logger.Debug("The id of the org is not stored, by which its history would be found under another host", zap.Error(err))
	}
}

// orgID asks for the id of the org, in at most so many tries where no answer comes; the address may be closed to this
// machine. It does so once in a run. The id is "" where Okta does not tell it.
func (f *follower) orgID(tries int) string {
	if f.orgIDAsked {
		return f.orgIDKnown
	}
	f.orgIDAsked = true
	backOff := retry.NewBackOff(f.set.Retry, f.asking)
	for {
		id, err := f.set.Client.OrgID(f.fetchCtx)
		if err == nil {
			f.orgIDKnown = id
			return id
		}
		tries--
		if tries <= 0 || !oktaerr.Passes(err) || !f.asking.Sleep(f.fetchCtx, backOff.Next()) {
			f.set.Logger.Debug("Okta does not tell the id of the org, by which its history would be found under another host", zap.Error(err))
			return ""
		}
	}
}

// rewind gives up a position that can't be used any more and goes back far enough to miss nothing. What
// was delivered already is dropped on the way. A rewind that comes no further than the one before it waits first,
// longer each time: a gateway that refuses every cursor would else have a page repeated for ever.
func (f *follower) rewind(reason string) (okta.Position, error) {
	now, err := f.oktaTime()
	if err != nil {
		return okta.Position{}, err
	}
	since := rewindTo(now, f.history.Position())
	if f.set.Query.IsBounded() && !since.Before(f.set.Query.Until) {
		return okta.Position{}, f.nothingToRead(since)
	}
	if wait := f.rewinds.pauseBefore(since); wait > 0 {
		f.set.Health.Failed(telemetry.Requesting, "no way on", oktaerr.Rejected.String(),
			"Polling has rewound and every position that it was given after that is refused too, it waits before it rewinds again: check what is between this machine and Okta, such as a proxy that changes or refuses requests with after=",
			errors.New(reason), zap.Duration("wait", wait))
		if !f.loop.Sleep(f.fetchCtx, wait) {
			return okta.Position{}, f.fetchCtx.Err()
		}
	}
	f.set.Metrics.Count(f.set.Metrics.OktaSystemlogPositionRewinds, 1)
	if start := f.history.Position().Start; since.Equal(oldest(now)) && start.Before(since) {
		f.set.Logger.Warn("Polling rewinds to the oldest event that Okta keeps: what was not read and is older is gone",
			f.details(zap.String("reason", reason), zap.Time("since", since))...)
	} else {
		f.set.Logger.Warn("Polling rewinds to an earlier time: events that were delivered already are dropped, none is missed",
			f.details(zap.String("reason", reason), zap.Time("since", since))...)
	}
	return f.moveTo(since, f.history.Position().Start)
}

// rewindTo is the time that a rewind goes back to, given the time on Okta's clock and how far delivery has come.
//
// Okta compares since with the time at which it persisted an event, which is never before the event
// was published. Every event that polling has not come to was persisted after the last one that it has,
// so none of them lies before the newest published time of those; the overlap is for differences between
// Okta's own clocks. No rewind goes further back than the history: what Okta persisted before it began is not
// owed; nor further than what Okta keeps, which is refused. A replay goes by the published time, and has come to the
// newest of those exactly.
func rewindTo(now time.Time, came checkpoint.Position) time.Time {
	since := came.Start
	if !came.Newest.IsZero() {
		since = latest(since, came.Newest.Add(-checkpoint.Overlap))
	}
	return latest(since, oldest(now))
}

// moveTo makes the events since a time the position of a history that began at start.
func (f *follower) moveTo(since, start time.Time) (okta.Position, error) {
	at := f.set.Query.Since(since)
	return at, f.history.MoveTo(at, f.set.Query.Fingerprint(), start)
}

// details adds to what a log line says of where polling begins how it polls.
func (p *Poller) details(fields ...zap.Field) []zap.Field { return append(fields, p.set.Details...) }
