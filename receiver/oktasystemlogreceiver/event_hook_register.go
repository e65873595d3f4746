// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// refusedRegistration is how long to wait before a registration is tried again that Okta does not
// accept: only a person can change that.
const refusedRegistration = 10 * time.Minute

// registrationSpread is how long after the start a hook is registered at the latest.
const registrationSpread = 2 * time.Second

// registration brings the event hook in the org in line, in the background: an org that can't be
// reached, or that refuses, is no reason not to poll.
type registration struct {
	poller *poller // for its waits
	logger *zap.Logger
	hooks  *okta.EventHooks
	cfg    *EventHookConfig
	secret func() (configopaque.String, error)

	// renew has an element when Okta seems to have another secret. That happens once: a stranger
	// can make it happen, too.
	renew chan struct{}
	once  sync.Once

	cancel context.CancelFunc
	done   chan struct{}
}

func newRegistration(p *poller, hook *eventHook) *registration {
	return &registration{
		poller: p,
		logger: hook.logger,
		hooks:  okta.NewEventHooks(p.client),
		cfg:    hook.cfg,
		secret: hook.secret,
		renew:  make(chan struct{}, 1),
	}
}

// start begins to register, once the hook listens: Okta verifies it on the way.
func (r *registration) start() {
	// It outlives the context of whoever starts it, and ends with stop.
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel, r.done = cancel, make(chan struct{})
	go func() {
		defer close(r.done)
		r.run(ctx)
	}()
}

func (r *registration) stop() {
	r.cancel()
	<-r.done
}

// refusedSecret says that a request came with another secret. Okta never tells the one it has, so
// this is how a secret that was replaced here shows.
func (r *registration) refusedSecret() {
	r.once.Do(func() { r.renew <- struct{}{} })
}

// run registers the hook, and once more with its secret when Okta seems to have another one.
func (r *registration) run(ctx context.Context) {
	// Several collectors that start together do not all find that there is no hook.
	if !sleep(ctx, rand.N(registrationSpread)) || !r.ensure(ctx, false) {
		return
	}
	select {
	case <-r.renew:
		r.ensure(ctx, true)
	case <-ctx.Done():
	}
}

// ensure tries until the hook is in line; it reports whether ctx goes on.
func (r *registration) ensure(ctx context.Context, renewSecret bool) bool {
	state := condition{logger: r.logger, good: "The event hook can be registered again"}
	backOff := r.poller.newBackOff()
	for {
		changed, err := r.try(ctx, renewSecret)
		switch {
		case err == nil:
			state.succeeded()
			r.logger.Info("The event hook is registered, verified and active; Okta may take some minutes to send its first events",
				zap.String("name", r.cfg.Register.Get().Name), zap.Strings("changed", changed))
			return true
		case ctx.Err() != nil:
			return false
		}
		wait := r.waitAfter(err, max(backOff.NextBackOff(), minRetryInterval))
		state.failed(causeOf(err), "The event hook is not registered, which is tried again; polling goes on",
			zap.Error(err), zap.Strings("changed", changed), zap.Duration("wait", wait))
		if !sleep(ctx, wait) {
			return false
		}
	}
}

func (r *registration) try(ctx context.Context, renewSecret bool) ([]string, error) {
	secret, err := r.secret()
	if err != nil {
		return nil, err
	}
	register := r.cfg.Register.Get()
	return r.hooks.Ensure(ctx, okta.DesiredHook{
		Name:        register.Name,
		URL:         register.PublicURL,
		EventTypes:  register.EventTypes,
		Header:      r.cfg.Header,
		Secret:      secret,
		RenewSecret: renewSecret,
	})
}

func (r *registration) waitAfter(err error, backOff time.Duration) time.Duration {
	var e *okta.Error
	if errors.As(err, &e) && e.Kind == okta.Rejected {
		return max(refusedRegistration, backOff)
	}
	return r.poller.waitAfter(err, backOff)
}
