// SPDX-License-Identifier: Apache-2.0

package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

func TestFileIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	args := append([]string{"--output", path}, farAway...)
	one := header + "a,a.okta.com,/a\n"
	read := func() string {
		t.Helper()
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(text)
	}
	ended := run(t, one, args...)
	require.Equal(t, exit.Good, ended.status, ended.complained)
	assert.Empty(t, ended.said)
	assert.Equal(t, run(t, one, farAway...).said, read(), "it is what is printed without --output")
	if info, err := os.Stat(path); assert.NoError(t, err) && runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o644), info.Mode().Perm(), "there is no secret in it, and the collector's user reads it")
	}

	// Another org comes.
	ended = run(t, one+"b,b.okta.com,/b\n", args...)
	require.Equal(t, exit.Good, ended.status, ended.complained)
	assert.Contains(t, read(), "okta_systemlog/b")

	// A file that is wrong leaves what is there.
	before := read()
	assert.Equal(t, exit.Failed, run(t, header+"a,,\n", args...).status)
	assert.Equal(t, before, read())
	leftovers, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, leftovers, 1)
}

func TestFileOfSomebodyElseIsLeftAsItIs(t *testing.T) {
	one := header + "a,a.okta.com,/a\n"
	written := run(t, one, farAway...).said
	for name, there := range map[string]string{
		"another file":         "receivers: {}\n",
		"an empty one":         "",
		"one that was added":   written + "# mine\n",
		"one that was changed": strings.Replace(written, "a.okta.com", "b.okta.com", 1),
		"without its sum":      strings.Replace(written, "# sha256", "# sha", 1),
	} {
		path := filepath.Join(t.TempDir(), "config.yaml")
		require.NoError(t, os.WriteFile(path, []byte(there), 0o600))
		args := append([]string{"--output", path}, farAway...)
		ended := run(t, one, args...)
		assert.Equal(t, exit.Usage, ended.status, name)
		assert.Contains(t, ended.complained, "was changed since this command wrote it, or was not written by it: name another file with --output, or add --overwrite")
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, there, string(text), name)

		require.Equal(t, exit.Good, run(t, one, append(args, "--overwrite")...).status, name)
		text, err = os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, written, string(text))
	}
	ended := run(t, one, append([]string{"--output", t.TempDir()}, farAway...)...)
	assert.Equal(t, exit.Failed, ended.status)
	ended = run(t, one, append([]string{"--output", filepath.Join(t.TempDir(), "none", "x.yaml")}, farAway...)...)
	assert.Equal(t, exit.Failed, ended.status)
}

// The comment stays one, whatever files are called.
func TestCommentIsAComment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "o'r\ngs: &x.csv")
	require.NoError(t, os.WriteFile(path, []byte(header+"a,a.okta.com,/a\n"), 0o600))
	ended := runWith(t, "--orgs", path, "--endpoint", "otel:4317", "--storage", "/data x")
	require.Equal(t, exit.Good, ended.status, ended.complained)
	comment, _, _ := strings.Cut(ended.said, "receivers:")
	for line := range strings.Lines(comment) {
		assert.True(t, strings.HasPrefix(line, "#"), "%q", line)
	}
	assert.Contains(t, comment, "config \\\n#     --orgs 'o'\\''rgs: &x.csv' \\\n#     --endpoint otel:4317 \\\n#     --storage '/data x'\n#\n")
}
