// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

const (
	hookSecret = "SyntheticSecretOfTheEventHook"
	hookURL    = "https://collector.example/okta/hook"
)

// hookTypes are the types of event that the event hook announces; the filters let some of them pass.
var hookTypes = []string{"user.session.start", "policy.rule.update", "system.email.delivery"}

// hookSetup is the event hook of an org; the zero value is none.
type hookSetup struct {
	patience    time.Duration // for announced events to come; 0 means that there is no event hook
	unconfirmed bool          // whether those that do not come are delivered from what the hook said
	lead        time.Duration // how long before events can be read they are announced
	delay       time.Duration // or how long after
	batch       int
	batchWait   time.Duration
	retryDelay  time.Duration
	oddly       float64 // the share of events and deliveries that are sent twice, or out of order
	seed        uint64
}

func (d dice) hook(poll time.Duration) hookSetup {
	h := hookSetup{
		patience:    max(pick(d, time.Minute, 10*time.Minute), poll),
		unconfirmed: d.one(2),
		batch:       pick(d, 1, 5, 100),
		batchWait:   pick(d, 0, time.Second, 20*time.Second),
		retryDelay:  pick(d, 0, time.Second),
		oddly:       pick(d, 0, 0.1, 0.5),
		seed:        d.Uint64(),
	}
	if d.one(2) {
		h.lead = d.between(0, 20*time.Second)
	} else {
		h.delay = d.between(0, pick(d, time.Second, 15*time.Minute))
	}
	return h
}

func (h hookSetup) on() bool { return h.patience > 0 }

func (h hookSetup) String() string {
	when := fmt.Sprintf("%s after", h.delay)
	if h.lead > 0 {
		when = fmt.Sprintf("%s before", h.lead)
	}
	return fmt.Sprintf("an event hook announces events %s they can be read, %d at a time, %g of them oddly; they may take %s, delivered unconfirmed: %t",
		when, h.batch, h.oddly, h.patience, h.unconfirmed)
}

// options are those of the org that sends to the member's processes.
func (h hookSetup) options(m *member) oktatest.Hooks {
	return oktatest.Hooks{
		Transport: oktatest.RoundTripper(door{m}), Delay: h.delay - h.lead,
		Batch: h.batch, BatchWait: h.batchWait, Parallel: 2, RetryDelay: h.retryDelay,
		DuplicateEvents: h.oddly, DuplicateDeliveries: h.oddly, Reorder: h.oddly, ReorderBy: time.Minute, Seed: h.seed,
	}
}

// configure makes the receiver listen.
func (h hookSetup) configure(cfg *oktasystemlogreceiver.Config) {
	hook := cfg.EventHook.GetOrInsertDefault()
	hook.NetAddr.Endpoint = "collector.example:443"
	hook.Secret = configopaque.String(hookSecret)
	hook.ConfirmWithin, hook.DeliverUnconfirmed = h.patience, h.unconfirmed
	hook.Middlewares = []configmiddleware.Config{{ID: networkID}}
}

// GetHTTPHandler implements extensionmiddleware.HTTPServer: it takes hold of the receiver's handler.
func (e *networkExtension) GetHTTPHandler(context.Context) (extensionmiddleware.WrapHTTPHandlerFunc, error) {
	return func(_ context.Context, handler http.Handler) (http.Handler, error) {
		e.life.member.change(func() { e.life.answers = handler })
		return handler, nil
	}, nil
}

// door is the address that an org announces events to. Behind it is the process that lives.
type door struct{ *member }

// ServeHTTP lets the process answer, if it lives until it has.
func (d door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l, handler := d.behind()
	if handler == nil {
		panic(http.ErrAbortHandler) // the connection is refused
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	d.mu.Lock()
	gone := l.over || d.crashIfArmed(l, onAnnouncement)
	d.mu.Unlock()
	if gone {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (d door) behind() (*life, http.Handler) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.life == nil || d.life.over {
		return nil, nil
	}
	return d.life, d.life.answers
}

// announce sends what happens to the event hook, until the returned function is called.
func (m *member) announce() (stop func()) {
	if !m.setup.hook.on() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var sending sync.WaitGroup
	sending.Go(func() {
		if m.registered(ctx) {
			m.org.RunHooks(ctx)
		}
	})
	return func() {
		cancel()
		sending.Wait()
		for _, report := range m.org.HookReports() {
			m.tally.add("announcements", report.Deliveries)
			m.tally.add("announcements lost", report.Lost)
			m.tally.add("announcements repeated", report.Duplicates)
		}
	}
}

// registered registers the event hook and reports whether it is there before ctx ends.
func (m *member) registered(ctx context.Context) bool {
	id, err := m.org.RegisterHook(ctx, oktatest.HookSpec{URI: hookURL, Secret: hookSecret, Events: hookTypes})
	if id == "" {
		m.change(func() { m.fails("start", "the event hook: %v", err) })
		return false
	}
	// Who registers a hook tries again until the process listens.
	for err != nil {
		select {
		case <-time.After(10 * time.Second):
			err = m.org.VerifyHook(ctx, id)
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// ear is a listener that nobody connects to: what is announced comes by the handler, since virtual
// time does not pass while somebody waits at a socket.
type ear struct {
	once   sync.Once
	closed chan struct{}
}

func listen(context.Context, *confighttp.ServerConfig) (net.Listener, error) {
	return &ear{closed: make(chan struct{})}, nil
}

// Accept implements net.Listener.
func (e *ear) Accept() (net.Conn, error) {
	<-e.closed
	return nil, net.ErrClosed
}

// Close implements net.Listener.
func (e *ear) Close() error {
	e.once.Do(func() { close(e.closed) })
	return nil
}

// Addr implements net.Listener.
func (e *ear) Addr() net.Addr { return &net.IPAddr{} }
