// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
)

const (
	hookSecretOfTests = "a-secret-of-the-test"
	hookURL           = "https://otel.example.com/okta/hook"
)

// door is the address of the event hook, behind which receivers come and go.
type door struct{ behind *doorway }

// doorway is shared by all copies of a world.
type doorway struct {
	mu      sync.Mutex
	handler http.Handler
}

// open puts a handler behind the door, or nothing.
func (d door) open(handler http.Handler) {
	if d.behind == nil {
		return
	}
	d.behind.mu.Lock()
	defer d.behind.mu.Unlock()
	d.behind.handler = handler
}

func (d *doorway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	handler := d.handler
	d.mu.Unlock()
	if handler == nil {
		panic(http.ErrAbortHandler) // nobody listens
	}
	handler.ServeHTTP(w, r)
}

// inHookedWorld is inWorld with an event hook, whose deliveries are sent until the test ends. The
// poll interval is a minute, so that what arrives sooner does so because of the hook.
func inHookedWorld(t *testing.T, opts oktatest.Options, test func(*testing.T, *world)) {
	behind := &doorway{}
	opts.Hooks.Transport = oktatest.RoundTripper(behind)
	inWorld(t, opts, func(t *testing.T, w *world) {
		w.door = door{behind}
		hook := defaultEventHook()
		hook.NetAddr.Endpoint = "otel.example.com:443"
		hook.Middlewares = []configmiddleware.Config{{ID: worldNetwork}}
		hook.Secret = hookSecretOfTests
		w.cfg.EventHook = configoptional.Some(hook)
		w.cfg.PollInterval = time.Minute
		require.NoError(t, w.cfg.Validate())
		listen := eventhook.Listen
		eventhook.Listen = func(context.Context, *confighttp.ServerConfig) (net.Listener, error) {
			return &silentListener{closed: make(chan struct{})}, nil
		}
		defer func() { eventhook.Listen = listen }()

		ctx, cancel := context.WithCancel(context.Background())
		var sending sync.WaitGroup
		sending.Go(func() { w.org.RunHooks(ctx) })
		defer sending.Wait()
		defer cancel()
		test(t, w)
		w.stop()
	})
}

// silentListener is a listener that nobody connects to: deliveries come by the handler, since virtual time
// does not pass while a goroutine waits for a socket.
type silentListener struct {
	once   sync.Once
	closed chan struct{}
}

func (l *silentListener) Accept() (net.Conn, error) {
	<-l.closed
	return nil, net.ErrClosed
}

func (l *silentListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *silentListener) Addr() net.Addr { return &net.TCPAddr{} }

// hook registers an event hook for some types of event, without the receiver's help.
func (w *world) hook(types ...string) (id string) {
	w.t.Helper()
	id, err := w.org.RegisterHook(w.t.Context(), eventhooks.Spec{URI: hookURL, Secret: hookSecretOfTests, Events: types})
	require.NoError(w.t, err)
	return id
}

// sent is what became of the org's only hook.
func (w *world) sent() eventhooks.Report {
	w.t.Helper()
	reports := w.org.HookReports()
	require.Len(w.t, reports, 1)
	return reports[0]
}

// eventOf is an event of a type, persisted at a time. It has the parts that hooks send differently.
func eventOf(eventType string, n int, at time.Time) oktatest.Event {
	uuid := fmt.Sprintf("dc9fd3c0-598c-11ef-8478-%012x", n)
	return oktatest.Event{UUID: uuid, Published: at, Persisted: at, JSON: fmt.Appendf(nil,
		`{"uuid":%q,"published":%q,"eventType":%q,"severity":"WARN","displayMessage":"An event of the test","client":{"zone":null,"ipAddress":"198.51.100.7"},"request":{"ipChain":[{"ip":"198.51.100.7","version":"V4"}]}}`,
		uuid, at.UTC().Format("2006-01-02T15:04:05.000Z"), eventType)}
}

// deliver sends a delivery as Okta does and returns the status of the answer.
func (w *world) deliver(body string) int {
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, hookURL, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", hookSecretOfTests)
	answer := httptest.NewRecorder()
	w.door.behind.ServeHTTP(answer, r)
	return answer.Code
}

// requireNoLoss asserts that every event has arrived once, and that no delivery was lost.
func (w *world) requireNoLoss() {
	w.t.Helper()
	w.requireAllOnce()
	assert.Zero(w.t, w.sent().Lost, "deliveries are answered in time")
}

// verifying is a handler that verifies every hook.
func (d *doorway) verifying() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"verification":%q}`, r.Header.Get("X-Okta-Verification-Challenge"))
	})
}

// stranger is a delivery of somebody who does not know the secret.
func stranger(w *world) *http.Request {
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, hookURL, strings.NewReader(`{"data":{"events":[]}}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "guessed")
	return r
}

func strangerAnswer() http.ResponseWriter { return httptest.NewRecorder() }
