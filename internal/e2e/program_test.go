// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runProgram runs okta-systemlog to its end, and returns its exit status and what it prints.
func runProgram(t *testing.T, args ...string) (status int, said string) {
	t.Helper()
	return start(t, "okta-systemlog", args...).awaitEnd(t)
}

func (p *process) awaitEnd(t *testing.T) (status int, said string) {
	t.Helper()
	select {
	case <-p.done:
	case <-time.After(patience):
		require.Fail(t, "it still runs", p.output.tail())
	}
	return p.cmd.ProcessState.ExitCode(), p.output.String()
}

func TestProgramChecksASimulatedOrg(t *testing.T) {
	org := startSimulator(t, "--backlog", "3")
	config := func(url string) string {
		return writeConfig(t, t.TempDir(), url, "", "debug: {}")
	}
	status, said := runProgram(t, "check", "--config", config(org))
	assert.Zero(t, status, said)
	assert.Contains(t, said, "the System Log can be read")

	gone := startSimulatorHere(t)
	gone.leave()
	status, said = runProgram(t, "check", "--config", config("http://"+gone.address))
	assert.Equal(t, 1, status, said)
	assert.Contains(t, said, "remedy: ")

	status, said = runProgram(t, "check")
	assert.Equal(t, 2, status, said)
}

func TestProgramBacktests(t *testing.T) {
	_, events := detectionCases(t)
	setKnownClients(t)
	status, said := runProgram(t, "backtest", "--collector", built(t, "otelcol-okta"), "--config", detections, "--events", events)
	assert.Zero(t, status, said)
	assert.Contains(t, said, "API token created")
	status, said = runProgram(t, "backtest", "--collector", built(t, "otelcol-okta"), "--config", detections, "--events", events, "--json")
	assert.Zero(t, status, said)
	assert.Contains(t, said, `"rule": "API token created"`)
}

// Where another program listens, neither simulate nor make run goes on: what the Collector polls then would be that.
func TestProgramDoesNotPollAStranger(t *testing.T) {
	var asked atomic.Int64
	const address = "127.0.0.1:8085" // that of make run
	var listening net.ListenConfig
	if listener, err := listening.Listen(t.Context(), "tcp", address); err == nil { // else somebody else has it
		stranger := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) })}
		go func() { _ = stranger.Serve(listener) }()
		t.Cleanup(func() { _ = stranger.Close() })
	}
	const says = "okta-systemlog simulate: another program listens on 127.0.0.1:8085: end it, or choose another address with --listen\n"
	status, said := runProgram(t, "simulate", "--listen", address)
	assert.Equal(t, 1, status)
	assert.Equal(t, says, said)

	script, err := filepath.Abs(filepath.Join(root, "internal", "tools", "run.sh"))
	require.NoError(t, err)
	status, said = startProgram(t, script).awaitEnd(t)
	assert.Equal(t, 1, status)
	assert.Equal(t, says, said)
	assert.Zero(t, asked.Load())
}

func TestProgramCompletesCommands(t *testing.T) {
	status, said := runProgram(t, "__complete", "ch")
	assert.Zero(t, status, said)
	assert.True(t, strings.HasPrefix(said, "check\t"), said)
}
