// SPDX-License-Identifier: Apache-2.0

package generated

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// A collector that reads the key at that moment is waited for where it hinders, and another error is not.
func TestFilesAreReplacedWhileTheyAreRead(t *testing.T) {
	errHeld, errOther := errors.New("held"), errors.New("other")
	held := func(err error) bool { return errors.Is(err, errHeld) }
	for name, tc := range map[string]struct {
		fails func(after time.Duration) error
		want  error
		takes time.Duration
	}{
		"free":           {func(time.Duration) error { return nil }, nil, 0},
		"something else": {func(time.Duration) error { return errOther }, errOther, 0},
		"for a moment": {func(after time.Duration) error {
			if after < 100*time.Millisecond {
				return errHeld
			}
			return nil
		}, nil, 100 * time.Millisecond},
		"for ever": {func(time.Duration) error { return errHeld }, errHeld, replaceTime},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := whileHeld(held, func() error { return tc.fails(time.Since(began)) })
				assert.Equal(t, tc.want, err)
				assert.Equal(t, tc.takes, time.Since(began))
			})
		})
	}
}

func TestFileThatIsOpenIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, WriteFile(path, []byte("old"), 0o600))
	reader, err := os.Open(path)
	require.NoError(t, err)
	closed := make(chan error, 1)
	if runtime.GOOS == "windows" {
		time.AfterFunc(200*time.Millisecond, func() { closed <- reader.Close() })
	} else {
		closed <- nil
		defer reader.Close() //nolint:errcheck // opened for reading
	}
	require.NoError(t, WriteFile(path, []byte("new"), 0o600))
	require.NoError(t, <-closed)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "new", string(text))
	assert.NoFileExists(t, Part(path))
}

func TestPrivateFilesAreMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	file, err := createPrivate(path)
	require.NoError(t, err)
	_, err = file.WriteString("secret")
	require.NoError(t, err)
	require.NoError(t, file.Close())
	_, err = createPrivate(path)
	require.ErrorIs(t, err, fs.ErrExist)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "secret", string(text))
	_, err = createPrivate(filepath.Join(path, "below"))
	var of *fs.PathError
	require.ErrorAs(t, err, &of)
}

func TestTextsAsShellsTakeThem(t *testing.T) {
	for text, want := range map[string]string{
		`_build\okta-systemlog.exe`:    `_build\okta-systemlog.exe`,
		`C:\Program Files\okta\a.yaml`: `"C:\Program Files\okta\a.yaml"`,
		`C:\okta\collector.yaml`:       `C:\okta\collector.yaml`,
		`\\server\share\okta`:          `\\server\share\okta`,
		`the "best" app`:               `"the \"best\" app"`,
		"":                             `""`,
	} {
		assert.Equal(t, want, shellOfWindows(text), text)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for text, want := range map[string]string{
		"/etc/okta/collector.yaml": "/etc/okta/collector.yaml",
		"/my files/a.yaml":         "'/my files/a.yaml'",
		"it's":                     `'it'\''s'`,
		"":                         "''",
	} {
		assert.Equal(t, want, Shell(text), text)
	}
}

// A path of Windows has what YAML takes for escapes, and a drive that could be a scheme.
func TestPathsInTheConfigurationAreReadAsTheyAre(t *testing.T) {
	for _, path := range []string{`C:\new\table\okta.json`, `\\server\share\${env:X}\u0041`, "/etc/okta/it's: #1", "C:/okta"} {
		text, err := YAML(path)
		require.NoError(t, err)
		resolver, err := otelcol.Resolver([]string{"yaml:path: " + text}, io.Discard)
		require.NoError(t, err)
		resolved, err := resolver.Resolve(t.Context())
		require.NoError(t, err)
		assert.Equal(t, path, resolved.Get("path"))
	}
}
