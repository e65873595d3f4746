// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// maxSetup is how long a set-up may take, from nothing to a connection that is proved.
const maxSetup = 10 * time.Second

// From an org without anything, one command makes what the receiver needs, the collector delivers with the
// configuration that it wrote, and another command takes everything away.
func TestProgramSetsUpAnOrg(t *testing.T) {
	t.Setenv("OKTA_ADMIN_TOKEN", oktatest.DefaultAdminToken)
	org := startSimulator(t, "--backlog", "5")
	out := filepath.Join(t.TempDir(), "files")

	status, said := runProgram(t, "setup", "--org", org, "--out", out, "--dry-run")
	require.Zero(t, status, said)
	assert.NoDirExists(t, out)

	begin := time.Now()
	status, said = runProgram(t, "setup", "--org", org, "--out", out, "--yes")
	require.Zero(t, status, said)
	assert.Less(t, time.Since(begin), maxSetup)
	assert.NotContains(t, said, oktatest.DefaultAdminToken)

	// The two lines that it prints last check the connection and start the collector.
	lines := strings.Split(strings.TrimSpace(said), "\n")
	checks, starts := strings.Fields(lines[len(lines)-2]), strings.Fields(lines[len(lines)-1])
	assert.Equal(t, "okta-systemlog", filepath.Base(checks[0]))
	assert.Equal(t, "otelcol-okta", filepath.Base(starts[0]))
	status, said = runProgram(t, checks[1:]...)
	assert.Zero(t, status, said)
	collector := start(t, "otelcol-okta", starts[1:]...)
	collector.awaitPrinted(t, "app.oauth2.client.lifecycle.create", 1) // the set-up itself is in the log
	collector.stop(t)

	for _, args := range [][]string{{"rotate", "--yes"}, {"rotate", "--retire", "--yes"}, {"check", "--config", filepath.Join(out, "collector.yaml")}, {"teardown", "--yes"}} {
		if args[0] != "check" {
			args = append(args, "--out", out)
		}
		status, said = runProgram(t, args...)
		require.Zero(t, status, said)
	}
	assert.NoFileExists(t, filepath.Join(out, "setup.json"))
	status, said = runProgram(t, "setup", "--org", org, "--out", filepath.Join(t.TempDir(), "again"), "--yes")
	require.Zero(t, status, said)
}

// killer is an org that kills a process at one of its requests.
type killer struct {
	org    *oktatest.Org
	at     atomic.Int32
	count  atomic.Int32
	done   bool // what was asked for
	victim atomic.Pointer[process]
}

func (k *killer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if k.count.Add(1) != k.at.Load() {
		k.org.ServeHTTP(w, r)
		return
	}
	if k.done {
		k.org.ServeHTTP(httptest.NewRecorder(), r)
	}
	if victim := k.victim.Load(); victim != nil {
		_ = victim.cmd.Process.Kill()
	}
	panic(http.ErrAbortHandler)
}

// A set-up that is killed at any of its requests, before or after Okta did what it asked for, is completed by the next
// one, and a teardown that is killed leaves nothing to the next one.
func TestKilledSetupsAreCompleted(t *testing.T) {
	t.Setenv("OKTA_ADMIN_TOKEN", oktatest.DefaultAdminToken)
	for _, done := range []bool{false, true} {
		options := oktatest.Options{AdminToken: oktatest.DefaultAdminToken, RequestLog: -1, RateLimit: oktatest.NoRateLimit}
		options.Management.RateLimit, options.Management.AppRateLimit = oktatest.NoRateLimit, oktatest.NoRateLimit // it is set up dozens of times
		k := &killer{org: oktatest.NewOrg(options), done: done}
		server := httptest.NewServer(k)
		t.Cleanup(server.Close)
		before := k.org.Objects()
		for at := int32(1); ; at++ {
			out := filepath.Join(t.TempDir(), "files")
			args := []string{"--org", server.URL, "--out", out, "--yes"}
			killed := k.run(t, at, append([]string{"setup"}, args...)...)
			status, said := runProgram(t, append([]string{"setup"}, args...)...)
			require.Zero(t, status, said)
			k.run(t, at, append([]string{"teardown"}, args...)...)
			if _, err := os.Stat(filepath.Join(out, "setup.json")); err == nil {
				status, said = runProgram(t, append([]string{"teardown"}, args...)...)
				require.Zero(t, status, said)
			}
			require.Equal(t, before, k.org.Objects(), "killed at request %d", at)
			if !killed {
				require.Greater(t, at, int32(10))
				break
			}
		}
	}
}

// run runs a command that is killed at a request, and reports whether it was.
func (k *killer) run(t *testing.T, at int32, args ...string) (killed bool) {
	t.Helper()
	k.count.Store(0)
	k.at.Store(at)
	defer k.at.Store(0)
	victim := start(t, "okta-systemlog", args...)
	k.victim.Store(victim)
	status, _ := victim.awaitEnd(t)
	return status != 0
}
