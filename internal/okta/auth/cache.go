// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// minRenewalPause is how long at least no renewal is tried after one that failed, while the old token is good.
const minRenewalPause = time.Second

// tokenCache keeps the access token and lets one token request run at a time, however many requests to the org
// wait for the token.
//
// [golang.org/x/oauth2.ReuseTokenSource] does not serve here: its Token method takes no context, it keeps a token
// that Okta refuses before its end, and it returns the error of a renewal while the old token is still good.
type tokenCache struct {
	request func(context.Context) (*accessToken, error)
	timeout time.Duration // of one token request
	logger  *zap.Logger

	mu         sync.Mutex
	current    *accessToken
	renewAfter time.Time       // no renewal before, while the current token is good
	pending    *pendingRequest // nil when none is under way
	previous   chan struct{}   // closed when the token request before is over; nil before the first
}

// pendingRequest is a token request that is under way.
type pendingRequest struct {
	waiters int // guarded by tokenCache.mu
	abort   context.CancelFunc
	done    chan struct{}
	token   *accessToken // once done
	err     error
}

// get returns a token that is good, and requests one first where there is none. Each caller waits until its own
// ctx ends; when the last one has left, the token request is aborted.
func (t *tokenCache) get(ctx context.Context) (*accessToken, error) {
	t.mu.Lock()
	if t.fresh(time.Now()) {
		defer t.mu.Unlock()
		return t.current, nil
	}
	if t.pending == nil {
		t.begin(ctx)
	}
	p := t.pending
	p.waiters++
	t.mu.Unlock()

	select {
	case <-p.done:
		return t.result(p)
	case <-ctx.Done():
		t.leave(p)
		return nil, ctx.Err()
	}
}

// fresh reports whether the current token can be used as it is.
func (t *tokenCache) fresh(now time.Time) bool {
	return t.good(now) && (now.Before(t.current.renewAt) || now.Before(t.renewAfter))
}

func (t *tokenCache) good(now time.Time) bool {
	return t.current != nil && now.Before(t.current.Expiry)
}

// begin starts a token request. The caller holds t.mu.
func (t *tokenCache) begin(ctx context.Context) {
	// The token request goes on when the caller that started it leaves, for the others that wait for it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.timeout)
	p := &pendingRequest{abort: cancel, done: make(chan struct{})}
	previous := t.previous
	t.pending, t.previous = p, p.done
	go func() {
		defer close(p.done)
		defer cancel()
		if previous != nil {
			// One at a time, also after one that was aborted.
			<-previous
		}
		p.token, p.err = t.request(ctx)
		t.end(p)
	}()
}

// end keeps what a token request brought.
func (t *tokenCache) end(p *pendingRequest) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pending == p {
		t.pending = nil
	}
	if p.err == nil {
		t.current, t.renewAfter = p.token, time.Time{}
		return
	}
	now := time.Now()
	if !t.good(now) {
		return
	}
	// A renewal that failed is no failure yet: the old token is used until it ends.
	pause := t.current.Expiry.Sub(now) / 4
	var e *oktaerr.Error
	if errors.As(p.err, &e) {
		pause = max(pause, e.Wait)
	}
	pause = max(pause, minRenewalPause)
	t.renewAfter = now.Add(pause)
	if !errors.Is(p.err, context.Canceled) {
		t.logger.Warn("The access token could not be renewed, the old one is used as long as it is good",
			zap.Error(p.err), zap.Duration("wait", pause))
	}
}

// result is what a waiter gets of a token request that is over.
func (t *tokenCache) result(p *pendingRequest) (*accessToken, error) {
	if p.err == nil {
		return p.token, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.good(time.Now()) {
		return t.current, nil
	}
	return nil, p.err
}

// leave takes a waiter away whose context has ended.
func (t *tokenCache) leave(p *pendingRequest) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.waiters--; p.waiters > 0 {
		return
	}
	p.abort()
	if t.pending == p {
		t.pending = nil
	}
}

// drop forgets a token that Okta refused. If that was replaced meanwhile, the new one stays.
func (t *tokenCache) drop(refused *accessToken) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current == refused {
		t.current = nil
	}
}
