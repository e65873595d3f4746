// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

const (
	hookSecret = "a-secret-of-the-end-to-end-tests"
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

// Hostile answers and strangers at the event hook cost neither the process nor an event: with few file descriptors, and
// beside normal polling.
func TestHostilePeersCostNothing(t *testing.T) {
	r := &recovery{org: startSimulatorHere(t)}
	r.pipeline = newPipeline(t, "http://"+r.org.address,
		"    retry: {initial_interval: 100ms, max_interval: 500ms}\n    event_hook: {endpoint: \"127.0.0.1:0\", secret: "+hookSecret+"}\n")
	p := r.start(t)
	require.NoError(t, unix.Prlimit(p.cmd.Process.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: maxFiles, Max: maxFiles}, nil))
	p.awaitPrinted(t, "Polling begins", 1)
	listening := regexp.MustCompile(`The event hook listens.*"address": "([^"]+)"`).FindStringSubmatch(p.output.String())
	require.NotNil(t, listening)
	hook := listening[1]
	r.happen(20)

	for _, hostile := range []struct {
		name string
		does func()
	}{
		{"elements of a page", func() { r.org.Inject(fault.Unpacks("[", 23<<20, "]")) }},
		{"values of an event", func() {
			r.org.Inject(fault.Unpacks(`[{"uuid":"huge","published":"2026-11-21T00:00:00Z","list":[`, 23<<20, "]}]"))
		}},
		{"more than a page", func() { r.org.Inject(fault.Unpacks("[", 1<<30, "]")) }},
		{"silent connections", func() { connect(t, hook, 300, "") }},
		{"unfinished headers", func() {
			connect(t, hook, 150, "POST /okta/hook HTTP/1.1\r\nHost: x\r\nX-Large: "+strings.Repeat("a", 1<<20))
		}},
		{"garbage connections", func() { connect(t, hook, 300, "\x16\x03\x01 garbage\r\n\r\n") }},
		{"large deliveries", func() { deliverMany(hook) }},
	} {
		hostile.does()
		r.happen(20)
		r.requireAll(t)
		t.Logf("after %s the peak is %d MB", hostile.name, p.peakMemory(t))
	}
	assert.Less(t, p.peakMemory(t), maxMemory)
	assert.Zero(t, p.printed("too many open files"))
	p.stop(t)
	for uuid, times := range r.arrivals(r.read(t)) {
		assert.Equal(t, 1, times, uuid)
	}
}

// connect opens connections that last as long as the test, and says something on each.
func connect(t *testing.T, address string, n int, says string) {
	t.Helper()
	for range n {
		var dialer net.Dialer
		connection, err := dialer.DialContext(t.Context(), "tcp", address)
		require.NoError(t, err)
		t.Cleanup(func() { _ = connection.Close() })
		_ = connection.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = io.WriteString(connection, says) // the server may have closed it
	}
}

// deliverMany sends large deliveries with the right secret, eight at a time.
func deliverMany(address string) {
	body := `{"data":{"events":[` + strings.Repeat("0,", 2<<20-100) + `0]}}`
	answered := make(chan struct{})
	for range 8 {
		go func() {
			defer func() { answered <- struct{}{} }()
			request, err := http.NewRequest(http.MethodPost, "http://"+address+"/okta/hook", strings.NewReader(body)) //nolint:noctx // it is answered soon
			if err != nil {
				panic(err) // the address is good
			}
			request.Header.Set("Authorization", hookSecret)
			request.Header.Set("Content-Type", "application/json")
			if answer, err := http.DefaultClient.Do(request); err == nil {
				_ = answer.Body.Close()
			}
		}()
	}
	for range 8 {
		<-answered
	}
}
