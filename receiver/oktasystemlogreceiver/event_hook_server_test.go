// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// endpoint is a receiver with an event hook on a port of this machine.
type endpoint struct {
	org  *oktatest.Org
	sink *sink
	logs *observer.ObservedLogs
	url  string
	stop func() error

	telemetry *componenttest.Telemetry
}

// startEndpoint starts a receiver whose polls are an hour apart.
func startEndpoint(t *testing.T, change func(*Config)) *endpoint {
	t.Helper()
	e := &endpoint{org: oktatest.NewOrg(oktatest.Options{RateLimit: oktatest.NoRateLimit}), sink: &sink{}}
	server := httptest.NewServer(e.org)
	t.Cleanup(server.Close)
	cfg := configFor(server)
	cfg.PollInterval = time.Hour
	hook := defaultEventHook()
	hook.NetAddr.Endpoint = "127.0.0.1:0"
	hook.Secret = hookSecretOfTests
	hook.ConfirmWithin = time.Hour
	cfg.EventHook = configoptional.Some(hook)
	if change != nil {
		change(cfg)
	}

	core, logs := observer.New(zapcore.InfoLevel)
	e.logs = logs
	e.telemetry = componenttest.NewTelemetry()
	set := receivertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = e.telemetry.NewTelemetrySettings()
	set.Logger = zap.New(core)
	r, err := NewFactory().CreateLogs(t.Context(), set, cfg, e.sink)
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), host{}))
	e.stop = func() error { return r.Shutdown(context.Background()) }
	t.Cleanup(func() { assert.NoError(t, e.stop()) })
	listening := logs.FilterMessage("The event hook listens").All()
	require.Len(t, listening, 1)
	e.url = fmt.Sprintf("http://%s/okta/hook", listening[0].ContextMap()["address"])
	eventually(t, func() bool { return len(e.org.Requests()) >= 2 })
	return e
}

// send sends a request and returns the status of its answer, 0 for none.
func (e *endpoint) send(t *testing.T, method, secret string, body io.Reader) int {
	r, err := http.NewRequestWithContext(t.Context(), method, e.url, body)
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", secret)
	return answerTo(t, r)
}

// verify sends a verification request as Okta may, and anybody can; "" is no secret.
func (e *endpoint) verify(t *testing.T, secret string) int {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.url, http.NoBody)
	require.NoError(t, err)
	r.Header.Set("X-Okta-Verification-Challenge", "vh1t1yXkF1bJzGmBvKfP8bY0vGfQpWbTzq2nFzqX0Fw")
	if secret != "" {
		r.Header.Set("Authorization", secret)
	}
	return answerTo(t, r)
}

// connect opens a connection that lasts as long as the test.
func (e *endpoint) connect(t *testing.T) net.Conn {
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/okta/hook"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// answerTo is the status of the answer to a request, 0 for none.
func answerTo(t *testing.T, r *http.Request) int {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}

// ring makes an event happen and has it announced.
func (e *endpoint) ring(t *testing.T, n int) {
	t.Helper()
	event := eventOf("user.session.start", n, e.org.Now())
	e.org.Append(event)
	require.Equal(t, http.StatusOK, e.send(t, http.MethodPost, hookSecretOfTests, strings.NewReader(`{"data":{"events":[`+string(event.JSON)+`]}}`)))
}

func TestDoorbellOverASocket(t *testing.T) {
	e := startEndpoint(t, nil)
	for n := range 10 {
		e.ring(t, n)
		eventually(t, func() bool { return len(e.sink.uuids()) == n+1 })
	}
}

// Requests that are not Okta's do no harm, however many there are.
func TestStrangersDoNoHarm(t *testing.T) {
	e := startEndpoint(t, nil)
	var strangers sync.WaitGroup
	for i := range 10 {
		strangers.Go(func() {
			for range 50 {
				switch i % 5 {
				case 0:
					assert.Equal(t, http.StatusUnauthorized, e.send(t, http.MethodPost, "guess", strings.NewReader("{}")))
				case 1:
					assert.Equal(t, http.StatusMethodNotAllowed, e.send(t, http.MethodDelete, hookSecretOfTests, http.NoBody))
				case 2:
					assert.Equal(t, http.StatusBadRequest, e.send(t, http.MethodPost, hookSecretOfTests, strings.NewReader("{")))
				case 3:
					assert.Equal(t, http.StatusOK, e.verify(t, ""))
				case 4:
					// The connection may break before the answer is read: nobody waits for the rest.
					status := e.send(t, http.MethodPost, "guess", strings.NewReader(strings.Repeat("x", 8<<20)))
					assert.Contains(t, []int{0, http.StatusUnauthorized, http.StatusRequestEntityTooLarge, http.StatusBadRequest}, status)
				}
			}
		})
	}
	// Some open a connection and say nothing.
	for range 100 {
		e.connect(t)
	}
	for n := range 20 {
		e.ring(t, n)
	}
	strangers.Wait()
	eventually(t, func() bool { return len(e.sink.uuids()) == 20 })
	assert.Len(t, e.logs.FilterMessageSnippet("without its secret and was refused").All(), 1, "no line for each request")
	assert.Len(t, e.logs.FilterMessageSnippet("a verification request that came without its secret").All(), 1, "nor here")
	assert.Empty(t, e.logs.FilterMessage("Okta has verified the event hook").All(), "nobody has proved to be Okta")
	require.Equal(t, http.StatusUnauthorized, e.verify(t, "guess"))
	require.Equal(t, http.StatusOK, e.verify(t, hookSecretOfTests))
	assert.Len(t, e.logs.FilterMessage("Okta has verified the event hook").All(), 1)
	assert.NotContains(t, fmt.Sprint(e.logs.All()), hookSecretOfTests)
	require.Equal(t, http.StatusRequestEntityTooLarge, e.send(t, http.MethodPost, hookSecretOfTests, strings.NewReader(strings.Repeat(" ", 4<<20)+"{}")))
}

func TestShutdownClosesTheDoorFirst(t *testing.T) {
	e := startEndpoint(t, nil)
	e.ring(t, 1)
	require.NoError(t, e.stop())
	assert.Zero(t, e.send(t, http.MethodPost, hookSecretOfTests, strings.NewReader("{}")))
	require.NoError(t, e.stop(), "twice")
}

// Connections that say nothing, or not enough, are not waited for.
func TestShutdownDoesNotWaitForSilence(t *testing.T) {
	e := startEndpoint(t, nil)
	for i := range 20 {
		conn := e.connect(t)
		if i%2 == 0 {
			_, err := io.WriteString(conn, "POST /okta/hook HTTP/1.1\r\nHost: x\r\n")
			require.NoError(t, err)
		}
	}
	// A request over a connection that is opened after them is answered when they were all accepted.
	http.DefaultClient.CloseIdleConnections()
	e.ring(t, 1)
	began := time.Now()
	require.NoError(t, e.stop())
	assert.Less(t, time.Since(began), 1500*time.Millisecond)
}

func TestSecretFileIsReadAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte("Basic YWxhZGRpbg==\n"), 0o600))
	e := startEndpoint(t, func(cfg *Config) {
		cfg.EventHook.Get().Secret, cfg.EventHook.Get().SecretFile = "", file
	})
	body := `{"data":{"events":[]}}`
	assert.Equal(t, http.StatusOK, e.send(t, http.MethodPost, "Basic YWxhZGRpbg==", strings.NewReader(body)))
	require.NoError(t, os.WriteFile(file, []byte("another-secret-of-ours"), 0o600))
	assert.Equal(t, http.StatusUnauthorized, e.send(t, http.MethodPost, "Basic YWxhZGRpbg==", strings.NewReader(body)))
	assert.Equal(t, http.StatusOK, e.send(t, http.MethodPost, "another-secret-of-ours", strings.NewReader(body)))
	require.NoError(t, os.Remove(file))
	assert.Equal(t, http.StatusServiceUnavailable, e.send(t, http.MethodPost, "another-secret-of-ours", strings.NewReader(body)))
	lines := e.logs.FilterMessageSnippet("Deliveries of the event hook are refused").All()
	require.Len(t, lines, 1)
	assert.Contains(t, lines[0].ContextMap()["error"], "event_hook.secret_file can't be read: ")
}

func TestPortThatIsTakenIsSeenAtTheStart(t *testing.T) {
	e := startEndpoint(t, nil)
	cfg := createDefaultConfig().(*Config)
	cfg.OrgURL = "http://127.0.0.1:1"
	hook := defaultEventHook()
	hook.NetAddr.Endpoint = strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/okta/hook")
	hook.Secret = hookSecretOfTests
	cfg.EventHook = configoptional.Some(hook)
	r := create(t, cfg, &sink{}, zap.NewNop())
	require.ErrorContains(t, r.Start(t.Context(), host{}), "event_hook: listen on 127.0.0.1:")
	require.NoError(t, r.Shutdown(t.Context()))
}
