// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
)

// hangUp is how long requests in hand may take once the server is being stopped: each one is
// answered within Okta's three seconds.
const hangUp = 3 * time.Second

// strangersPause is the least time between two lines about the same that strangers can cause.
const strangersPause = time.Hour

// eventHook is the HTTP server that Okta delivers to.
type eventHook struct {
	cfg    *EventHookConfig
	logger *zap.Logger
	meter  *meter
	secret func() (configopaque.String, error)
	// take takes the events of a delivery.
	take func(ctx context.Context, events []eventhook.Event) error
	// refusedSecret is told of requests with a wrong secret. It may be nil.
	refusedSecret func()

	mu       sync.Mutex
	taking   condition // guarded by mu
	stranger seldom    // tells of wrong secrets, guarded by mu
	unproved seldom    // tells of verification requests without the secret, guarded by mu

	server *http.Server
	silent silent
	served chan struct{} // closed when the server has returned
}

func newEventHook(cfg *EventHookConfig, logger *zap.Logger, meter *meter, take func(context.Context, []eventhook.Event) error) *eventHook {
	meter.beginHook()
	return &eventHook{
		cfg:    cfg,
		logger: logger,
		meter:  meter,
		secret: hookSecret(cfg),
		take:   take,
		taking: condition{logger: logger, good: "Deliveries of the event hook are taken again"},
	}
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
		var e *okta.Error
		if errors.As(err, &e) {
			return "", e.Err // nobody asks Okta for anything
		}
		return secret, err
	}
}

// handler answers Okta.
func (h *eventHook) handler() http.Handler {
	return eventhook.Handler(eventhook.Settings{
		Path:     h.cfg.Path,
		Header:   h.cfg.Header,
		Secret:   h.secret,
		MaxBytes: h.cfg.MaxRequestBodySize,
		Take:     h.take,
		Answered: h.answered,
	})
}

// start listens. An endpoint that can't be listened on is a mistake to see at once.
func (h *eventHook) start(ctx context.Context, host component.Host, set receiver.Settings) error {
	listener, err := eventhook.Listen(ctx, &h.cfg.ServerConfig)
	if err != nil {
		return fmt.Errorf("event_hook: listen on %s: %w", h.cfg.NetAddr.Endpoint, err)
	}
	server, err := h.cfg.ToServer(ctx, host.GetExtensions(), set.TelemetrySettings, h.handler())
	if err != nil {
		return errors.Join(fmt.Errorf("event_hook: %w", err), listener.Close())
	}
	server.ConnState = h.silent.changed
	h.server, h.served = server, make(chan struct{})
	h.logger.Info("The event hook listens", zap.Stringer("address", listener.Addr()), zap.String("path", h.cfg.Path))
	go h.serve(listener)
	return nil
}

func (h *eventHook) serve(listener net.Listener) {
	defer close(h.served)
	if err := h.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		h.logger.Error("The event hook does not listen any more: restart the collector", zap.Error(err))
	}
}

// stop answers the requests in hand, within ctx, and takes no more.
func (h *eventHook) stop(ctx context.Context) {
	if h.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, hangUp)
	defer cancel()
	h.silent.hangUp()
	if err := h.server.Shutdown(ctx); err != nil {
		// What is left are connections that nobody answers on.
		_ = h.server.Close()
	}
	<-h.served
}

// answered counts a request, and says once what keeps deliveries from being taken.
func (h *eventHook) answered(outcome eventhook.Outcome, err error) {
	h.meter.answered(outcome, 1)
	if outcome == eventhook.WrongSecret && h.refusedSecret != nil {
		h.refusedSecret()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch outcome {
	case eventhook.Accepted:
		h.taking.succeeded()
	case eventhook.Verified:
		h.verified(err)
	case eventhook.WrongSecret:
		if h.stranger.again() {
			h.logger.Warn("A request to the event hook came without its secret and was refused: if it is Okta's, set event_hook.secret to the value of the hook's authentication field")
		}
	case eventhook.TooLarge:
		h.taking.failed(string(outcome), "A delivery of the event hook is too large: raise event_hook.max_request_body_size")
	case eventhook.Busy, eventhook.Incomplete, eventhook.Malformed, eventhook.NoSecret, eventhook.NotTaken, eventhook.WrongType:
		h.taking.failed(string(outcome), "Deliveries of the event hook are refused", zap.String("outcome", string(outcome)), zap.Error(err))
	}
}

// verified tells of a verification request that was answered. Okta does not say whether it sends the
// secret with it, so one without it is answered too, and proves nothing.
func (h *eventHook) verified(err error) {
	switch {
	case err == nil:
		h.logger.Info("Okta has verified the event hook")
	case h.unproved.again():
		h.logger.Info("The event hook has answered a verification request that came without its secret: Okta's, or a stranger's; the Admin Console shows whether the hook is verified (Workflow > Event Hooks)")
	}
}

// seldom is for lines about what strangers can cause: the address is public, they come between
// deliveries of Okta's, and fill no logs.
type seldom struct{ last time.Time }

// again reports whether it is time for the line again.
func (s *seldom) again() bool {
	if !s.last.IsZero() && time.Since(s.last) < strangersPause {
		return false
	}
	s.last = time.Now()
	return true
}
