// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"context"
	"fmt"
)

// Turn is the permission for one request. Done must be called when its answer has come or failed to.
type Turn struct {
	budget *Budget
	number uint64
	window uint64
}

// turnKey is where the context of a request holds its turn.
type turnKey struct{}

// withTurn returns a context in which the request can take another turn.
func withTurn(ctx context.Context, turn *Turn) context.Context {
	return context.WithValue(ctx, turnKey{}, turn)
}

// AnotherTurn waits until a request whose answer was a refusal may be sent once more: Okta counts it
// again, so it takes a turn of its own. ctx is the request's, and the only error is its end. A request
// that took no turn needs no other.
func AnotherTurn(ctx context.Context) error {
	turn, _ := ctx.Value(turnKey{}).(*Turn)
	if turn == nil {
		return nil
	}
	turn.Done(RateLimit{}, false)
	another, err := turn.budget.Wait(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoTurn, err)
	}
	*turn = another
	return nil
}
