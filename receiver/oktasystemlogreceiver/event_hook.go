// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook/reconcile"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// hookRuntime is what an event hook needs beside the poller: its server, and either what connects it with
// polling or, without a credential to poll with, what delivers its events. Without an event hook there is
// nothing in it.
type hookRuntime struct {
	server       *eventhook.Server
	reconciler   *reconcile.Reconciler
	registration *eventhook.Registration
	source       *eventhook.Source
}

// newHookRuntime makes the parts that the configuration calls for; none of them runs.
func newHookRuntime(r *oktaReceiver, client *okta.Client, events *delivery.Delivery, logger *zap.Logger) *hookRuntime {
	if !r.cfg.EventHook.HasValue() {
		return &hookRuntime{}
	}
	cfg := r.cfg.EventHook.Get()
	runtime := &hookRuntime{}
	server := eventhook.ServerSettings{
		HTTP:    cfg.ServerConfig,
		Path:    cfg.Path,
		Header:  cfg.Header,
		Secret:  hookSecret(cfg),
		Logger:  logger,
		Metrics: r.metrics,
	}
	if r.cfg.hookOnly() {
		runtime.source = eventhook.NewSource(events, logger)
		server.Take = runtime.source.Take
	} else {
		runtime.reconciler = reconcile.New(reconcile.Settings{
			ConfirmWithin:      cfg.ConfirmWithin,
			PollInterval:       r.cfg.PollInterval,
			DeliverUnconfirmed: cfg.DeliverUnconfirmed,
			Filtered:           r.cfg.Filter != "" || r.cfg.Q != "",
			Clock:              client.Clock(),
			Logger:             logger,
			Metrics:            r.metrics,
		})
		server.Take = runtime.reconciler.Announce
	}
	if desired, ok := cfg.desired(); ok && !r.cfg.hookOnly() {
		runtime.registration = eventhook.NewRegistration(eventhook.RegistrationSettings{
			Hooks:  hooks.New(client),
			Hook:   desired,
			Secret: server.Secret,
			Retry:  r.cfg.Retry,
			Jitter: r.jitter,
			Logger: logger,
		})
		server.WrongSecret = runtime.registration.WrongSecret
	}
	runtime.server = eventhook.NewServer(server)
	return runtime
}

// desired is the event hook as it should be in the org, without its secret; ok is false when the receiver
// does not register it.
func (cfg *EventHookConfig) desired() (hook hooks.Desired, ok bool) {
	if !cfg.Register.HasValue() {
		return hooks.Desired{}, false
	}
	register := cfg.Register.Get()
	return hooks.Desired{Name: register.Name, URL: register.PublicURL, EventTypes: register.EventTypes, Header: cfg.Header}, true
}

// hookSecret returns what reads the secret.
func hookSecret(cfg *EventHookConfig) func() (configopaque.String, error) {
	if cfg.SecretFile == "" {
		return auth.Static(cfg.Secret)
	}
	// Like a key, it may hold spaces: "Basic YWxh…" does.
	read := auth.KeyFile("event_hook.secret_file", cfg.SecretFile)
	return func() (configopaque.String, error) {
		secret, err := read()
		var e *oktaerr.Error
		if errors.As(err, &e) {
			return "", e.Err // nobody asks Okta for anything
		}
		return secret, err
	}
}

// listen opens the endpoint.
func (h *hookRuntime) listen(ctx context.Context, host component.Host, set component.TelemetrySettings) error {
	if h.server == nil {
		return nil
	}
	return h.server.Start(ctx, host, set)
}

// begin begins what goes on behind the server.
func (h *hookRuntime) begin() {
	if h.source != nil {
		h.source.Start()
	}
	if h.registration != nil {
		h.registration.Start()
	}
}

// stop ends all of it: first what comes in, so that what is behind it comes to an end.
func (h *hookRuntime) stop(ctx context.Context) error {
	if h.registration != nil {
		h.registration.Stop()
	}
	if h.server != nil {
		h.server.Stop(ctx)
	}
	if h.source != nil {
		return h.source.Stop()
	}
	return nil
}
