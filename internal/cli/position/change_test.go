// SPDX-License-Identifier: Apache-2.0

package position

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

func since(at time.Time) string { return query.Since(at).String() }

func TestSetBeginsAtATime(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "of-acme", 1, 2)
	store(t, directory, "okta_systemlog", other, "of-other", 3)
	file := config(t, directory, "okta_systemlog")
	begin := time.Now().Add(-48 * time.Hour).UTC().Truncate(time.Second)

	said, err := call(t, "set", "--config", file, "--at", begin.Format(time.RFC3339))
	require.NoError(t, err)
	before, after, found := strings.Cut(said, "okta_systemlog after\n")
	require.True(t, found, said)
	assert.Contains(t, before, "the cursor of-acme")
	assert.Contains(t, after, "the events since "+begin.Format("2006-01-02T15:04:05.000Z"))
	assert.Contains(t, after, "the ids of 0 events")
	assert.Contains(t, after, "A copy of the file as it was is "+fileOf(t, directory, "okta_systemlog")+".before-set-")
	requireStored(t, directory, "okta_systemlog", acme, since(begin))
	requireStored(t, directory, "okta_systemlog", other, cursor("of-other"), 3)

	// The copy is the file as it was.
	_, copied, _ := strings.Cut(after, "as it was is ")
	copied, _, _ = strings.Cut(copied, "\n")
	require.NoError(t, os.Rename(copied, fileOf(t, directory, "okta_systemlog")))
	requireStored(t, directory, "okta_systemlog", acme, cursor("of-acme"), 1, 2)
}

func TestSetTakesTimesAsStartAtDoes(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "n", 1)
	file := config(t, directory, "okta_systemlog")
	for at, ago := range map[string]time.Duration{"-24h": 24 * time.Hour, "end": 0, "beginning": 90 * 24 * time.Hour} {
		var out changed
		called := time.Now()
		require.NoError(t, callJSON(t, &out, "set", "--config", file, "--yes", "--at", at))
		got, err := time.Parse(time.RFC3339, out.After[0].Histories[0].Since)
		require.NoError(t, err)
		assert.WithinDuration(t, called.Add(-ago), got, time.Minute, at)
		assert.True(t, out.OK)
		assert.Len(t, out.Copies, 1)
		assert.Equal(t, got, out.After[0].Histories[0].Start, "no rewind goes further back")
		assert.Zero(t, out.After[0].Histories[0].Newest)
	}
}

func TestResetRemovesThePositionOfTheOrgOnly(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "of-acme", 1, 2)
	store(t, directory, "okta_systemlog", other, "of-other", 3)
	said, err := call(t, "reset", "--config", config(t, directory, "okta_systemlog"))
	require.NoError(t, err)
	assert.Contains(t, said, ".before-reset-")
	requireStored(t, directory, "okta_systemlog", acme, "")
	requireStored(t, directory, "okta_systemlog", other, cursor("of-other"), 3)
}

func TestNothingIsChangedWithoutAYes(t *testing.T) {
	for _, args := range [][]string{{"set", "--at", "-1h"}, {"reset"}, {"move", "--from", "okta_systemlog", "--to", "okta_systemlog/b"}} {
		for _, with := range []string{"n\n", "", "\n"} {
			directory := t.TempDir()
			store(t, directory, "okta_systemlog", acme, "n", 1)
			said, err := answer(t, with, append(args, "--config", config(t, directory, "okta_systemlog"))...)
			require.ErrorContains(t, err, "nothing was changed: answer y, or call it with --yes")
			assert.Equal(t, exit.Usage, exit.Status(err))
			assert.Contains(t, said, " after\n")
			requireStored(t, directory, "okta_systemlog", acme, cursor("n"), 1)
			left, err := os.ReadDir(directory)
			require.NoError(t, err)
			assert.Len(t, left, 1)
		}
	}
}

// What can't be changed is left as it is, and its remedy is said.
func TestWhatCannotBeChanged(t *testing.T) {
	newer := func(t *testing.T, directory string) {
		c := client(t, directory, "okta_systemlog")
		require.NoError(t, c.Set(t.Context(), "position", []byte(`{"version":2}`)))
		require.NoError(t, c.Close(t.Context()))
	}
	nothing := func(*testing.T, string) {}
	set, reset, move := []string{"set", "--at", "-1h"}, []string{"reset"}, []string{"move", "--from", "okta_systemlog", "--to", "okta_systemlog/b"}
	for name, tc := range map[string]struct {
		args  []string
		store func(t *testing.T, directory string)
		says  string
	}{
		"set of nothing":       {set, nothing, "start_at says where okta_systemlog begins"},
		"reset of nothing":     {reset, nothing, "start_at says where okta_systemlog begins"},
		"move of nothing":      {move, nothing, "has no file of an okta_systemlog receiver: name the directory that has it with --from-dir"},
		"move of another name": {move, func(t *testing.T, d string) { store(t, d, "okta_systemlog/c", acme, "n") }, "has files of [okta_systemlog/c]: name the one with --from"},
		"set of another org":   {set, func(t *testing.T, d string) { store(t, d, "okta_systemlog", other, "n") }, "no position is stored of acme.okta.com: start_at"},
		"reset of another org": {reset, func(t *testing.T, d string) { store(t, d, "okta_systemlog", other, "n") }, "no position is stored of acme.okta.com: start_at"},
		"move of no position": {move, func(t *testing.T, d string) {
			c := client(t, d, "okta_systemlog")
			require.NoError(t, c.Set(t.Context(), "started", []byte("{}")))
			require.NoError(t, c.Close(t.Context()))
		}, "no position is stored for okta_systemlog"},
		"set of a newer version":   {set, newer, "is left as it is: the stored position can't be used: a newer version wrote it"},
		"reset of a newer version": {reset, newer, "run the version of the receiver that wrote it"},
		"move of a newer version":  {move, newer, "run the version of the receiver that wrote it"},
		"set beside a collector":   {set, func(t *testing.T, d string) { client(t, d, "okta_systemlog") }, "the running collector: stop it first"},
		"reset beside a collector": {reset, func(t *testing.T, d string) { client(t, d, "okta_systemlog") }, "the running collector: stop it first"},
		"move beside a collector":  {move, func(t *testing.T, d string) { client(t, d, "okta_systemlog") }, "the running collector: stop it first"},
		"move to a held file": {move, func(t *testing.T, d string) {
			store(t, d, "okta_systemlog", acme, "n")
			client(t, d, "okta_systemlog/b")
		}, "the running collector: stop it first"},
	} {
		t.Run(name, func(t *testing.T) {
			directory := t.TempDir()
			tc.store(t, directory)
			before, err := os.ReadDir(directory)
			require.NoError(t, err)
			_, err = call(t, append(tc.args, "--config", config(t, directory, "okta_systemlog"))...)
			require.ErrorContains(t, err, tc.says)
			after, err := os.ReadDir(directory)
			require.NoError(t, err)
			assert.Len(t, after, len(before), "no copy, and no new file")
		})
	}
}

// A record that is corrupt is what reset is for: the copy keeps it.
func TestResetOfACorruptRecord(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "n", 1)
	c := client(t, directory, "okta_systemlog")
	require.NoError(t, c.Set(t.Context(), "position", []byte("corrupt")))
	require.NoError(t, c.Close(t.Context()))
	file := config(t, directory, "okta_systemlog")
	_, err := call(t, "set", "--at", "-1h", "--config", file)
	require.ErrorContains(t, err, "it is not a record of this receiver")
	_, err = call(t, "reset", "--config", file)
	require.NoError(t, err)
	requireStored(t, directory, "okta_systemlog", acme, "")
}

func TestCopyThatCannotBeMadeEndsTheChange(t *testing.T) {
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("root may write everywhere, and modes mean nothing to Windows")
	}
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "n", 1)
	require.NoError(t, os.Chmod(directory, 0o500))
	t.Cleanup(func() { _ = os.Chmod(directory, 0o700) })
	_, err := call(t, "reset", "--config", config(t, directory, "okta_systemlog"))
	require.ErrorContains(t, err, "nothing was changed: make a copy of")
	require.NoError(t, os.Chmod(directory, 0o700))
	requireStored(t, directory, "okta_systemlog", acme, cursor("n"), 1)
}
