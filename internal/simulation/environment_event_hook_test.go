// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

const (
	hookSecret = "SyntheticSecretOfTheEventHook"
	hookURL    = "https://collector.example/okta/hook"
)

// hookTypes are the types of event that the event hook announces; some of them pass the filters.
var hookTypes = []string{"user.session.start", "policy.rule.update", "system.email.delivery"}

// announcedTo is hookEndpoint for the org, whose deliveries may be captured on the way.
type announcedTo struct{ hookEndpoint }

// ServeHTTP passes a request on.
func (a announcedTo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if r.Method == http.MethodPost {
		a.locked(func() { a.capture(string(body)) })
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	a.hookEndpoint.ServeHTTP(w, r)
}

// options are those of the org's event hooks, which reach the node's processes.
func (h hookSetup) options(n *node) eventhooks.Options {
	return eventhooks.Options{
		Transport: oktatest.RoundTripper(announcedTo{hookEndpoint{n}}), Delay: h.delay - h.lead,
		Batch: h.batch, BatchWait: h.batchWait, Parallel: 2, RetryDelay: h.retryDelay,
		DuplicateEvents: h.irregular, DuplicateDeliveries: h.irregular, Reorder: h.irregular, ReorderBy: time.Minute,
		Seed: h.seed,
	}
}

// configure makes the receiver listen.
func (h hookSetup) configure(cfg *oktasystemlogreceiver.Config) {
	hook := cfg.EventHook.GetOrInsertDefault()
	hook.NetAddr.Endpoint = "collector.example:443"
	hook.Secret = configopaque.String(hookSecret)
	hook.ConfirmWithin, hook.DeliverUnconfirmed = h.confirmWithin, h.deliverUnconfirmed
	hook.Middlewares = []configmiddleware.Config{{ID: networkID}}
}

// hookEndpoint is the address that an org announces events to. Behind it is the process that runs.
type hookEndpoint struct{ *node }

// ServeHTTP lets the process answer. A process that ends before it has is a connection that breaks.
func (h hookEndpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p, handler := h.listening()
	if handler == nil {
		panic(http.ErrAbortHandler) // the connection is refused
	}
	p.enter(announcementCall)
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	h.mu.Lock()
	gone := p.ended || h.crashIfPlanned(p, onAnnouncement)
	h.mu.Unlock()
	if gone {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// listening returns the process that runs and its handler; nil where none listens.
func (h hookEndpoint) listening() (*process, http.Handler) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.process == nil || h.process.ended {
		return nil, nil
	}
	return h.process, h.process.hookHandler
}

// sendAnnouncements has the org send what happens to the event hook, until the returned function is called.
func (n *node) sendAnnouncements() (stop func()) {
	if !n.setup.hook.on() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var sending sync.WaitGroup
	sending.Go(func() {
		if n.registerHook(ctx) {
			n.org.RunHooks(ctx)
		}
	})
	return func() {
		cancel()
		sending.Wait()
		for _, report := range n.org.HookReports() {
			n.coverage.add("announcements", report.Deliveries)
			n.coverage.add("announcements lost", report.Lost)
			n.coverage.add("announcements repeated", report.Duplicates)
		}
	}
}

// registerHook registers the event hook and reports whether it was verified before ctx ended.
func (n *node) registerHook(ctx context.Context) bool {
	id, err := n.org.RegisterHook(ctx, eventhooks.Spec{URI: hookURL, Secret: hookSecret, Events: hookTypes})
	if id == "" {
		n.locked(func() { n.fail("start", "the event hook: %v", err) })
		return false
	}
	// An admin who registers a hook tries again until the process listens.
	for err != nil {
		select {
		case <-time.After(10 * time.Second):
			err = n.org.VerifyHook(ctx, id)
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// idleListener is a listener that nobody connects to. Announcements reach the handler directly, since virtual
// time stands still while a goroutine waits at a socket.
type idleListener struct {
	once   sync.Once
	closed chan struct{}
}

func listen(context.Context, *confighttp.ServerConfig) (net.Listener, error) {
	return &idleListener{closed: make(chan struct{})}, nil
}

// Accept implements net.Listener.
func (l *idleListener) Accept() (net.Conn, error) {
	<-l.closed
	return nil, net.ErrClosed
}

// Close implements net.Listener.
func (l *idleListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *idleListener) Addr() net.Addr { return &net.IPAddr{} }
