// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

const (
	// lateness is how long after end_at a replay begins. A bounded query goes by the published time of events, and finds
	// only those that Okta has persisted: the events of a delay come within it.
	lateness = time.Hour
	// endPause is how long to wait at most before Okta is asked for the time again.
	endPause = time.Hour
)

// errNothingToRead is the error of a replay whose beginning does not lie before its end.
var errNothingToRead = errors.New("no event that okta keeps lies between start_at and end_at")

// beginReplay starts the history of a replay, which reads from start_at up to end_at and then ends.
func (f *follower) beginReplay() (okta.Position, error) {
	now, err := f.awaitEnd()
	if err != nil {
		return okta.Position{}, err
	}
	start := f.set.StartAt.At(f.first.onOktasClock(now), now)
	if !start.Before(f.set.Query.Until) {
		return okta.Position{}, f.nothingToRead(start)
	}
	f.set.Logger.Info("The replay begins", f.details(zap.Stringer("start_at", f.set.StartAt), zap.Time("since", start), f.endAt())...)
	at, err := f.moveTo(start, start)
	if err == nil {
		f.first.begun(f.fetchCtx)
	}
	return at, err
}

// awaitEnd waits until end_at lies far enough in the past, and returns the time on Okta's clock.
func (f *follower) awaitEnd() (time.Time, error) {
	due := f.set.Query.Until.Add(lateness)
	for told := false; ; told = true {
		now, err := f.oktaTime()
		if err != nil {
			return now, err
		}
		if !now.Before(due) {
			if told {
				f.set.Metrics.PollingBegan()
			}
			return now, nil
		}
		if !told {
			f.set.Metrics.Rests()
			f.set.Logger.Info("The replay begins an hour after end_at, when the events that Okta persists late have come",
				f.endAt(), zap.Time("begins", due), zap.Time("okta_time", now))
		}
		if !f.loop.Sleep(f.fetchCtx, min(endPause, due.Sub(now)+time.Second)) {
			return now, f.fetchCtx.Err()
		}
	}
}

// nothingToRead reports a replay from a time on that is not before its end, and waits until the run is stopped: to say
// that it has ended would pass for success.
func (f *follower) nothingToRead(start time.Time) error {
	f.set.Health.Failed(telemetry.Beginning, "nothing to read", "end_at",
		"The replay has nothing to read: Okta keeps events for 90 days, and a look-back in start_at counts from the first start; set start_at to a time before end_at, and both to the last 90 days",
		errNothingToRead, zap.Time("since", start), f.endAt())
	<-f.fetchCtx.Done()
	return f.fetchCtx.Err()
}

// rest says that the replay has ended, and waits until the run is stopped, without a request.
func (f *follower) rest(message string, fields ...zap.Field) error {
	f.set.Metrics.Rests()
	f.set.Metrics.ReplayEnded()
	ended := f.history.Position()
	fields = append(fields, zap.Time("since", ended.Start), f.endAt(), zap.Time("newest_event", ended.Newest))
	f.set.Health.Ended(message, fields...)
	<-f.fetchCtx.Done()
	return f.fetchCtx.Err()
}

func (f *follower) endAt() zap.Field { return zap.Time("end_at", f.set.Query.Until) }
