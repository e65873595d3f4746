// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

func TestManyRequestsWaitForOneTokenRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{OAuth: authserver.Options{Latency: 10 * time.Second}, RateLimit: oktatest.NoRateLimit}, requireDPoP)
		transport := r.transport(t)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { requireStatus(t, http.StatusOK, transport) })
		}
		all.Wait()
		assert.Equal(t, 1, r.org.Issued())

		// All of them are refused at the same time, and one token request serves them again.
		r.org.RevokeTokens(testClient)
		for range 50 {
			all.Go(func() { requireStatus(t, http.StatusOK, transport) })
		}
		all.Wait()
		assert.Equal(t, 2, r.org.Issued())
	})
}

func TestEachWaiterLeavesWithItsOwnContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{OAuth: authserver.Options{Latency: 10 * time.Second}}, nil)
		transport := r.transport(t)
		first, leave := context.WithCancel(t.Context())
		done := make(chan error, 2)
		go func() { _, err := get(first, transport); done <- err }()
		synctest.Wait()
		go func() { _, err := get(t.Context(), transport); done <- err }()
		synctest.Wait()
		leave()
		require.ErrorIs(t, <-done, context.Canceled)
		require.NoError(t, <-done, "the one who began the token request has left, it goes on for the other")
		assert.Equal(t, 1, r.org.Issued())
	})
}

func TestTokenRequestEndsWithItsLastWaiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, maxRunning atomic.Int32
		cache := &tokenCache{timeout: time.Minute, logger: zap.NewNop(), request: func(ctx context.Context) (*accessToken, error) {
			maxRunning.Store(max(maxRunning.Load(), running.Add(1)))
			defer running.Add(-1)
			select {
			case <-ctx.Done():
				time.Sleep(time.Second) // virtual: it takes a while to notice
				return nil, ctx.Err()
			case <-time.After(20 * time.Second):
				return newAccessToken("a", bearer, time.Now(), time.Hour), nil
			}
		}}
		for range 3 {
			ctx, leave := context.WithTimeout(t.Context(), 5*time.Second)
			_, err := cache.get(ctx)
			leave()
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		token, err := cache.get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "a", token.AccessToken)
		assert.EqualValues(t, 1, maxRunning.Load(), "one at a time, also after one that was aborted")
	})
}

func TestRenewalThatFailsIsNoFailureYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, oktatest.Options{}, requireDPoP)
		transport := r.transport(t)
		requireStatus(t, http.StatusOK, transport)
		time.Sleep(55*time.Minute + time.Second) // virtual: the margin has begun
		r.org.InjectTokenAlways(fault.RateLimited(30 * time.Second))
		before := len(r.org.Requests())
		for range 280 {
			requireStatus(t, http.StatusOK, transport)
			time.Sleep(time.Second) // virtual
		}
		asked := len(r.org.Requests()) - before - 280
		assert.Positive(t, asked)
		assert.LessOrEqual(t, asked, 10, "it leaves the endpoint alone as long as it was told to")
		assert.Positive(t, r.logs.FilterMessageSnippet("could not be renewed").Len())

		time.Sleep(20 * time.Second) // virtual: the old token has ended
		_, err := get(t.Context(), transport)
		require.Error(t, err)
		r.org.ClearTokenFaults()
		requireStatus(t, http.StatusOK, transport)
	})
}

func TestDropKeepsATokenThatWasReplaced(t *testing.T) {
	old, current := newAccessToken("old", bearer, time.Now(), time.Hour), newAccessToken("new", bearer, time.Now(), time.Hour)
	cache := &tokenCache{current: current, request: func(context.Context) (*accessToken, error) { return nil, errors.New("must not be asked") }}
	cache.drop(old)
	got, err := cache.get(t.Context())
	require.NoError(t, err)
	assert.Same(t, current, got)
}
