// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// check is what okta-systemlog check does with a configuration.
func check(t *testing.T, cfg *Config) (steps []connection.Step, ok bool) {
	t.Helper()
	ok = Check(t.Context(), cfg, receivertest.NewNopSettings(metadata.Type), componenttest.NewNopHost(),
		func(step connection.Step) { steps = append(steps, step) })
	return steps, ok
}

// secured is an org behind TLS with a certificate for a host, and the certificate as PEM.
func secured(t *testing.T, host string, ends time.Time) (*httptest.Server, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Synthetic"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: ends,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	org := oktatest.NewOrg(oktatest.Options{})
	org.Append(generate.New(3).Event(org.Now()))
	server := httptest.NewUnstartedServer(org)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// closedPort is an address at which nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return server.Listener.Addr().String()
}

func TestCheckNamesWhatIsWrongWithTheNetwork(t *testing.T) {
	trust := func(cfg *Config, pem string) { cfg.HTTP.TLS.CAPem = configopaque.String(pem) }
	for name, tc := range map[string]struct {
		spoil func(*testing.T, *Config)
		finds finding
	}{
		"wrong host": {func(_ *testing.T, cfg *Config) { cfg.OrgURL = "https://acme.okta.invalid" },
			failing(connection.Network, "the name of the host was not found", "check org_url for a typing mistake")},
		"connection refused": {func(t *testing.T, cfg *Config) { cfg.OrgURL = "http://" + closedPort(t) },
			failing(connection.Network, "nothing takes connections", "egress allow-list")},
		"silence": {func(t *testing.T, cfg *Config) {
			// Connections are taken by the kernel, and nobody reads from them.
			var listening net.ListenConfig
			listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
			require.NoError(t, err)
			t.Cleanup(func() { _ = listener.Close() })
			cfg.OrgURL, cfg.HTTP.Timeout = "https://"+listener.Addr().String(), 50*time.Millisecond
		}, failing(connection.Network, "nothing answered in time", "http.proxy_url")},
		"unknown authority": {func(t *testing.T, cfg *Config) {
			server, _ := secured(t, "127.0.0.1", time.Now().Add(time.Hour))
			cfg.OrgURL = server.URL
		}, failing(connection.Network, "signed by an authority that this machine does not know", "set http.tls.ca_file")},
		"certificate of another host": {func(t *testing.T, cfg *Config) {
			server, pem := secured(t, "login.example.com", time.Now().Add(time.Hour))
			cfg.OrgURL = server.URL
			trust(cfg, pem)
		}, failing(connection.Network, "certificate is for another host", "check org_url")},
		"expired certificate": {func(t *testing.T, cfg *Config) {
			server, pem := secured(t, "127.0.0.1", time.Now().Add(-time.Hour))
			cfg.OrgURL = server.URL
			trust(cfg, pem)
		}, failing(connection.Network, "has expired or is not valid yet", "check the clock of this machine")},
		"certificate that ends soon": {func(t *testing.T, cfg *Config) {
			server, pem := secured(t, "127.0.0.1", time.Now().Add(time.Hour))
			cfg.OrgURL = server.URL
			trust(cfg, pem)
		}, warning(connection.Network, "certificate ends soon", "renew it")},
		"http where https is expected": {func(_ *testing.T, cfg *Config) { cfg.OrgURL = strings.Replace(cfg.OrgURL, "http:", "https:", 1) },
			failing(connection.Network, "no TLS connection came about", "check the port of org_url")},
		"https where http is expected": {func(t *testing.T, cfg *Config) {
			server, _ := secured(t, "127.0.0.1", time.Now().Add(time.Hour))
			cfg.OrgURL = strings.Replace(server.URL, "https:", "http:", 1)
		}, failing(connection.Network, "the answer is not okta's", "check what is between this machine and okta")},
		"proxy is down": {func(t *testing.T, cfg *Config) {
			cfg.OrgURL, cfg.HTTP.ProxyURL = "https://acme.okta.invalid", "http://me:proxySecret@"+closedPort(t)
		}, failing(connection.Network, "the proxy does not connect", "check http.proxy_url")},
		"proxy refuses": {func(t *testing.T, cfg *Config) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
			t.Cleanup(proxy.Close)
			cfg.OrgURL, cfg.HTTP.ProxyURL = "https://acme.okta.invalid", strings.Replace(proxy.URL, "//", "//me:proxySecret@", 1)
		}, failing(connection.Network, "the proxy does not connect", "lets the host through")},
		"proxy refuses in words of its own": {func(t *testing.T, cfg *Config) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				connection, _, err := http.NewResponseController(w).Hijack()
				if assert.NoError(t, err) {
					_, _ = connection.Write([]byte("HTTP/1.1 470 Not For You\r\nContent-Length: 0\r\n\r\n"))
					_ = connection.Close()
				}
			}))
			t.Cleanup(proxy.Close)
			cfg.OrgURL, cfg.HTTP.ProxyURL = "https://acme.okta.invalid", proxy.URL
		}, failing(connection.Network, "the proxy does not connect", "check http.proxy_url")},
	} {
		t.Run(name, func(t *testing.T) {
			org := oktatest.NewOrg(oktatest.Options{})
			server := httptest.NewServer(org)
			t.Cleanup(server.Close)
			cfg := configFor(server)
			cfg.PollInterval, cfg.Retry.InitialInterval = time.Second, time.Second
			tc.spoil(t, cfg)
			steps, ok := check(t, cfg)
			requireFinding(t, tc.finds, steps)
			assert.Equal(t, tc.finds.result != connection.Failed, ok)
			requireNoSecret(t, cfg, fmt.Sprintf("%+v", steps))
			assert.NotContains(t, fmt.Sprintf("%+v", steps), "proxySecret")
			if tc.finds.result == connection.Failed {
				kind := oktaerr.Unavailable
				if tc.finds.step == connection.SystemLog {
					kind = oktaerr.Rejected // somebody has answered
				}
				requireShown(t, cfg, kind)
			}
		})
	}
}

// requireShown asserts that a receiver that polls all the same shows what keeps it from it, in its
// status and in a metric.
func requireShown(t *testing.T, cfg *Config, kind oktaerr.Kind) {
	t.Helper()
	tel, shown := componenttest.NewTelemetry(), &statuses{}
	set := receivertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	r, err := NewFactory().CreateLogs(t.Context(), set, cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), statusHost{componenttest.NewNopHost(), shown}))
	eventually(t, func() bool { return shown.count() > 0 })
	requests, err := tel.GetMetric("otelcol_okta_systemlog_requests")
	require.NoError(t, err)
	assert.Positive(t, requestsOf(requests, kind.String()))
	require.NoError(t, r.Shutdown(t.Context()))
	require.NoError(t, tel.Shutdown(t.Context()))
	first := shown.events[0]
	assert.Equal(t, componentstatus.StatusRecoverableError, first.Status())
	require.ErrorContains(t, first.Err(), kind.String()+": ")
	assert.NotContains(t, first.Err().Error(), "proxySecret")
}

// statusHost is a collector that is told of its components' status.
type statusHost struct {
	component.Host
	shown *statuses
}

// Report implements componentstatus.Reporter.
func (h statusHost) Report(event *componentstatus.Event) { h.shown.report(event) }

func TestCheckTellsTheRoute(t *testing.T) {
	ends := time.Now().Add(30 * 24 * time.Hour)
	server, pem := secured(t, "127.0.0.1", ends)
	cfg := configFor(server)
	cfg.PollInterval, cfg.Retry.InitialInterval = time.Second, time.Second
	cfg.HTTP.TLS.CAPem = configopaque.String(pem)
	steps, ok := check(t, cfg)
	require.True(t, ok, "%+v", steps)
	address := server.Listener.Addr().String()
	assert.Equal(t, fmt.Sprintf("%s is there, TLS 1.3, certificate by Synthetic until %s", address, ends.UTC().Format(time.DateOnly)), steps[1].Detail)

	cfg.OrgURL = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	cfg.HTTP.TLS.ServerName = "127.0.0.1"
	steps, ok = check(t, cfg)
	require.True(t, ok, "%+v", steps)
	assert.Regexp(t, `^localhost:\d+ is 127\.0\.0\.1:\d+, TLS`, steps[1].Detail)

	// A proxy that lets everything through. Loopback hosts are reached through it as well, for it is
	// in the configuration and not in the environment.
	cfg.OrgURL = server.URL
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var dialer net.Dialer
		far, err := dialer.DialContext(t.Context(), "tcp", address)
		if !assert.NoError(t, err) {
			return
		}
		w.WriteHeader(http.StatusOK)
		near, buffered, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		go func() { _, _ = io.Copy(far, buffered); _ = far.Close() }()
		go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
	}))
	defer proxy.Close()
	cfg.HTTP.ProxyURL = strings.Replace(proxy.URL, "//", "//me:proxySecret@", 1)
	steps, ok = check(t, cfg)
	require.True(t, ok, "%+v", steps)
	assert.Contains(t, steps[1].Detail, "through the proxy "+proxy.Listener.Addr().String()+", TLS 1.3")
	assert.NotContains(t, fmt.Sprint(steps), "proxySecret")
}

func TestCheckNamesEachMistakeInTheConfiguration(t *testing.T) {
	cfg, err := load(t, map[string]any{"org_url": "https://acme-admin.okta.com", "page_size": 0})
	require.Error(t, err)
	steps, ok := check(t, cfg)
	assert.False(t, ok)
	require.Len(t, steps, 3)
	for i, want := range []finding{
		failing(connection.Configuration, "org_url is the address of the Admin Console", "use https://acme.okta.com"),
		failing(connection.Configuration, "no credential is set", "set api_token"),
		failing(connection.Configuration, "page_size is 0", "use 1 to 1000"),
	} {
		requireFinding(t, want, steps[i:i+1])
	}

	cfg, err = load(t, map[string]any{"org_url": "http://acme.okta.com", "api_token": "x"})
	require.Error(t, err)
	steps, _ = check(t, cfg)
	requireFinding(t, failing(connection.Configuration, `org_url has the scheme "http"`, "use https://acme.okta.com"), steps)

	cfg, err = load(t, map[string]any{"org_url": "https://acme.okta.com", "api_token": "x", "http": map[string]any{"tls": map[string]any{"ca_file": "/nowhere"}}})
	require.NoError(t, err)
	steps, _ = check(t, cfg)
	requireFinding(t, failing(connection.Configuration, "/nowhere", "correct what http names"), steps)
}
