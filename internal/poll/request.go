// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// refusalsBeforeRewind is how often Okta must refuse a position until it is given up: a single 400 may
// pass by itself.
const refusalsBeforeRewind = 2

// errPositionRefused says that Okta does not know a cursor any more.
var errPositionRefused = errors.New("okta refuses the position")

// fetch requests the page at a position until it comes. It returns an error only when ctx ends or
// Okta refuses the position for good.
func (p *Poller) fetch(ctx context.Context, at okta.Position) (*okta.Page, error) {
	refusals := 0
	return request(ctx, p, func(ctx context.Context) (*okta.Page, error) {
		page, err := p.set.Client.Page(ctx, at)
		if err == nil {
			p.set.Health.Expect("")
		}
		var e *oktaerr.Error
		// Whatever error code comes with it: Okta does not document how it refuses a cursor. A 400
		// with WWW-Authenticate is about the credential, and does not count as Rejected.
		if errors.As(err, &e) && e.Kind == oktaerr.Rejected && at.IsCursor() {
			if refusals++; refusals == refusalsBeforeRewind {
				return nil, fmt.Errorf("%w: %w", errPositionRefused, err)
			}
		}
		return page, err
	})
}

// request sends the same request again and again until it is answered, with the wait that the kind of
// failure calls for in between. It returns an error only when ctx ends or the position is refused.
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
		case errors.Is(err, errPositionRefused):
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

// watchClock warns once of a local clock that is off. Polling does not mind, but others may.
func (p *Poller) watchClock() {
	ahead, known := p.set.Client.Clock().Offset()
	if !known || ahead.Abs() < wire.TolerableOffset {
		return
	}
	p.clockOffset.Failed("offset", "The local clock differs from Okta's, which is followed: check the time synchronisation of this machine",
		zap.Duration("okta_is_ahead", ahead.Round(time.Second)))
}
