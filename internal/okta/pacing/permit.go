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

// Permit allows one request. Done must be called when its answer has come, or no answer will.
type Permit struct {
	budget *Budget
	jitter *retry.Jitter // for the wait for another permit
	number uint64        // permits are counted from 1
	window uint64        // in which it was taken
}

// permitKey is the key of a request's permit in its context.
type permitKey struct{}

// WithPermit returns a context with the permit of its request, which [AnotherPermit] exchanges for another one.
func WithPermit(ctx context.Context, permit *Permit) context.Context {
	return context.WithValue(ctx, permitKey{}, permit)
}

// AnotherPermit waits until a request that was refused may be sent once more: Okta counts it again, so it takes
// another permit. ctx is that of the request. The only error is its end, as [ErrNoPermit]. For a request without a
// permit it does nothing.
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
