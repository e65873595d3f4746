// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configretry"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

const (
	// rejectedInterval is how long to wait before a registration is tried again that Okta does not
	// accept: only a person can change that.
	rejectedInterval = 10 * time.Minute
	// registrationSpread is how long after the start a hook is registered at the latest.
	registrationSpread = 2 * time.Second
)

// RegistrationSettings are what a registration needs.
type RegistrationSettings struct {
	Hooks *hooks.Client
	// Hook is the event hook as it should be in the org, but for its secret.
	Hook hooks.Desired
	// Secret returns the hook's secret, for each try.
	Secret func() (configopaque.String, error)
	Retry  configretry.BackOffConfig
	Jitter *retry.Jitter
	Logger *zap.Logger
}

// Registration brings the event hook in the org in line, in the background: an org that can't be
// reached, or that refuses, is no reason not to poll.
type Registration struct {
	set RegistrationSettings

	// renew has an element when Okta seems to have another secret. That happens once: a stranger
	// can make it happen, too.
	renew chan struct{}
	once  sync.Once

	cancel context.CancelFunc // nil before it was started
	done   chan struct{}
}

// NewRegistration returns a registration that has not begun.
func NewRegistration(set RegistrationSettings) *Registration {
	set.Jitter = set.Jitter.For("registration")
	return &Registration{set: set, renew: make(chan struct{}, 1)}
}

// Start begins to register, once the hook listens: Okta verifies it on the way.
func (r *Registration) Start() {
	// It outlives the context of whoever starts it, and ends with Stop.
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel, r.done = cancel, make(chan struct{})
	go func() {
		defer close(r.done)
		r.run(ctx)
	}()
}

// Stop ends a registration that was started, or does nothing.
func (r *Registration) Stop() {
	if r.cancel == nil {
		return
	}
	r.cancel()
	<-r.done
}

// WrongSecret says that a request came with another secret. Okta never tells the one it has, so this is
// how a secret that was replaced here shows.
func (r *Registration) WrongSecret() {
	r.once.Do(func() { r.renew <- struct{}{} })
}

// run registers the hook, and once more with its secret when Okta seems to have another one.
func (r *Registration) run(ctx context.Context) {
	// Several collectors that start together do not all find that there is no hook.
	if !r.set.Jitter.Sleep(ctx, r.set.Jitter.Below(registrationSpread)) || !r.ensure(ctx, false) {
		return
	}
	select {
	case <-r.renew:
		r.ensure(ctx, true)
	case <-ctx.Done():
	}
}

// ensure tries until the hook is in line; it reports whether ctx has not ended.
func (r *Registration) ensure(ctx context.Context, renewSecret bool) bool {
	registering := telemetry.NewCondition(r.set.Logger, "The event hook can be registered again")
	backOff := retry.NewBackOff(r.set.Retry, r.set.Jitter)
	for {
		changed, err := r.try(ctx, renewSecret)
		switch {
		case err == nil:
			registering.Succeeded()
			r.set.Logger.Info("The event hook is registered, verified and active; Okta may take some minutes to send its first events",
				zap.String("name", r.set.Hook.Name), zap.Strings("changed", changed))
			return true
		case ctx.Err() != nil:
			return false
		}
		wait := r.waitAfter(err, backOff.Next())
		registering.Failed(oktaerr.Signature(err), "The event hook is not registered, which is tried again; polling goes on",
			zap.Error(err), zap.Strings("changed", changed), zap.Duration("wait", wait))
		if !r.set.Jitter.Sleep(ctx, wait) {
			return false
		}
	}
}

// try brings the hook in line and returns what it has changed.
func (r *Registration) try(ctx context.Context, renewSecret bool) ([]string, error) {
	secret, err := r.set.Secret()
	if err != nil {
		return nil, err
	}
	hook := r.set.Hook
	hook.Secret, hook.RenewSecret = secret, renewSecret
	return r.set.Hooks.Ensure(ctx, hook)
}

func (r *Registration) waitAfter(err error, backOff time.Duration) time.Duration {
	var e *oktaerr.Error
	if errors.As(err, &e) && e.Kind == oktaerr.Rejected {
		return max(rejectedInterval, backOff)
	}
	return oktaerr.WaitAfter(err, backOff, r.set.Retry.MaxInterval)
}
