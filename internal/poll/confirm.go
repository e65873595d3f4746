// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// errEventsBehind is the error of an answer that looked like the end of a replay, and was not.
var errEventsBehind = errors.New("an answer has no next link, and there are events behind it")

// end ends a replay whose last page was delivered, if that was the last one: a page without a next link is also what
// is left of any other one where the link is removed on the way. Where it was not, the position to go on from is
// returned. An error says that polling ends.
func (f *follower) end() (okta.Position, error) {
	confirmed, err := request(f.fetchCtx, f.Poller, f.confirmEnd)
	switch {
	case err != nil:
		return okta.Position{}, err
	case confirmed:
		return okta.Position{}, f.history.End()
	}
	return f.passMissingLink()
}

// confirmEnd asks once whether all events of the replay were read: for the newest ones, the newest first. A bounded
// query is sorted by the published time (Okta, System Log query reference), and so was what was read. So where the
// newest event that there is was read, all were; this needs no link, and no page that is full. It begins a millisecond,
// the unit of published, before the newest event that was read, so that this one is in the answer whether or not Okta
// counts since in, and shows that the credential sees what it saw.
func (f *follower) confirmEnd(ctx context.Context) (bool, error) {
	if err := f.history.Holds(); err != nil {
		return false, err
	}
	all, events, err := f.hasAll(ctx)
	if err != nil || events {
		return all, err
	}
	// No event of the range shows that the credential may see any: those that may not get answers without events. What
	// it may see can change from one request to the next, so the range is asked for once more after that was shown.
	if err := f.seesAny(ctx); err != nil {
		return false, err
	}
	all, _, err = f.hasAll(ctx)
	return all, err
}

// hasAll asks for the newest events of the range, and reports whether all that came were read, and whether any came.
func (f *follower) hasAll(ctx context.Context) (all, events bool, err error) {
	came := f.history.Position()
	page, err := f.set.Client.Page(ctx, f.set.Query.Backwards(behind(came)))
	if err != nil {
		return false, false, err
	}
	defer page.Release()
	if len(page.Events) > 0 {
		return f.history.HasAll(page.Events, page.Answered), true, nil
	}
	if came.Newest.After(oldest(page.Answered).Add(checkpoint.Overlap)) {
		return false, false, oktaerr.SeesNothing("the newest event that was read is not in the log any more")
	}
	return true, false, nil
}

// seesAny asks for the newest event of all.
func (f *follower) seesAny(ctx context.Context) error {
	page, err := f.set.Client.Page(ctx, okta.Newest(f.set.Client.Clock().Now()))
	if err != nil {
		return err
	}
	defer page.Release()
	if len(page.Events) == 0 {
		return oktaerr.SeesNothing("the range has no event, and neither has the rest of the log")
	}
	return nil
}

// behind is the time of which the events are next, given how far a replay has come: those of the last millisecond too,
// since a page may end between events of one time.
func behind(came checkpoint.Position) time.Time {
	if came.Newest.IsZero() {
		return came.Start
	}
	return latest(came.Start, came.Newest.Add(-time.Millisecond))
}

// passMissingLink goes on behind the newest event that was read, where a page had no next link and was not the last. It
// waits, longer each time, where that came no further the last time: a page that is full of events of one time.
func (f *follower) passMissingLink() (okta.Position, error) {
	since := behind(f.history.Position())
	f.nextLink.Failed("missing", "An answer without a next link was not the last one of the replay, which goes on by the time of the newest event: check what is between this machine and Okta, such as a proxy that removes Link headers",
		zap.Time("since", since))
	if wait := f.ends.pauseBefore(since); wait > 0 {
		f.set.Health.Failed(telemetry.Requesting, "no next link", oktaerr.Misdirected.String(),
			"The replay comes to no further events by their time, the same request is tried again: have the proxy or gateway between this machine and Okta leave the Link header alone",
			errEventsBehind, zap.Time("since", since), zap.Duration("wait", wait))
		if !f.loop.Sleep(f.fetchCtx, wait) {
			return okta.Position{}, f.fetchCtx.Err()
		}
	}
	return f.moveTo(since, f.history.Position().Start)
}
