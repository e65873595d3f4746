// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// refusalsBeforeRewind is how often Okta must refuse a position until it is given up: a single 400 may
// pass by itself.
const refusalsBeforeRewind = 2

// errPositionRefused says that a position is refused, and that a rewind helps.
var errPositionRefused = errors.New("okta refuses the position")

// fetch requests the page at a position until it comes. came is how far delivery had come before: while a page is
// fetched ahead, delivery moves on. It returns an error only when polling ends or the position is refused for good.
func (f *follower) fetch(at okta.Position, came checkpoint.Position) (*okta.Page, error) {
	refusals := 0
	return request(f.fetchCtx, f.Poller, func(ctx context.Context) (*okta.Page, error) {
		if err := f.history.Holds(); err != nil {
			return nil, err
		}
		page, err := f.set.Client.Page(ctx, at)
		if err == nil {
			f.set.Health.Expect("")
			return page, nil
		}
		if !refusesPosition(err) {
			return nil, err
		}
		// Where not even a since works, it is not the position. That is tried less and less often: at the first
		// refusal, the second, the fourth, the eighth.
		refusals++
		if bits.OnesCount(uint(refusals)) != 1 || !f.sinceWorks(ctx, at, came) {
			return nil, err
		}
		if refusals >= refusalsBeforeRewind {
			return nil, fmt.Errorf("%w: %w", errPositionRefused, err)
		}
		return nil, oktaerr.AtPosition(err)
	})
}

// refusesPosition reports whether an answer may be about the position: Okta does not document how it refuses a
// cursor, and a gateway in between has ways of its own (404, 410, 414, 431). What is about the credential or the
// rate limit is not: a 400 with WWW-Authenticate counts as Unauthorized. Nor is what is about the filter or the
// address, which shows in that no since works either.
func refusesPosition(err error) bool {
	var e *oktaerr.Error
	if !errors.As(err, &e) || e.TokenEndpoint || e.Status/100 != 4 || e.Kind == oktaerr.Unauthorized {
		return false
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return true
}

// sinceWorks asks for the events that polling would rewind to from a position, and reports whether they come. A
// position that is that since already is not left for it.
func (f *follower) sinceWorks(ctx context.Context, from okta.Position, came checkpoint.Position) bool {
	at := f.set.Query.Since(rewindTo(f.set.Client.Clock().Now(), came))
	if at == from {
		return false
	}
	page, err := f.set.Client.Page(ctx, at)
	if err != nil {
		return false
	}
	page.Release()
	return true
}

// request sends the same request again and again until it is answered, with the wait that the kind of
// failure calls for in between. It returns an error only when ctx ends, the position is refused, or another replica has
// taken over.
func request[T any](ctx context.Context, p *Poller, send func(context.Context) (T, error)) (T, error) {
	backOff := retry.NewBackOff(p.set.Retry, p.asking)
	for {
		answer, err := send(ctx)
		p.watchClock()
		switch {
		case err == nil:
			p.set.Health.Succeeded(telemetry.Requesting)
			return answer, nil
		case ctx.Err() != nil:
			return answer, ctx.Err()
		case errors.Is(err, errPositionRefused), errors.Is(err, checkpoint.ErrFenced):
			return answer, err
		}
		wait := oktaerr.WaitAfter(err, backOff.Next(), p.set.Retry.MaxInterval)
		p.set.Health.Failed(telemetry.Requesting, oktaerr.Signature(err), oktaerr.KindName(err),
			"Okta sends no events, the same request is tried again", err, zap.Duration("wait", wait))
		if !p.asking.Sleep(ctx, wait) {
			return answer, ctx.Err()
		}
	}
}

const (
	// maxTimeRequests is how often Okta is asked for the time before one that stays open is used: as often as it
	// takes to follow a clock that has moved for good, and once more.
	maxTimeRequests = 4
	timePause       = time.Second
)

// oktaTime asks for the time on Okta's clock, to compute a since from. Where an answer contradicts what is known, Okta
// is asked again. If that does not settle it the earlier time is returned, though none from before what Okta keeps:
// a since that is too late skips events, and one that is too early repeats some.
func (f *follower) oktaTime() (time.Time, error) {
	for asked := 1; ; asked++ {
		now, err := request(f.fetchCtx, f.Poller, f.askTime)
		if err != nil {
			return time.Time{}, err
		}
		told, open := f.set.Client.Clock().Doubt()
		switch {
		case !open || asked == maxTimeRequests && !told.Before(now):
			return now, nil
		case asked == maxTimeRequests:
			return latest(told, oldest(now)), nil
		case !f.loop.Sleep(f.fetchCtx, timePause):
			return time.Time{}, f.fetchCtx.Err()
		}
	}
}

// askTime asks once. A refusal tells the time too, and so when the receiver started.
func (f *follower) askTime(ctx context.Context) (time.Time, error) {
	if err := f.history.Holds(); err != nil {
		return time.Time{}, err
	}
	now, err := f.set.Client.Time(ctx)
	f.first.learn(ctx, f.set.Client.Clock())
	return now, err
}

// watchClock warns once of a local clock that is off, and of answers whose time is not believed. Polling does not
// mind either, but others may.
func (p *Poller) watchClock() {
	clock := p.set.Client.Clock()
	if told := clock.Disbelieved(); !told.IsZero() {
		p.answerTime.Failed("disbelieved", "An answer tells a time that contradicts its rate limit or the answers before, it is not followed: check what is between this machine and Okta, such as a proxy that sets Date",
			zap.Time("answer", told), zap.Time("believed", clock.Now()))
	} else {
		p.answerTime.Succeeded()
	}
	ahead, known := clock.Offset()
	if !known || ahead.Abs() < wire.TolerableOffset {
		return
	}
	p.clockOffset.Failed("offset", "The local clock differs from Okta's, which is followed: check the time synchronisation of this machine",
		zap.Duration("okta_is_ahead", ahead.Round(time.Second)))
}
