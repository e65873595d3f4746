// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// simulatedOrg serves recorded events on a loopback address.
type simulatedOrg struct {
	recorded *recorded
	server   *http.Server
	listener net.Listener
}

// serveFile serves the events of a file as an org that has no rate limit and keeps events for ever.
func serveFile(ctx context.Context, path string, within timeRange) (*simulatedOrg, error) {
	recorded, err := load(path, within)
	if err != nil {
		return nil, err
	}
	org := oktatest.NewOrg(oktatest.Options{RateLimit: oktatest.NoRateLimit, Retention: -1, MaxSince: -1, RequestLog: -1})
	org.Append(recorded.events...)
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the recorded events: %w", err)
	}
	s := &simulatedOrg{recorded: recorded, server: &http.Server{Handler: org, ReadHeaderTimeout: 10 * time.Second}, listener: listener}
	go func() {
		_ = s.server.Serve(listener) // until close; a failure before that shows in the collector's log
	}()
	return s, nil
}

func (s *simulatedOrg) source() source {
	return source{orgURL: "http://" + s.listener.Addr().String(), startAt: "beginning", token: oktatest.DefaultToken}
}

func (s *simulatedOrg) close() { _ = s.server.Close() } // nobody polls it any more
