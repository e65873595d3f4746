// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook/reconcile"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// hookRuntime is what an event hook needs beside the poller: its server, and either what connects it with
// polling or, without a credential to poll with, what delivers its events. Without an event hook there is
// nothing in it.
type hookRuntime struct {
	server *eventhook.Server
	// reconciler is nil while this receiver does not poll: what is announced to a standby comes with the next poll of
	// the replica that is elected.
	reconciler   atomic.Pointer[reconcile.Reconciler]
	reconciling  reconcile.Settings
	registration *eventhook.Registration
	source       *eventhook.Source
}

// newHookRuntime makes the parts that the configuration calls for; none of them runs.
func newHookRuntime(receiverCfg *Config, client *okta.Client, events *delivery.Delivery, jitter *retry.Jitter, logger *zap.Logger, metrics *telemetry.Metrics) *hookRuntime {
	if !receiverCfg.EventHook.HasValue() {
		return &hookRuntime{}
	}
	cfg := receiverCfg.EventHook.Get()
	runtime := &hookRuntime{}
	server := eventhook.ServerSettings{
		HTTP:    cfg.ServerConfig,
		Path:    cfg.Path,
		Header:  cfg.Header,
		Secret:  hookSecret(cfg),
		Logger:  logger,
		Metrics: metrics,
	}
	if receiverCfg.hookOnly() {
		runtime.source = eventhook.NewSource(events, logger)
		server.Take = runtime.source.Take
	} else {
		runtime.reconciling = reconcile.Settings{
			ConfirmWithin:      cfg.ConfirmWithin,
			PollInterval:       receiverCfg.PollInterval,
			DeliverUnconfirmed: cfg.DeliverUnconfirmed,
			Filtered:           receiverCfg.Filter != "" || receiverCfg.Q != "",
			Clock:              client.Clock(),
			Logger:             logger,
			Metrics:            metrics,
		}
		server.Take = runtime.announce
	}
	if desired, ok := cfg.desired(); ok && !receiverCfg.hookOnly() {
		runtime.registration = eventhook.NewRegistration(eventhook.RegistrationSettings{
			Hooks:  hooks.New(client),
			Hook:   desired,
			Secret: server.Secret,
			Retry:  receiverCfg.Retry,
			Jitter: jitter,
			Logger: logger,
		})
		server.WrongSecret = runtime.registration.WrongSecret
	}
	runtime.server = eventhook.NewServer(server)
	return runtime
}

// announce tells the poller, where there is one, of announced events.
func (h *hookRuntime) announce(ctx context.Context, events []eventhook.Event) error {
	if reconciler := h.reconciler.Load(); reconciler != nil {
		return reconciler.Announce(ctx, events)
	}
	return nil
}

// beginReconciling returns what connects the event hook with a poller, until endReconciling; nil where nothing does.
func (h *hookRuntime) beginReconciling() *reconcile.Reconciler {
	if h.server == nil || h.source != nil {
		return nil
	}
	reconciler := reconcile.New(h.reconciling)
	h.reconciler.Store(reconciler)
	return reconciler
}

func (h *hookRuntime) endReconciling() { h.reconciler.Store(nil) }

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
