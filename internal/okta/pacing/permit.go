// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"context"
	"errors"
	"fmt"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
)

// ErrNoPermit says that a context ended before a request was sent, while it waited for its permit.
var ErrNoPermit = errors.New("no permit within the rate limit")

// Permit is the permission for one request. Done must be called when its answer has come or failed to.
type Permit struct {
	budget *Budget
	jitter *retry.Jitter // for the wait for another one
	number uint64
	window uint64
}

// permitKey is where the context of a request holds its permit.
type permitKey struct{}

// WithPermit returns a context in which the request can take another permit.
func WithPermit(ctx context.Context, permit *Permit) context.Context {
	return context.WithValue(ctx, permitKey{}, permit)
}

// AnotherPermit waits until a request whose answer was a refusal may be sent once more: Okta counts it
// again, so it takes a permit of its own. ctx is the request's, and the only error is its end. A request
// that took no permit needs no other.
func AnotherPermit(ctx context.Context) error {
	permit, _ := ctx.Value(permitKey{}).(*Permit)
	if permit == nil {
		return nil
	}
	permit.Done(wire.RateLimit{}, false)
	another, err := permit.budget.Wait(ctx, permit.jitter)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoPermit, err)
	}
	*permit = another
	return nil
}
