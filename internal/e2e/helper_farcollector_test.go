// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// farCollector is a second Collector, with which the tested one speaks OTLP, or Kafka by way of a broker. It writes
// what it gets to a file.
type farCollector struct {
	grpc   string // OTLP over gRPC, for everybody
	secure string // the same over TLS, for those who have the token
	http   string // OTLP over HTTP, for those who have the token
	kafka  string // the broker

	certificate string // of secure, as a file
	config      string
	records     string

	broker *process
	topics string // what the broker keeps
}

func startFarCollector(t *testing.T) *farCollector {
	t.Helper()
	c := newFarCollector(t)
	c.start(t)
	return c
}

// newFarCollector prepares one that is not there yet: nobody listens at its addresses until it is started.
func newFarCollector(t *testing.T) *farCollector {
	t.Helper()
	folder := t.TempDir()
	c := &farCollector{
		grpc: freeAddress(t), secure: freeAddress(t), http: freeAddress(t), kafka: freeAddress(t),
		certificate: filepath.Join(folder, "certificate.pem"),
		config:      filepath.Join(folder, "config.yaml"),
		records:     filepath.Join(folder, "records.json"),
		topics:      filepath.Join(folder, "topics"),
	}
	key := filepath.Join(folder, "key.pem")
	writeCertificate(t, c.certificate, key)
	config := fmt.Sprintf(`
receivers:
  otlp/open: {protocols: {grpc: {endpoint: %q}}}
  otlp/secure:
    protocols:
      grpc: {endpoint: %q, tls: {cert_file: %q, key_file: %q}, auth: {authenticator: bearertokenauth}}
      http: {endpoint: %q, auth: {authenticator: bearertokenauth}}
  kafka: {brokers: [%q], group_id: far, initial_offset: earliest, logs: {topics: [okta-systemlog], encoding: otlp_proto}}
exporters:
  file: {path: %q, append: true}
extensions:
  bearertokenauth: {token: %s}
service:
  extensions: [bearertokenauth]
  pipelines:
    logs: {receivers: [otlp/open, otlp/secure, kafka], exporters: [file]}
  telemetry: {metrics: {level: none}}
`, c.grpc, c.secure, c.certificate, key, c.http, c.kafka, c.records, token)
	require.NoError(t, os.WriteFile(c.config, []byte(config), 0o600))
	return c
}

// start runs the broker and the Collector.
func (c *farCollector) start(t *testing.T) {
	t.Helper()
	c.startBroker(t)
	start(t, "otelcol-okta", "--config", c.config).awaitPrinted(t, "Everything is ready", 1)
}

// startBroker runs the broker, again if it was stopped, with what was in its topics.
func (c *farCollector) startBroker(t *testing.T) {
	t.Helper()
	_, port, _ := strings.Cut(c.kafka, ":")
	c.broker = start(t, "kafka", port, c.topics, "okta-systemlog")
	c.broker.awaitPrinted(t, "listens", 1)
}

// writeCertificate writes a certificate for this machine, signed by itself, and its key.
func writeCertificate(t *testing.T, certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	for path, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: signed}, key: {Type: "PRIVATE KEY", Bytes: encoded}} {
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(block), 0o600))
	}
}
