// SPDX-License-Identifier: Apache-2.0

package position

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
)

func TestMoveToANewName(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "of-acme", 1, 2)
	store(t, directory, "okta_systemlog", other, "of-other", 3)
	said, err := call(t, "move", "--config", config(t, directory, "okta_systemlog/acme"), "--from", "okta_systemlog", "--to", "okta_systemlog/acme")
	require.NoError(t, err)
	assert.Contains(t, said, "okta_systemlog/acme before\n")
	assert.Contains(t, said, "okta_systemlog after\n")
	requireStored(t, directory, "okta_systemlog/acme", acme, cursor("of-acme"), 1, 2)
	requireStored(t, directory, "okta_systemlog/acme", other, cursor("of-other"), 3)
	assert.NoFileExists(t, fileOf(t, directory, "okta_systemlog"))
	copies, err := filepath.Glob(fileOf(t, directory, "okta_systemlog") + ".before-move-*")
	require.NoError(t, err)
	assert.Len(t, copies, 1)
	info, err := os.Stat(fileOf(t, directory, "okta_systemlog/acme"))
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Zero(t, info.Mode().Perm()&0o077)
	}
}

func TestMoveBetweenDirectories(t *testing.T) {
	for name, args := range map[string]func(t *testing.T, before, now string) []string{
		"the configuration has the new one": func(t *testing.T, before, now string) []string {
			return []string{"--config", config(t, now, "okta_systemlog"), "--from-dir", before}
		},
		"the configuration has the old one": func(t *testing.T, before, now string) []string {
			return []string{"--config", config(t, before, "okta_systemlog"), "--to-dir", now}
		},
		"without a configuration": func(_ *testing.T, before, now string) []string {
			return []string{"--from-dir", before, "--to-dir", now}
		},
	} {
		t.Run(name, func(t *testing.T) {
			before, now := t.TempDir(), t.TempDir()
			store(t, before, "okta_systemlog", acme, "n", 1)
			var out changed
			require.NoError(t, callJSON(t, &out, append([]string{"move", "--yes", "--from", "okta_systemlog"}, args(t, before, now)...)...))
			require.Len(t, out.Copies, 1)
			assert.Empty(t, out.Before[0].Histories)
			assert.Len(t, out.After[0].Histories, 1)
			assert.Empty(t, out.After[1].Histories)
			requireStored(t, now, "okta_systemlog", acme, cursor("n"), 1)
		})
	}
	missing := filepath.Join(t.TempDir(), "missing")
	before := t.TempDir()
	store(t, before, "okta_systemlog", acme, "n", 1)
	_, err := call(t, "move", "--from", "okta_systemlog", "--from-dir", before, "--to-dir", missing)
	require.ErrorContains(t, err, "there is no directory "+missing+": make it, and let it belong to the collector's user")
}

// The new receiver may have begun before anybody saw what was left behind.
func TestMoveOverAPositionOfTheSameOrg(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "before", 1, 2)
	store(t, directory, "okta_systemlog/acme", acme, "begun-anew", 2, 9)
	store(t, directory, "okta_systemlog/acme", other, "of-other", 3)
	args := []string{"move", "--config", config(t, directory, "okta_systemlog/acme"), "--from", "okta_systemlog", "--to", "okta_systemlog/acme"}
	_, err := call(t, args...)
	require.ErrorContains(t, err, "okta_systemlog/acme has a position of acme.okta.com already, with 2 remembered events, the newest of 2026-11-21T12:00:00Z: --overwrite replaces it")
	requireStored(t, directory, "okta_systemlog/acme", acme, cursor("begun-anew"), 2, 9)
	requireStored(t, directory, "okta_systemlog", acme, cursor("before"), 1, 2)

	_, err = call(t, append(args, "--overwrite")...)
	require.NoError(t, err)
	requireStored(t, directory, "okta_systemlog/acme", acme, cursor("before"), 1, 2, 9)
	requireStored(t, directory, "okta_systemlog/acme", other, cursor("of-other"), 3)
	copies, err := filepath.Glob(filepath.Join(directory, "*.before-move-*"))
	require.NoError(t, err)
	assert.Len(t, copies, 2, "one of each file")
}

// What ends a move between its two transactions leaves the position at both ends; the same command completes it.
func TestMoveThatWasBrokenOffIsCompleted(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "n", 1, 2)
	from, to := client(t, directory, "okta_systemlog"), client(t, directory, "okta_systemlog/acme")
	entries, err := checkpoint.Entries(t.Context(), from.(checkpoint.Listed), zap.NewNop())
	require.NoError(t, err)
	require.NoError(t, checkpoint.Transfer(t.Context(), entries, to, nil))
	require.NoError(t, from.Close(t.Context()))
	require.NoError(t, to.Close(t.Context()))

	_, err = call(t, "move", "--config", config(t, directory, "okta_systemlog/acme"), "--from", "okta_systemlog", "--to", "okta_systemlog/acme")
	require.NoError(t, err)
	requireStored(t, directory, "okta_systemlog/acme", acme, cursor("n"), 1, 2)
	assert.NoFileExists(t, fileOf(t, directory, "okta_systemlog"))
}

func TestMoveOfWhatIsNotInAFile(t *testing.T) {
	directory := t.TempDir()
	redis := configWith(t, "  redis_storage: {endpoint: localhost:6379}\n", "https://"+acme, "redis_storage", "okta_systemlog")
	_, err := call(t, "move", "--config", redis, "--from", "okta_systemlog", "--to-dir", directory)
	require.ErrorContains(t, err, "only that of a file_storage can be read and changed here")
}

// Who uses a storage beside the receiver keeps what it has there.
func TestMoveLeavesWhatItDoesNotKnow(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "n", 1)
	c := client(t, directory, "okta_systemlog")
	require.NoError(t, c.Set(t.Context(), "of somebody else", []byte("x")))
	require.NoError(t, c.Close(t.Context()))
	_, err := call(t, "move", "--config", config(t, directory, "okta_systemlog"), "--from", "okta_systemlog", "--to", "okta_systemlog/b")
	require.NoError(t, err)
	c = client(t, directory, "okta_systemlog")
	value, err := c.Get(t.Context(), "of somebody else")
	require.NoError(t, err)
	assert.Equal(t, "x", string(value))
	require.NoError(t, c.Close(t.Context()))
	requireStored(t, directory, "okta_systemlog", acme, "")
}
