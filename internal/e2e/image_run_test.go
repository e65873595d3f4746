// SPDX-License-Identifier: Apache-2.0

//go:build image && linux

package e2e

import (
	"encoding/pem"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	imageConfiguration = "/etc/otelcol-okta/config.yaml"
	imageToken         = "/run/secrets/okta/api-token"
	imageStorage       = "/var/lib/otelcol-okta"
)

// configure gives the container the configuration and the secret of examples/kubernetes-single, for an org and a far
// end of this test.
func (c *container) configure(t *testing.T, org, far string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples", "kubernetes-single", "config.yaml"))
	require.NoError(t, err)
	_, metrics, err := net.SplitHostPort(freeAddress(t))
	require.NoError(t, err)
	config := string(text)
	for from, to := range map[string]string{
		"https://acme.okta.com":               org,
		"otel-gateway.observability.svc:4317": far,
		"0.0.0.0:13133":                       freeAddress(t),
		"0.0.0.0\n":                           "127.0.0.1\n",
		"8888":                                metrics,
		"    storage: file_storage\n":         "    storage: file_storage\n    start_at: beginning\n    page_size: 50\n",
	} {
		require.Equal(t, 1, strings.Count(config, from), from)
		config = strings.ReplaceAll(config, from, to)
	}
	c.provide(t, []byte(config), imageConfiguration)
	c.provide(t, []byte(token+"\n"), imageToken)
}

func TestImagePollsAndResumes(t *testing.T) {
	s := &testbed{org: startSimulatorHere(t), far: startFarEnd(t), pageSize: 50, begun: time.Now()}
	c := newContainer(t)
	c.configure(t, "http://"+s.org.address, s.far.address)
	c.volume(t, imageStorage)

	s.org.backlog(3000)
	for _, enough := range []int{500, 1500, 3000} {
		r := c.start(t)
		s.process = r.process
		r.ready(t)
		requireConfined(t, r.inside)
		s.awaitDelivered(t, enough)
		s.stop(t)
	}
	s.org.backlog(1)
	r := c.start(t)
	s.process = r.process
	r.ready(t)
	s.drain(t)
	s.stop(t)
	s.account(t)

	stored, err := os.ReadDir(filepath.Join(c.folder, "volume"))
	require.NoError(t, err)
	require.Len(t, stored, 1)
	assert.Equal(t, "receiver_okta_systemlog_", stored[0].Name())
}

// awaitDelivered waits until the far end has so many different events.
func (s *testbed) awaitDelivered(t *testing.T, enough int) {
	t.Helper()
	for {
		events, _, more := s.far.count()
		if events >= enough {
			return
		}
		s.await(t, fmt.Sprintf("the far end has %d events", enough), more)
	}
}

// requireConfined requires that a process runs as the image's user, may do nothing more, and can write to the volume
// alone, as the kernel tells it.
func requireConfined(t *testing.T, pid int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	for _, line := range []string{
		"Uid:\t10001\t10001\t10001\t10001\n", "Gid:\t10001\t10001\t10001\t10001\n", "NoNewPrivs:\t1\n",
		"CapPrm:\t0000000000000000\n", "CapEff:\t0000000000000000\n", "CapBnd:\t0000000000000000\n",
	} {
		require.Contains(t, string(status), line)
	}
	mounts, err := os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", pid))
	require.NoError(t, err)
	options := map[string]string{} // by the place of a mount
	for line := range strings.Lines(string(mounts)) {
		fields := strings.Fields(line)
		options[fields[4]] = fields[5]
	}
	for place, option := range map[string]string{"/": "ro", imageConfiguration: "ro", imageToken: "ro", imageStorage: "rw"} {
		require.Regexp(t, "^"+option+"(,|$)", options[place], place)
	}
}

func TestImageChecksTheConnection(t *testing.T) {
	org := startSimulatorHere(t)
	org.backlog(3)
	server := httptest.NewTLSServer(org.Org)
	t.Cleanup(server.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	for name, c := range map[string]struct {
		place  string // of the certificate
		status int
		says   []string
	}{
		"unknown authority":              {"", 1, []string{"✗ DNS and TLS", "certificate signed by unknown authority"}},
		"authority beside the image's":   {"/etc/ssl/certs/company.crt", 0, []string{"✓ DNS and TLS", "the System Log can be read"}},
		"authority in place of the file": {"/etc/ssl/certs/ca-certificates.crt", 0, []string{"✓ DNS and TLS", "the System Log can be read"}},
	} {
		t.Run(name, func(t *testing.T) {
			inside := newContainer(t)
			inside.configure(t, server.URL, "127.0.0.1:4317")
			inside.volume(t, imageStorage)
			if c.place != "" {
				inside.provide(t, ca, c.place)
			}
			status, said := inside.run(t, "okta-systemlog", "check", "--config", imageConfiguration).awaitEnd(t)
			assert.Equal(t, c.status, status, said)
			for _, text := range append(c.says, "✓ storage        the position is kept in "+imageStorage+", none is stored yet") {
				assert.Contains(t, said, text)
			}
		})
	}
}

// The collector is found beside the program, and /tmp, which is mounted, has what is written.
func TestImageBacktests(t *testing.T) {
	rules, err := os.ReadFile(detections)
	require.NoError(t, err)
	events, err := os.ReadFile(filepath.Join(root, "testdata", "backtest", "recorded.ndjson"))
	require.NoError(t, err)
	c := newContainer(t)
	c.env = append(c.env, "OKTA_KNOWN_CLIENTS=0oaKnown")
	c.provide(t, rules, imageConfiguration)
	c.provide(t, events, "/events.ndjson")
	c.mount("tmpfs", "tmpfs", "/tmp", "nosuid", "nodev", "noexec", "mode=1777", "size=64m")
	status, said := c.run(t, "okta-systemlog", "backtest", "--config", imageConfiguration, "--events", "/events.ndjson").awaitEnd(t)
	assert.Zero(t, status, said)
	assert.Contains(t, said, "9 events read, 8 (88.9 %) match a rule")
}

func TestImageHasNoShellAndSaysItsVersion(t *testing.T) {
	c := newContainer(t)
	version := c.image.said.Config.Labels["org.opencontainers.image.version"]
	for _, name := range []string{"otelcol-okta", "okta-systemlog"} {
		status, said := c.run(t, name, "--version").awaitEnd(t)
		assert.Zero(t, status, said)
		assert.Equal(t, name+" version "+version+"\n", said)
	}
	for _, name := range []string{"sh", "/bin/sh", "bash", "ls", "cat"} {
		status, said := c.run(t, name).awaitEnd(t)
		assert.NotZero(t, status, said)
		assert.Regexp(t, "no such file or directory|executable file not found", said)
	}
}
