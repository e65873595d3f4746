// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// refusalsBeforeFallBack is how often Okta must refuse a position until it is given up: a single
// 400 may be a hiccup.
const refusalsBeforeFallBack = 2

// slowRetry is how long to wait at least before a request that only an admin can heal is tried
// again: often enough that the fix needs no restart, seldom enough to annoy nobody.
const slowRetry = time.Minute

// errPositionRefused says that Okta does not know a cursor any more.
var errPositionRefused = errors.New("okta refuses the position")

// fetch requests the page at a position until it comes. It returns an error only when ctx ends or
// Okta refuses the position for good.
func (p *poller) fetch(ctx context.Context, at okta.Position) (*okta.Page, error) {
	refusals := 0
	return ask(ctx, p, func(ctx context.Context) (*okta.Page, error) {
		page, err := p.client.Page(ctx, at)
		if err == nil {
			p.health.expect("")
		}
		var e *okta.Error
		// Whatever error code comes with it: Okta does not document how it refuses a cursor. A 400
		// with WWW-Authenticate is about the credential, and does not count as Rejected.
		if errors.As(err, &e) && e.Kind == okta.Rejected && at.IsCursor() {
			if refusals++; refusals == refusalsBeforeFallBack {
				return nil, fmt.Errorf("%w: %w", errPositionRefused, err)
			}
		}
		return page, err
	})
}

// now asks Okta for the time on its own clock until it answers.
func (p *poller) now(ctx context.Context) (time.Time, error) {
	return ask(ctx, p, p.client.Time)
}

// ask sends the same request again and again until it is answered, with the wait that the kind of
// failure calls for in between. It returns an error only when ctx ends or the position is refused.
func ask[T any](ctx context.Context, p *poller, request func(context.Context) (T, error)) (T, error) {
	backOff := p.newBackOff()
	for {
		answer, err := request(ctx)
		p.watchClock()
		switch {
		case err == nil:
			p.health.succeeded(asking)
			return answer, nil
		case ctx.Err() != nil:
			return answer, ctx.Err()
		case errors.Is(err, errPositionRefused):
			return answer, err
		}
		wait := p.waitAfter(err, max(backOff.NextBackOff(), minRetryInterval))
		p.health.failed(asking, causeOf(err), statusOf(err), "Okta sends no events, the same request is tried again", err, zap.Duration("wait", wait))
		if !sleep(ctx, wait) {
			return answer, ctx.Err()
		}
	}
}

// waitAfter is how long to wait after a failed request. backOff is the wait if nothing else is known.
func (p *poller) waitAfter(err error, backOff time.Duration) time.Duration {
	var e *okta.Error
	if !errors.As(err, &e) {
		return backOff
	}
	switch e.Kind {
	case okta.RateLimited:
		return max(e.Wait, backOff)
	case okta.Unauthorized, okta.Forbidden, okta.Misdirected:
		return max(slowRetry, p.cfg.Retry.MaxInterval)
	default:
		return backOff
	}
}

// causeOf names what went wrong, the same for the same cause.
func causeOf(err error) string {
	var e *okta.Error
	switch {
	case !errors.As(err, &e):
		return "unknown"
	case e.Cause == okta.CauseServer:
		// A gateway that answers 502 now and 503 then is no news.
		return fmt.Sprint(e.Kind, e.Cause)
	}
	return fmt.Sprint(e.Kind, e.Status, e.Code, e.Cause)
}

// statusOf is the word for what went wrong that the component status begins with.
func statusOf(err error) string {
	var e *okta.Error
	if !errors.As(err, &e) {
		return okta.Unavailable.String()
	}
	return e.Kind.String()
}
