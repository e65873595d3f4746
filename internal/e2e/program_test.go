// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
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

// The documentation shows what the program prints of the file that it names, with lines left out.
func TestProgramBacktestsAsDocumented(t *testing.T) {
	document, err := os.ReadFile(filepath.Join(root, "examples", "README.md"))
	require.NoError(t, err)
	const call = "make backtest EVENTS=testdata/backtest/recorded.ndjson LIST=yes\n"
	_, shown, found := strings.Cut(string(document), call)
	require.True(t, found, call)
	_, shown, _ = strings.Cut(shown, "```\n\n```\n")
	shown, _, _ = strings.Cut(shown, "```\n")
	setKnownClients(t)
	args := []string{"backtest", "--collector", built(t, "otelcol-okta"), "--config", detections, "--events", filepath.Join(root, "testdata", "backtest", "recorded.ndjson"), "--list"}
	status, said := runProgram(t, args...)
	assert.Zero(t, status, said)
	assert.Greater(t, strings.Count(shown, "\n"), 12, "the documentation has it")
	for line := range strings.Lines(shown) {
		if text := strings.TrimSpace(line); text != "…" {
			assert.Contains(t, said, line)
		}
	}

	status, said = runProgram(t, append(args, "--start", "2026-11-17", "--to", "2026-11-19", "--json")...)
	assert.Zero(t, status, said)
	var printed struct {
		Read int
		List []struct{ Time, Rule, Actor, Address, UUID string }
	}
	require.NoError(t, json.Unmarshal([]byte(said), &printed), said)
	assert.Equal(t, 7, printed.Read, "without what is of the day before or after; what has no time stays")
	require.Len(t, printed.List, 7)
	assert.Equal(t, printed.List[0], printed.List[1], "an event that comes again counts again")
	assert.Equal(t, "2026-11-18T23:59:59.999Z", printed.List[5].Time)
	assert.Equal(t, "192.0.2.92", printed.List[6].Address)
}

// The org has events past the end of the range, more than are read to see that it is over.
func TestProgramBacktestsARangeOfAnOrg(t *testing.T) {
	org := startSimulator(t, "--backlog", "20000", "--rate", "5", "--rate-limit", "-1")
	end := time.Now().Add(-18 * time.Hour)
	p := start(t, "okta-systemlog", "backtest", "--collector", built(t, "otelcol-okta"), "--config", detections, "--org", org, "--start", "-25h", "--to", end.Format(time.RFC3339), "--list", "--json")
	status, said := p.awaitEnd(t)
	assert.Zero(t, status, said)
	var printed struct {
		Read, Matched int
		List          []struct{ Time *time.Time }
	}
	_, result, _ := strings.Cut(said, "\n{\n") // after what the collector says
	require.NoError(t, json.Unmarshal([]byte("{"+result), &printed), said)
	// A quarter of the day, in which the simulator spreads events evenly.
	assert.InDelta(t, 5000, printed.Read, 100)
	assert.Positive(t, printed.Matched)
	assert.Less(t, printed.Matched, printed.Read)
	for _, match := range printed.List {
		assert.False(t, match.Time != nil && !match.Time.Before(end), match.Time)
	}
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
