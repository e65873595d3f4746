// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// noteTimeout bounds how long a storage may keep the collector from starting.
const noteTimeout = 5 * time.Second

// firstStart is the moment from which start_at counts where it names no time: when the receiver first started, and
// not when Okta first answered. Else the events of the minutes in which a token was wrong would be skipped. It is kept
// in the storage until a position is, so that restarts before that do not move it.
type firstStart struct {
	set *Settings
	// noted is when this process noted its start, with the monotonic reading of the local clock.
	noted time.Time
	// written is set once the storage has it.
	written bool
	stored  checkpoint.Started
}

// NoteStart stores that the receiver starts now, unless an earlier start is stored, and finds out whether a replay has
// ended before. Call it before the first request, and before Start. Where the storage fails the first run of the poller
// tries again.
func (p *Poller) NoteStart(ctx context.Context) {
	p.first.noted = time.Now()
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	// A storage whose disk hangs does not listen to any context.
	type start struct {
		first firstStart
		ended bool
	}
	noted := make(chan start, 1)
	go func(first firstStart) {
		first.note(ctx)
		noted <- start{first, p.set.Query.IsBounded() && p.set.Delivery.Ended(ctx)}
	}(p.first)
	select {
	case is := <-noted:
		p.first, p.endedBefore = is.first, is.ended
	case <-ctx.Done():
	}
}

// HasNothingToAsk reports whether NoteStart has found a replay that has ended, so that no run will send a request.
func (p *Poller) HasNothingToAsk() bool { return p.endedBefore }

func (s *firstStart) note(ctx context.Context) {
	stored, err := checkpoint.ReadStarted(ctx, s.set.Storage, s.set.Client.Org().Host)
	if err != nil || ctx.Err() != nil {
		return
	}
	s.stored, s.written = stored, true
	if stored.IsZero() {
		s.begin(ctx, s.noted)
	}
}

// open reads what is stored at the beginning of a run that has no position. Where that is nothing, or from before a
// position that is gone, the run begins now: a storage may be emptied while a standby waits for weeks.
func (s *firstStart) open(ctx context.Context) {
	stored, err := checkpoint.ReadStarted(ctx, s.set.Storage, s.set.Client.Org().Host)
	switch {
	case err == nil && !stored.IsZero() && !stored.Begun:
		s.stored, s.written = stored, true
		if s.noted.IsZero() {
			s.noted = time.Now()
		}
	case s.written || s.noted.IsZero():
		s.begin(ctx, time.Now())
	default: // the start that could not be stored
		s.begin(ctx, s.noted)
	}
}

// begin makes a moment of this process the first start.
func (s *firstStart) begin(ctx context.Context, at time.Time) {
	s.noted, s.stored = at, checkpoint.Started{Local: at.UTC().Round(0), Org: s.set.Client.Org().Host}
	s.write(ctx)
}

// onOktasClock is the first start, given the present time on Okta's clock.
func (s *firstStart) onOktasClock(now time.Time) time.Time {
	if !s.stored.Okta.IsZero() {
		return earliest(s.stored.Okta, now)
	}
	return now.Add(-s.passed())
}

// passed is the time since the first start. Where that was in an earlier process the local clock may have been set
// since; it was before this process, at any rate.
func (s *firstStart) passed() time.Duration {
	own := time.Since(s.noted)
	if s.noted.Equal(s.stored.Local) {
		return own
	}
	return max(own, time.Since(s.stored.Local))
}

// learn stores the first start on Okta's clock as soon as an answer, be it a refusal, has told the time.
func (s *firstStart) learn(ctx context.Context, clock *wire.Clock) {
	_, known := clock.Offset()
	_, open := clock.Doubt()
	if !known || open || s.stored.IsZero() || s.stored.Begun || !s.stored.Okta.IsZero() {
		return
	}
	s.stored.Okta = clock.Now().Add(-s.passed()).UTC()
	s.write(ctx)
}

// begun notes that a position is stored. It is written once in the life of a storage.
func (s *firstStart) begun(ctx context.Context) {
	if s.stored.Begun || s.stored.IsZero() {
		return
	}
	s.stored.Begun, s.stored.Org = true, s.set.Client.Org().Host
	s.write(ctx)
}

// write stores the first start. When that fails polling goes on: it matters only to a restart before the first answer.
func (s *firstStart) write(ctx context.Context) {
	err := checkpoint.WriteStarted(ctx, s.set.Storage, s.stored)
	if s.written = err == nil; !s.written {
		s.set.Logger.Debug("When the receiver first started could not be stored", zap.Error(err))
	}
}
