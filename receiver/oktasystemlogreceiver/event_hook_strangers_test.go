// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// outcomes counts the requests by how they were answered.
func (e *endpoint) outcomes(t *testing.T) map[string]int64 {
	t.Helper()
	return outcomesOf(t, e.telemetry)
}

func outcomesOf(t *testing.T, telemetry *componenttest.Telemetry) map[string]int64 {
	t.Helper()
	counts := map[string]int64{}
	m, err := telemetry.GetMetric("otelcol_okta_systemlog_hook_deliveries")
	require.NoError(t, err)
	sum, ok := m.Data.(metricdata.Sum[int64])
	require.True(t, ok)
	for _, point := range sum.DataPoints {
		outcome, _ := point.Attributes.Value("outcome")
		counts[outcome.AsString()] += point.Value
	}
	return counts
}

// certificateFiles writes the certificate of a test server and its key.
func certificateFiles(t *testing.T) (certificate, key string) {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	pair := server.TLS.Certificates[0]
	private, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(t, err)
	directory := t.TempDir()
	certificate, key = filepath.Join(directory, "cert.pem"), filepath.Join(directory, "key.pem")
	require.NoError(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	return certificate, key
}

// Silent connections, of which strangers can open any number, take little and keep nobody out.
func TestSilentConnectionsKeepNobodyOut(t *testing.T) {
	e := startEndpoint(t, nil)
	silent := make([]net.Conn, 300)
	for i := range silent {
		silent[i] = e.connect(t)
	}
	e.ring(t, 1)
	eventually(t, func() bool { return len(e.sink.uuids()) == 1 })
	closed := 0
	for _, conn := range silent {
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Millisecond)))
		if _, err := conn.Read(make([]byte, 1)); err != nil && !isTimeout(err) {
			closed++
		}
	}
	assert.GreaterOrEqual(t, closed, 300-64, "the oldest made room")
	for _, conn := range silent[300-8:] { // none stays for long
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
		_, err := io.ReadAll(conn)
		assert.False(t, err != nil && isTimeout(err))
	}
}

func isTimeout(err error) bool {
	timeout, ok := err.(net.Error) //nolint:errorlint // what a connection returns is not wrapped
	return ok && timeout.Timeout()
}

// Headers that are too large are refused, and those that come too slowly are not waited for.
func TestHeadersAreBounded(t *testing.T) {
	e := startEndpoint(t, nil)
	large := e.connect(t)
	_, _ = fmt.Fprintf(large, "POST /okta/hook HTTP/1.1\r\nHost: x\r\nX-Large: %s", strings.Repeat("a", 1<<20)) // it may be cut off
	require.NoError(t, large.SetReadDeadline(time.Now().Add(10*time.Second)))
	answer, err := io.ReadAll(large)
	if err == nil { // else the connection was reset before the answer was read
		assert.Contains(t, string(answer), "431 Request Header Fields Too Large")
	} else {
		assert.False(t, isTimeout(err), "it is not waited for")
	}
	slow := e.connect(t)
	_, err = fmt.Fprint(slow, "POST /okta/hook HTTP/1.1\r\nHost: x\r\nX-Slow: a")
	require.NoError(t, err)
	began := time.Now()
	require.NoError(t, slow.SetReadDeadline(time.Now().Add(10*time.Second)))
	_, err = io.ReadAll(slow)
	require.NoError(t, err)
	assert.Less(t, time.Since(began), 4*time.Second)
}

// Connections that are no TLS are counted, and logged once.
func TestBrokenHandshakesAreLoggedOnce(t *testing.T) {
	certificate, key := certificateFiles(t)
	e := startEndpoint(t, func(cfg *Config) {
		cfg.EventHook.Get().TLS = configoptional.Some(configtls.ServerConfig{Config: configtls.Config{CertFile: certificate, KeyFile: key}})
	})
	for range 50 {
		conn := e.connect(t)
		_, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: \x1b[31m\r\n\r\n")
		require.NoError(t, err)
		_, _ = io.ReadAll(conn)
	}
	eventually(t, func() bool { return e.outcomes(t)["no_request"] == 50 })
	assert.Len(t, e.logs.FilterMessageSnippet("broke before it brought a request").All(), 1)
	assert.Empty(t, e.logs.FilterMessageSnippet("TLS handshake error").All())
}

// What is refused before the hook looks at it is counted too.
func TestRefusalsBeforeTheHandlerAreCounted(t *testing.T) {
	e := startEndpoint(t, nil)
	for range 3 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.url, strings.NewReader("x"))
		require.NoError(t, err)
		request.Header.Set("Content-Encoding", "zstd")
		request.Header.Set("Authorization", hookSecretOfTests)
		resp, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
	}
	eventually(t, func() bool { return e.outcomes(t)["refused"] == 3 })
}

// Strangers choose no label of a metric.
func TestHostsBecomeNoLabels(t *testing.T) {
	e := startEndpoint(t, nil)
	for n := range 20 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.url, http.NoBody)
		require.NoError(t, err)
		request.Host = fmt.Sprintf("host%d.example", n)
		answerTo(t, request)
	}
	eventually(t, func() bool { return e.outcomes(t)["no_challenge"] == 20 })
	for _, name := range []string{"http.server.request.duration", "http.server.request.body.size", "http.server.response.body.size"} {
		_, err := e.telemetry.GetMetric(name)
		assert.Error(t, err, name)
	}
}

// A hook that others reach without TLS is warned of, once.
func TestClearTextIsWarnedOf(t *testing.T) {
	const warning = "The event hook listens without TLS"
	assert.Empty(t, startEndpoint(t, nil).logs.FilterMessageSnippet(warning).All(), "nobody else reaches it")
	open := startEndpoint(t, func(cfg *Config) { cfg.EventHook.Get().NetAddr.Endpoint = "0.0.0.0:0" })
	assert.Len(t, open.logs.FilterMessageSnippet(warning).All(), 1)
	certificate, key := certificateFiles(t)
	secured := startEndpoint(t, func(cfg *Config) {
		cfg.EventHook.Get().NetAddr.Endpoint = "0.0.0.0:0"
		cfg.EventHook.Get().TLS = configoptional.Some(configtls.ServerConfig{Config: configtls.Config{CertFile: certificate, KeyFile: key}})
	})
	assert.Empty(t, secured.logs.FilterMessageSnippet(warning).All())
}

// A delivery of more events than Okta sends is refused at once, and takes no memory.
func TestDeliveriesOfTooManyEventsAreRefused(t *testing.T) {
	e := startEndpoint(t, nil)
	body := `{"data":{"events":[` + strings.Repeat("0,", 2<<20-100) + `0]}}`
	began := time.Now()
	assert.Equal(t, http.StatusBadRequest, e.send(t, http.MethodPost, hookSecretOfTests, strings.NewReader(body)))
	assert.Less(t, time.Since(began), 2500*time.Millisecond)
	assert.Equal(t, int64(1), e.outcomes(t)["malformed"])
}
