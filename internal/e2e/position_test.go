// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// resumes starts the collector, which resumes from what is stored, until so many records have arrived.
func (r *recovery) resumes(t *testing.T, records int) {
	t.Helper()
	p := r.start(t)
	p.awaitPrinted(t, "Polling resumes from the stored position", 1)
	require.Zero(t, p.printed("Polling rewinds"), "the position belongs to the query")
	r.wait(t, records)
	p.stop(t)
	require.Len(t, r.read(t), records)
}

// requireTimes requires that each event that was persisted since a time has arrived so often, and each other one once.
func (r *recovery) requireTimes(t *testing.T, since time.Time, times int) {
	t.Helper()
	arrived := r.arrivals(r.read(t))
	for event := range r.org.Events() {
		want := 1
		if !event.Persisted.Before(since) {
			want = times
		}
		assert.Equal(t, want, arrived[event.UUID], event.Persisted)
	}
}

// positionCommand runs a command of okta-systemlog position that is to succeed.
func (r *recovery) positionCommand(t *testing.T, args ...string) (said string) {
	t.Helper()
	status, said := runProgram(t, append([]string{"position"}, args...)...)
	require.Zero(t, status, said)
	return said
}

// documented runs the command that the documents have for what happened, with the operator's own names for those in it.
func (r *recovery) documented(t *testing.T, happened string, names ...string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "receiver/oktasystemlogreceiver/docs/operating.md"))
	require.NoError(t, err)
	row := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(happened) + ".* \\| `okta-systemlog position ([^`]+)` \\|$").FindStringSubmatch(string(text))
	require.NotEmpty(t, row, happened)
	for i := 0; i < len(names); i += 2 {
		require.Contains(t, row[1], names[i])
	}
	command := strings.NewReplacer(append(names, "config.yaml", r.config)...).Replace(row[1])
	r.positionCommand(t, append(strings.Fields(command), "--yes")...)
}

// An operator who renames a receiver, moves its directory, and wants events again, loses nothing and has nothing twice
// but what was asked for.
func TestProgramHandlesPositions(t *testing.T) {
	r := newRecovery(t) // it has delivered 20 events
	p := r.start(t)
	p.awaitPrinted(t, "Polling resumes from the stored position", 1)
	status, said := runProgram(t, "position", "show", "--config", r.config)
	assert.Equal(t, 1, status)
	assert.Contains(t, said, "most likely the running collector: stop it first")
	p.stop(t)
	said = r.positionCommand(t, "show", "--config", r.config)
	assert.Contains(t, said, "which the receiver polls")
	assert.Contains(t, said, "the ids of 20 events are remembered")

	// The receiver is renamed.
	r.edit(t, "okta_systemlog:", "okta_systemlog/prod:")
	r.edit(t, "[okta_systemlog]", "[okta_systemlog/prod]")
	r.happen(20)
	said = r.positionCommand(t, "show", "--config", r.config)
	assert.Contains(t, said, "lies a file of okta_systemlog, which the configuration does not have")
	r.documented(t, "The receiver was renamed", "okta_systemlog/acme", "okta_systemlog/prod")
	assert.NoFileExists(t, r.stored(""))
	r.resumes(t, 40)
	r.requireTimes(t, time.Time{}, 1)

	// It moves to another machine, where its directory was copied to, and has another directory there.
	before := filepath.Dir(r.stored(""))
	copied, now := filepath.Join(filepath.Dir(before), "copied"), filepath.Join(filepath.Dir(before), "moved")
	require.NoError(t, os.CopyFS(copied, os.DirFS(before)))
	require.NoError(t, os.RemoveAll(before))
	require.NoError(t, os.Mkdir(now, 0o750))
	r.edit(t, "directory: "+before, "directory: "+now)
	r.happen(20)
	r.documented(t, "The directory of the storage was changed", "--from okta_systemlog ", "--from okta_systemlog/prod ", "/old/directory", copied)
	r.resumes(t, 60)
	r.requireTimes(t, time.Time{}, 1)

	// What a backend has lost is asked for again, from the middle of it.
	var at time.Time
	n := 0
	for event := range r.org.Events() {
		if n++; n == 45 {
			at = event.Persisted.Truncate(time.Millisecond) // as precise as a position is
		}
	}
	again := 0
	for event := range r.org.Events() {
		if !event.Persisted.Before(at) {
			again++
		}
	}
	r.documented(t, "A backend has lost events since a time", "2026-11-21T00:00:00Z", at.Format(time.RFC3339Nano))
	r.resumes(t, 60+again)
	r.requireTimes(t, at, 2)

	// Without a position it begins at start_at.
	r.documented(t, "The receiver is to begin at `start_at`")
	r.edit(t, "start_at: end", "start_at: -"+okta.Retention.String())
	p = r.start(t)
	p.awaitPrinted(t, "Polling begins at start_at", 1)
	r.wait(t, 120+again)
	p.stop(t)
	copies, err := filepath.Glob(filepath.Join(now, "*.before-*"))
	require.NoError(t, err)
	assert.Len(t, copies, 2, "of set and reset")
}

// What kills a move at any moment leaves the position where it was, or where it is to be, and the next try completes
// it.
func TestKilledMovesAreCompleted(t *testing.T) {
	r := newRecovery(t)
	random := newRandom(t)
	names := []string{"okta_systemlog", "okta_systemlog/prod"}
	args := func(n int) []string {
		return []string{"position", "move", "--config", r.config, "--from", names[n%2], "--to", names[(n+1)%2], "--yes"}
	}
	const moves = 21 // an odd number leads to the other name
	killed := 0
	for n := range moves {
		victim := start(t, "okta-systemlog", args(n)...)
		select {
		case <-victim.done:
		case <-time.After(time.Duration(random.Int64N(int64(80 * time.Millisecond)))):
			_ = victim.cmd.Process.Kill()
			<-victim.done
		}
		if victim.cmd.ProcessState.Success() {
			continue
		}
		killed++
		if status, said := runProgram(t, args(n)...); status != 0 {
			// It was done but for the exit.
			require.Contains(t, said, "name the one with --from")
		}
	}
	t.Logf("%d of %d moves were killed", killed, moves)
	r.edit(t, "okta_systemlog:", names[1]+":")
	r.edit(t, "[okta_systemlog]", "["+names[1]+"]")
	r.happen(20)
	r.resumes(t, 40)
	r.requireTimes(t, time.Time{}, 1)
}
