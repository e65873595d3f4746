// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

const (
	hookSecret    = "a-secret-of-the-end-to-end-tests"
	hostileClient = "0oaSyntheticClient01"
	clientSecret  = "SyntheticSecretOfTheClient0123456789"
	strangersHost = "stranger-"
	// maxMemory is what the collector may have taken at most, in MB, whatever it was sent.
	maxMemory = 300
	maxFiles  = 256
)

// peakMemory is the most memory that the process has taken, in MB.
func (p *process) peakMemory(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	require.NoError(t, err)
	peak := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	require.NotNil(t, peak)
	kilobytes, err := strconv.Atoi(string(peak[1]))
	require.NoError(t, err)
	return kilobytes >> 10
}

// hostileBed is a collector that polls with OAuth, registers an event hook and listens for it, and shows its metrics at
// the highest level.
type hostileBed struct {
	*recovery
	*process
	hook, metrics string // addresses
}

func newHostileBed(t *testing.T) *hostileBed {
	t.Helper()
	org := startSimulatorWith(t, oktatest.Options{Apps: map[string]authserver.App{hostileClient: {
		Kind: authserver.APIServiceIntegration, Secrets: []authserver.AppSecret{{Value: clientSecret}},
		Scopes:        []string{api.LogsScope, api.HooksReadScope, api.HooksManageScope},
		TokenLifetime: 5 * time.Second, // so that tokens are asked for all the time
	}}})
	b := &hostileBed{recovery: &recovery{org: org}, metrics: freeAddress(t)}
	b.pipeline = newPipeline(t, "http://"+org.address, fmt.Sprintf(`
    retry: {initial_interval: 100ms, max_interval: 500ms}
    event_hook:
      endpoint: "127.0.0.1:0"
      secret: %s
      deliver_unconfirmed: true
      register: {public_url: "https://otel.example.com/okta/hook", name: otelcol}
`, hookSecret))
	b.edit(t, "    api_token: ${env:OKTA_API_TOKEN}\n", fmt.Sprintf(`
    oauth: {client_id: %s, client_secret: %s, scopes: [%s, %s, %s]}
`, hostileClient, clientSecret, api.LogsScope, api.HooksReadScope, api.HooksManageScope))
	host, port, _ := strings.Cut(b.metrics, ":")
	b.edit(t, "level: none", fmt.Sprintf(`level: detailed
      readers: [{pull: {exporter: {prometheus: {host: "%s", port: %s, without_type_suffix: true}}}}]`, host, port))
	b.process = b.start(t)
	require.NoError(t, unix.Prlimit(b.cmd.Process.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: maxFiles, Max: maxFiles}, nil))
	b.awaitPrinted(t, "Polling begins", 1)
	listening := regexp.MustCompile(`The event hook listens.*"address": "([^"]+)"`).FindStringSubmatch(b.output.String())
	require.NotNil(t, listening)
	b.hook = listening[1]
	return b
}

// Hostile answers and strangers at the event hook cost neither the process nor an event: with few file descriptors, and
// beside normal polling. What they say is named for what it is, and no secret is repeated.
func TestHostilePeersCostNothing(t *testing.T) {
	b := newHostileBed(t)
	b.happen(20)
	b.requireAll(t)
	for _, peer := range hostilePeers() {
		peer.does(t, b)
		b.happen(20)
		b.requireAll(t)
		for _, words := range peer.said {
			b.awaitPrinted(t, words, 1)
		}
		t.Logf("after %s the peak is %d MB", peer.name, b.peakMemory(t))
	}
	assert.Less(t, b.peakMemory(t), maxMemory)
	assert.Zero(t, b.printed("too many open files"))
	for _, secret := range []string{clientSecret, hookSecret, "\x1b"} {
		assert.Zero(t, b.printed(secret), "%q", secret)
	}
	_, metrics := get(t, "http://"+b.metrics+"/metrics")
	assert.NotContains(t, metrics, strangersHost)
	assert.Less(t, strings.Count(metrics, "\n"), 2000)
	b.stop(t)
	for uuid, times := range b.arrivals(b.read(t)) {
		assert.Equal(t, 1, times, uuid)
	}
}

// What would send a credential in clear text, or take one that anybody guesses, is refused before anything runs, and a
// password that stands in the wrong place is not shown.
func TestHostileConfigurationsAreRefused(t *testing.T) {
	for says, settings := range map[string]string{
		"the credential would go to the proxy in clear text": "    http: {proxy_url: \"http://127.0.0.1:3128\"}\n",
		"http.proxy_url is not the address of a proxy":       "    http: {proxy_url: \"user:pass-word@proxy:3128\"}\n",
		"event_hook.secret": "    event_hook: {endpoint: \"127.0.0.1:0\", secret: a}\n",
	} {
		config := writeConfig(t, t.TempDir(), "http://127.0.0.1:1", settings, "debug:")
		for _, command := range []string{"validate", "print-config"} {
			said, err := ask(t, command, "--config", config)
			if command == "validate" {
				require.Error(t, err)
				assert.Contains(t, said, says)
			}
			assert.NotContains(t, said, "pass-word")
		}
	}
}
