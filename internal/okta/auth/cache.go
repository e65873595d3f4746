// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"
	"golang.org/x/oauth2"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

const (
	// A token is renewed when a twelfth of its life is left, which is five minutes of Okta's hour.
	marginShare = 12
	// maxMargin is the most, however long a token lives.
	maxMargin = 5 * time.Minute
	// minRenewalPause is how long a renewal that failed is left alone at least, while the old token is
	// good.
	minRenewalPause = time.Second
)

// accessToken is a token and what is computed once for all requests that carry it.
type accessToken struct {
	oauth2.Token
	// scopes are what it allows.
	scopes []string
	// hash is the ath of its proofs, "" when the token is not bound to the key.
	hash string
	// renewAt is when to request the next one. As Expiry, it is on the local clock's monotonic reading,
	// which no change of the wall clock moves.
	renewAt time.Time
}

// newAccessToken makes a token that lives from since on.
func newAccessToken(value, tokenType string, bound bool, since time.Time, lifetime time.Duration) *accessToken {
	t := &accessToken{Token: oauth2.Token{AccessToken: value, TokenType: tokenType, Expiry: since.Add(lifetime)}}
	if bound {
		t.hash = hashOf(value)
	}
	t.renewAt = t.Expiry.Add(-min(lifetime/marginShare, maxMargin))
	return t
}

// tokens keeps the access token and lets one request run at a time, however many requests wait for it.
//
// An [oauth2.TokenSource] would do the same but for two things: a waiter could not leave when its
// own context ends, and a token could not be dropped when Okta refuses it early.
type tokens struct {
	request func(context.Context) (*accessToken, error)
	timeout time.Duration // of one request
	logger  *zap.Logger

	mu       sync.Mutex
	current  *accessToken
	quiet    time.Time       // no renewal before, while the current token is good
	pending  *pendingRequest // nil when none is under way
	previous chan struct{}   // closed when the request before is over; nil before the first
}

// pendingRequest is a request for a token that is under way.
type pendingRequest struct {
	waiters int // guarded by tokens.mu
	abort   context.CancelFunc
	done    chan struct{}
	token   *accessToken // once done
	err     error
}

// get returns a token that is good, after requesting one when it must. Each caller waits as long as its
// own ctx; when the last one has left, the request is aborted.
func (t *tokens) get(ctx context.Context) (*accessToken, error) {
	t.mu.Lock()
	if t.fresh(time.Now()) {
		defer t.mu.Unlock()
		return t.current, nil
	}
	if t.pending == nil {
		t.begin(ctx)
	}
	m := t.pending
	m.waiters++
	t.mu.Unlock()

	select {
	case <-m.done:
		return t.result(m)
	case <-ctx.Done():
		t.leave(m)
		return nil, ctx.Err()
	}
}

// fresh reports whether the current token can be used as it is.
func (t *tokens) fresh(now time.Time) bool {
	return t.good(now) && (now.Before(t.current.renewAt) || now.Before(t.quiet))
}

func (t *tokens) good(now time.Time) bool { return t.current != nil && now.Before(t.current.Expiry) }

// begin starts a request. It needs the lock.
func (t *tokens) begin(ctx context.Context) {
	// The request outlives the request that happened to be first, for the others that wait for it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.timeout)
	m := &pendingRequest{abort: cancel, done: make(chan struct{})}
	previous := t.previous
	t.pending, t.previous = m, m.done
	go func() {
		defer close(m.done)
		defer cancel()
		if previous != nil {
			// One at a time, also after a request that was aborted.
			<-previous
		}
		m.token, m.err = t.request(ctx)
		t.end(m)
	}()
}

// end keeps what a request brought.
func (t *tokens) end(m *pendingRequest) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pending == m {
		t.pending = nil
	}
	if m.err == nil {
		t.current, t.quiet = m.token, time.Time{}
		return
	}
	now := time.Now()
	if !t.good(now) {
		return
	}
	// A renewal that failed is no failure yet: the old token does until it ends.
	pause := t.current.Expiry.Sub(now) / 4
	var e *oktaerr.Error
	if errors.As(m.err, &e) {
		pause = max(pause, e.Wait)
	}
	pause = max(pause, minRenewalPause)
	t.quiet = now.Add(pause)
	if !errors.Is(m.err, context.Canceled) {
		t.logger.Warn("The access token could not be renewed, the old one is used as long as it is good",
			zap.Error(m.err), zap.Duration("wait", pause))
	}
}

// result is what a waiter gets of a request that is over.
func (t *tokens) result(m *pendingRequest) (*accessToken, error) {
	if m.err == nil {
		return m.token, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.good(time.Now()) {
		return t.current, nil
	}
	return nil, m.err
}

// leave takes a waiter away whose context has ended.
func (t *tokens) leave(m *pendingRequest) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if m.waiters--; m.waiters > 0 {
		return
	}
	m.abort()
	if t.pending == m {
		t.pending = nil
	}
}

// drop forgets a token that Okta refused. One that was replaced meanwhile stays.
func (t *tokens) drop(refused *accessToken) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current == refused {
		t.current = nil
	}
}
