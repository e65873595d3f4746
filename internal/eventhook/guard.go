// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"context"
	"log"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/metric/noop"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// guard bounds what strangers may take of a server, and counts all that they do.
func (s *Server) guard(server *http.Server) {
	server.ConnState = s.connections.changed
	server.MaxHeaderBytes = maxHeaderBytes
	server.ReadHeaderTimeout = shorter(server.ReadHeaderTimeout, maxHeaderWait)
	server.IdleTimeout = shorter(server.IdleTimeout, maxIdle)
	server.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: maxInHand, MaxReadFrameSize: 16 << 10}
	server.ErrorLog = log.New(connectionLog{s}, "", 0)
	server.Handler = s.countRefused(server.Handler)
}

// shorter is the shorter of two timeouts, of which 0 is none.
func shorter(configured, most time.Duration) time.Duration {
	if configured <= 0 {
		return most
	}
	return min(configured, most)
}

// withoutMetrics are settings whose server keeps no metrics of its own: their labels are what strangers write into the
// headers, such as Host.
func withoutMetrics(set component.TelemetrySettings) component.TelemetrySettings {
	set.MeterProvider = noop.NewMeterProvider()
	return set
}

// reached is the key of what notes that a request came to the hook's own handler.
type reached struct{}

// countRefused counts the requests that are refused before they come to the hook's own handler, such as those with a
// Content-Encoding.
func (s *Server) countRefused(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came := false
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), reached{}, &came)))
		if !came {
			s.answered(Refused, nil)
		}
	})
}

// noteReached notes that a request came to the hook's own handler.
func noteReached(ctx context.Context) {
	if came, ok := ctx.Value(reached{}).(*bool); ok {
		*came = true
	}
}

// connectionLog takes what the HTTP server logs, which is mostly about connections of strangers.
type connectionLog struct{ server *Server }

// Write implements io.Writer.
func (l connectionLog) Write(line []byte) (int, error) {
	s := l.server
	if strings.Contains(string(line), "panic serving") {
		s.set.Logger.Error("The event hook has failed to answer a request: report this", zap.String("error", wire.Printable(string(line), 8<<10)))
		return len(line), nil
	}
	s.set.Metrics.HookRequest(string(NoRequest))
	if s.broken.Allow() {
		s.set.Logger.Warn("A connection to the event hook broke before it brought a request, such as in its TLS handshake: if it was Okta's, check event_hook.tls; strangers cause it too",
			zap.String("error", wire.Printable(string(line), 1000)))
	}
	return len(line), nil
}
