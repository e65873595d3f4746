// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package e2e

import (
	"net"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/scenario"
)

// startRun runs what make run runs, at addresses of its own.
func startRun(t *testing.T, settings ...string) *script {
	t.Helper()
	built(t, "okta-systemlog")
	built(t, "otelcol-okta")
	return startScript(t, "run.sh", append([]string{"RUN_ORG=" + freeAddress(t), "RUN_TAIL=" + freeAddress(t), "RUN_KEPT=" + t.TempDir()}, settings...)...)
}

func TestRunShowsWhatHappenedToWhom(t *testing.T) {
	told, err := scenario.New("account-takeover", 1)
	require.NoError(t, err)
	takeover := told.Takeover(time.Now())
	run := startRun(t)
	run.awaitPrinted(t, "user.account.report_suspicious_activity_by_enduser", 1)
	lines := strings.Split(run.output.String(), "\n")
	for _, step := range takeover.Steps {
		for _, rule := range step.Rules {
			// Each step comes after the one before.
			for len(lines) > 0 && !strings.Contains(lines[0], rule) {
				lines = lines[1:]
			}
			require.NotEmpty(t, lines, "%s: %s", step.Name, rule)
			if step.Name != "the victim reports it" { // from where she works
				assert.Contains(t, lines[0], takeover.Address, step.Name)
			}
			if step.Name != "ThreatInsight notices the address" { // by then nobody was anybody
				assert.Contains(t, lines[0], takeover.Victim.Login, step.Name)
			}
		}
	}
	run.interrupt(t)
	said := run.output.String()
	assert.Regexp(t, `\nokta-systemlog tail: \d+ events, \d+ marked by detections\n$`, said)
	for line := range strings.Lines(said) {
		assert.Regexp(t, `^(\d{4}-\d\d-\d\dT|okta-systemlog tail: |\n$)`, line, "nothing else is on the screen")
	}
}

func TestRunEndsWithTheCollector(t *testing.T) {
	run := startRun(t)
	run.awaitPrinted(t, "user.account.report_suspicious_activity_by_enduser", 1)
	found, err := exec.Command("pgrep", "-P", strconv.Itoa(run.cmd.Process.Pid), "-f", "otelcol-okta").Output() //nolint:noctx // it ends at once
	require.NoError(t, err)
	collector, err := strconv.Atoi(strings.TrimSpace(string(found)))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(collector, syscall.SIGKILL))
	status, said := run.awaitEnd(t)
	assert.Equal(t, 1, status, said)
}

func TestRunRawShowsWholeRecords(t *testing.T) {
	run := startRun(t, "RAW=1")
	run.awaitPrinted(t, "-> okta.event_type: Str(", 20)
	run.interrupt(t)
}

func TestRunSaysWhoHasItsPort(t *testing.T) {
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close() //nolint:errcheck // it is only there
	run := startRun(t, "RUN_TAIL="+listener.Addr().String())
	status, said := run.awaitEnd(t)
	assert.Equal(t, 1, status)
	assert.Equal(t, "okta-systemlog tail: another program, such as a Collector, listens on "+listener.Addr().String()+": end it, or choose another address with --grpc\n", said)
}
