// SPDX-License-Identifier: Apache-2.0

package position

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

func TestShowSaysWhatIsStored(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "of-acme", 1, 2)
	store(t, directory, "okta_systemlog", other, "of-other", 3)
	before, err := os.ReadFile(fileOf(t, directory, "okta_systemlog"))
	require.NoError(t, err)
	file := config(t, directory, "okta_systemlog", "okta_systemlog/new")

	said, err := call(t, "show", "--config", file)
	require.NoError(t, err)
	for _, words := range []string{
		"okta_systemlog\n", fileOf(t, directory, "okta_systemlog"), "acme.okta.com, which the receiver polls", "other.okta.com\n",
		"the cursor of-acme", "2026-11-21T12:00:00Z, ", "the ids of 2 events", "the ids of 1 events",
		"okta_systemlog/new\n", "none, polling begins at start_at",
	} {
		assert.Contains(t, said, words)
	}
	assert.NotContains(t, said, "lies a file of")

	var out shown
	require.NoError(t, callJSON(t, &out, "show", "--config", file, "okta_systemlog"))
	assert.True(t, out.OK)
	require.Len(t, out.Receivers, 1)
	require.Len(t, out.Receivers[0].Histories, 2)
	h := out.Receivers[0].Histories[0]
	assert.Positive(t, h.Age)
	h.Age = 0
	assert.Equal(t, history{Org: acme, Polled: true, Cursor: "of-acme", Start: noon.Add(-60 * 60e9), Newest: noon, Answered: noon.Add(60e9), Remembered: 2}, h)

	after, err := os.ReadFile(fileOf(t, directory, "okta_systemlog"))
	require.NoError(t, err)
	assert.Equal(t, before, after)
	assert.NoFileExists(t, fileOf(t, directory, "okta_systemlog/new"))
}

func TestShowOfReplicasHasTheEpoch(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "n", 1)
	c := client(t, directory, "okta_systemlog")
	_, err := checkpoint.OpenFenced(t.Context(), c, acme, zap.NewNop())
	require.NoError(t, err)
	require.NoError(t, c.Close(t.Context()))
	var out shown
	require.NoError(t, callJSON(t, &out, "show", "--config", config(t, directory, "okta_systemlog")))
	assert.Regexp(t, "^1-", out.Receivers[0].Histories[0].Epoch)
	assert.Equal(t, 1, out.Receivers[0].Histories[0].Remembered)
}

// What an event hook alone has delivered has no place in the System Log.
func TestShowOfAHookOnly(t *testing.T) {
	directory := t.TempDir()
	c := client(t, directory, "okta_systemlog")
	s, err := checkpoint.Open(t.Context(), c, acme, zap.NewNop())
	require.NoError(t, err)
	require.NoError(t, s.Commit(t.Context(), checkpoint.Position{Query: "event_hook", Next: "event_hook", Start: noon}, checkpoint.Delivered{}, checkpoint.KeepAll()))
	require.NoError(t, c.Close(t.Context()))
	said, err := call(t, "show", "--config", config(t, directory, "okta_systemlog"))
	require.NoError(t, err)
	assert.Contains(t, said, "events came from the event hook alone")
	assert.Contains(t, said, "none yet\n")
}

func TestShowNamesWhatWasLeftBehind(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "n")
	store(t, directory, "okta_systemlog/acme", acme, "n")
	said, err := call(t, "show", "--config", config(t, directory, "okta_systemlog/acme"))
	require.NoError(t, err)
	assert.Contains(t, said, "lies a file of okta_systemlog, which the configuration does not have")
	assert.Contains(t, said, "position move --from okta_systemlog --to ")
}

func TestShowTellsReplaysFromWhatWasLeftBehind(t *testing.T) {
	directory := t.TempDir()
	store(t, directory, "okta_systemlog", acme, "n")
	c := client(t, directory, "okta_systemlog/replay")
	s, err := checkpoint.Open(t.Context(), c, acme, zap.NewNop(), checkpoint.Replay("2026-11-18T00:00:00Z..2026-11-21T00:00:00Z"))
	require.NoError(t, err)
	require.NoError(t, s.Commit(t.Context(), checkpoint.Position{Query: query.Fingerprint(), Next: cursor("r"), Start: noon}, checkpoint.Delivered{}, checkpoint.KeepAll()))
	require.NoError(t, c.Close(t.Context()))
	path := config(t, directory, "okta_systemlog")
	said, err := call(t, "show", "--config", path)
	require.NoError(t, err)
	assert.Contains(t, said, "lies a file of okta_systemlog/replay, with no position in the log: that of a replay")
	assert.NotContains(t, said, "position move")
	var out shown
	require.NoError(t, callJSON(t, &out, "show", "--config", path))
	assert.Equal(t, []string{"okta_systemlog/replay"}, out.Replays)
	assert.Empty(t, out.LeftBehind)
}

func TestShowSaysWhyNothingCanBeRead(t *testing.T) {
	for name, tc := range map[string]struct {
		config func(t *testing.T, directory string) string
		spoil  func(t *testing.T, directory string)
		says   []string
	}{
		"a running collector": {
			spoil: func(t *testing.T, directory string) { client(t, directory, "okta_systemlog") },
			says:  []string{"another process holds the storage file", "the running collector: stop it", "otelcol_okta_systemlog_lag"},
		},
		"a damaged file": {
			spoil: func(t *testing.T, directory string) {
				require.NoError(t, os.WriteFile(fileOf(t, directory, "okta_systemlog"), []byte(strings.Repeat("x", 1<<15)), 0o600))
			},
			says: []string{"the storage file is damaged", "restore it from a copy"},
		},
		"another storage": {
			config: func(t *testing.T, _ string) string {
				return configWith(t, "  redis_storage: {endpoint: localhost:6379}\n", "https://"+acme, "redis_storage", "okta_systemlog")
			},
			says: []string{"is kept by redis_storage: only that of a file_storage can be read", "metrics"},
		},
		"no storage": {
			config: func(t *testing.T, _ string) string {
				return configWith(t, "  x: {}\n", "https://"+acme, "", "okta_systemlog")
			},
			says: []string{"no storage is set", "set storage to a file_storage"},
		},
		"a storage that is not there": {
			config: func(t *testing.T, _ string) string {
				return configWith(t, "  x: {}\n", "https://"+acme, "file_storage/x", "okta_systemlog")
			},
			says: []string{`there is no extension "file_storage/x": define it`},
		},
		"a storage with a mistake": {
			config: func(t *testing.T, _ string) string {
				return configWith(t, "  file_storage: {direktory: x}\n", "https://"+acme, "file_storage", "okta_systemlog")
			},
			says: []string{"direktory", "correct the configuration of file_storage"},
		},
		"an org_url that is none": {
			config: func(t *testing.T, directory string) string {
				return configWith(t, "  file_storage: {directory: "+directory+"}\n", "ftp://x", "file_storage", "okta_systemlog")
			},
			says: []string{"org_url"},
		},
		"a newer version": {
			spoil: func(t *testing.T, directory string) {
				c := client(t, directory, "okta_systemlog")
				require.NoError(t, c.Set(t.Context(), "position", []byte(`{"version":2}`)))
				require.NoError(t, c.Close(t.Context()))
			},
			says: []string{"a newer version wrote it", "run the version"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			directory := t.TempDir()
			if tc.config == nil {
				tc.config = func(t *testing.T, directory string) string { return config(t, directory, "okta_systemlog") }
			}
			if tc.spoil != nil {
				tc.spoil(t, directory)
			}
			file := tc.config(t, directory)
			said, err := call(t, "show", "--config", file)
			require.ErrorIs(t, err, exit.ErrSaid)
			var out shown
			require.ErrorIs(t, callJSON(t, &out, "show", "--config", file), exit.ErrSaid)
			assert.False(t, out.OK)
			for _, words := range tc.says {
				assert.Contains(t, said, words)
			}
		})
	}
}

func TestWrongCalls(t *testing.T) {
	directory := t.TempDir()
	one, two := config(t, directory, "okta_systemlog"), config(t, directory, "okta_systemlog", "okta_systemlog/b")
	for name, tc := range map[string]struct {
		args []string
		says string
	}{
		"a command":                {[]string{"shwo"}, `there is no command "shwo": position --help lists them`},
		"no configuration":         {[]string{"show"}, "no configuration is named: use --config"},
		"no id":                    {[]string{"show", "--config", one, "a b c/"}, "is not the id of a receiver"},
		"another receiver":         {[]string{"show", "--config", one, "okta_systemlog/x"}, "has no receiver okta_systemlog/x: name one of okta_systemlog"},
		"set another receiver":     {[]string{"set", "--config", one, "--at", "-1h", "okta_systemlog/x"}, "name one of okta_systemlog"},
		"several receivers":        {[]string{"reset", "--config", two}, "has several receivers: name one of okta_systemlog, okta_systemlog/b"},
		"two at a time":            {[]string{"reset", "--config", two, "okta_systemlog", "okta_systemlog/b"}, "one receiver at a time"},
		"json without yes":         {[]string{"reset", "--config", one, "--json"}, "--json asks nothing: add --yes"},
		"no time":                  {[]string{"set", "--config", one}, "no time is named: use --at"},
		"a wrong time":             {[]string{"set", "--config", one, "--at", "yesterday"}, `--at is "yesterday": use a time such as`},
		"a time in the future":     {[]string{"set", "--config", one, "--at", "2999-01-01"}, "is in the future: use a time that has passed"},
		"no source":                {[]string{"move", "--config", one}, "no receiver is named: use --from"},
		"the same name":            {[]string{"move", "--config", one, "--from", "okta_systemlog"}, "the same file: name another id"},
		"an argument":              {[]string{"move", "--config", one, "okta_systemlog"}, "every setting is a flag"},
		"two strangers":            {[]string{"move", "--config", one, "--from", "okta_systemlog/a", "--to", "okta_systemlog/b"}, "neither okta_systemlog/b nor okta_systemlog/a"},
		"directories without ids":  {[]string{"move", "--from-dir", directory, "--to-dir", directory}, "use --from"},
		"a directory and no other": {[]string{"move", "--from", "okta_systemlog", "--from-dir", directory}, "no configuration is named"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := call(t, tc.args...)
			require.ErrorContains(t, err, tc.says)
			assert.Equal(t, exit.Usage, exit.Status(err))
		})
	}
	_, err := call(t, "show", "--config", configWith(t, "  x: {}\n", "x", ""))
	require.ErrorContains(t, err, "has no receiver okta_systemlog: define it")
	_, err = call(t, "show", "--config", "/no/such/file")
	require.ErrorContains(t, err, "the configuration can't be read")
}
