// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

const (
	// stopGrace is how long requests in hand may take once the server is being stopped: each one is
	// answered within Okta's three seconds.
	stopGrace = 3 * time.Second
	// strangerInterval is the least time between two log lines about the same that anybody on the network
	// can cause.
	strangerInterval = time.Hour
)

// Listen opens what a server listens on. Tests in virtual time replace it, since a socket would make time stand still.
var Listen = func(ctx context.Context, server *confighttp.ServerConfig) (net.Listener, error) {
	return server.ToListener(ctx)
}

// ServerSettings are what a server needs.
type ServerSettings struct {
	// HTTP is endpoint, tls and more; its max_request_body_size bounds a delivery.
	HTTP confighttp.ServerConfig
	// Path, Header and Secret are as in [Settings].
	Path   string
	Header string
	Secret func() (configopaque.String, error)
	// Take takes the events of a delivery, as in [Settings].
	Take func(ctx context.Context, events []Event) error
	// WrongSecret is told of requests with a wrong secret. It may be nil.
	WrongSecret func()
	Logger      *zap.Logger
	Metrics     *telemetry.Metrics
}

// Server is the HTTP server that Okta delivers to.
type Server struct {
	set ServerSettings

	deliveries *telemetry.Condition // are taken or refused
	wrong      *telemetry.Limiter   // of lines about wrong secrets
	unproved   *telemetry.Limiter   // of lines about verification requests without the secret
	broken     *telemetry.Limiter   // of lines about connections without a request

	server      *http.Server
	connections *connections
	served      chan struct{} // closed when the server has returned
}

// NewServer returns a server that does not listen yet.
func NewServer(set ServerSettings) *Server {
	set.Metrics.WithEventHook(OutcomeNames())
	return &Server{
		set:         set,
		connections: newConnections(),
		deliveries:  telemetry.NewCondition(set.Logger, "Deliveries of the event hook are taken again"),
		wrong:       telemetry.NewLimiter(strangerInterval),
		unproved:    telemetry.NewLimiter(strangerInterval),
		broken:      telemetry.NewLimiter(strangerInterval),
	}
}

// Start listens. An endpoint that can't be listened on is a mistake to see at once.
func (s *Server) Start(ctx context.Context, host component.Host, set component.TelemetrySettings) error {
	listener, err := Listen(ctx, &s.set.HTTP)
	if err != nil {
		return fmt.Errorf("event_hook: listen on %s: %w", s.set.HTTP.NetAddr.Endpoint, err)
	}
	server, err := s.set.HTTP.ToServer(ctx, host.GetExtensions(), withoutMetrics(set), s.handler())
	if err != nil {
		return errors.Join(fmt.Errorf("event_hook: %w", err), listener.Close())
	}
	s.guard(server)
	s.server, s.served = server, make(chan struct{})
	s.set.Logger.Info("The event hook listens", zap.Stringer("address", listener.Addr()), zap.String("path", s.set.Path))
	if !s.set.HTTP.TLS.HasValue() && isReachable(listener.Addr()) {
		s.set.Logger.Warn("The event hook listens without TLS, so its secret comes in clear text: set event_hook.tls, or have an ingress that ends TLS in front, and let nothing but that reach the address",
			zap.Stringer("address", listener.Addr()))
	}
	go s.serve(limitedListener{listener, s.connections})
	return nil
}

// isReachable reports whether others than this machine may reach an address.
func isReachable(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && !tcp.IP.IsLoopback()
}

func (s *Server) serve(listener net.Listener) {
	defer close(s.served)
	if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		s.set.Logger.Error("The event hook does not listen any more: restart the collector", zap.Error(err))
	}
}

// Stop answers the requests in hand, within ctx, and takes no more. A server that does not listen is left
// as it is.
func (s *Server) Stop(ctx context.Context) {
	if s.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	s.connections.close()
	if err := s.server.Shutdown(ctx); err != nil {
		// What is left are connections that nobody answers on.
		_ = s.server.Close()
	}
	<-s.served
}

// handler answers Okta.
func (s *Server) handler() http.Handler {
	return Handler(Settings{
		Path:     s.set.Path,
		Header:   s.set.Header,
		Secret:   s.set.Secret,
		MaxBytes: s.set.HTTP.MaxRequestBodySize,
		Take:     s.set.Take,
		Answered: s.answered,
	})
}

// answered counts a request, and logs once what keeps deliveries from being taken.
func (s *Server) answered(outcome Outcome, err error) {
	s.set.Metrics.HookRequest(string(outcome))
	switch outcome {
	case Accepted:
		s.deliveries.Succeeded()
	case Verified:
		s.verified(err)
	case WrongSecret:
		if s.set.WrongSecret != nil {
			s.set.WrongSecret()
		}
		if s.wrong.Allow() {
			s.set.Logger.Warn("A request to the event hook came without its secret and was refused: if it is Okta's, set event_hook.secret to the value of the hook's authentication field")
		}
	case TooLarge:
		s.deliveries.Failed(string(outcome), "A delivery of the event hook is too large: raise event_hook.max_request_body_size")
	case Busy, Incomplete, Malformed, NoSecret, NotTaken, WrongType:
		s.deliveries.Failed(string(outcome), "Deliveries of the event hook are refused", zap.String("outcome", string(outcome)), zap.Error(err))
	}
}

// verified tells of a verification request that was answered. Okta does not say whether it sends the
// secret with it, so one without it is answered too, and proves nothing.
func (s *Server) verified(err error) {
	switch {
	case err == nil:
		s.set.Logger.Info("Okta has verified the event hook")
	case s.unproved.Allow():
		s.set.Logger.Info("The event hook has answered a verification request that came without its secret: Okta's, or a stranger's; the Admin Console shows whether the hook is verified (Workflow > Event Hooks)")
	}
}
