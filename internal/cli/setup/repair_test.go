// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// change sends a request as an admin who works in the Admin Console meanwhile.
func (d *desk) change(method, path, body string) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, strings.NewReader(body))
	require.NoError(d.t, err)
	request.Header.Set("Authorization", "SSWS "+oktatest.DefaultAdminToken)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(d.t, err)
	require.NoError(d.t, answer.Body.Close())
	require.Equal(d.t, 2, answer.StatusCode/100, "%s %s", method, path)
}

// A secret that was lost is replaced in Okta as well, also when the first try of that meets a failure.
func TestLostHookSecretIsReplacedInOkta(t *testing.T) {
	t.Parallel()
	for _, lose := range []func(string) error{os.Remove, func(path string) error { return os.WriteFile(path, []byte("\n"), 0o600) }} {
		d := newDesk(t, oktatest.Options{})
		d.setup(withHook[1:]...)
		require.NoError(t, lose(filepath.Join(d.out, secretFile)))
		failed := false
		d.meets(func(w http.ResponseWriter, r *http.Request, org http.Handler) {
			if !failed && r.Method == http.MethodPut {
				failed = true
				answers(http.StatusServiceUnavailable, "E0000009").do(w, r, org)
				return
			}
			org.ServeHTTP(w, r)
		})
		d.setup()
		assert.True(t, failed)
		secret, err := os.ReadFile(filepath.Join(d.out, secretFile))
		require.NoError(t, err)
		last := ""
		for _, request := range d.org.Requests() {
			if request.Method == http.MethodPut && request.Status/100 == 2 {
				last = string(request.Body)
			}
		}
		assert.Contains(t, last, `"value":"`+string(secret)+`"`)
	}
}

// The app is found by its id when its label has changed, and another app has its label.
func TestAppIsFoundUnderAnotherLabel(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	before := d.org.Objects()
	d.setup()
	app := d.org.Objects()["app/"+d.record().AppID]
	d.change(http.MethodPut, "/api/v1/apps/"+d.record().AppID, strings.Replace(app, defaultName, "renamed", 1))
	other := &desk{t: t, org: d.org, url: d.url, out: filepath.Join(t.TempDir(), "other")}
	other.setup()
	d.setup()
	require.Equal(t, exit.Good, d.run(RotateCommand(), "--yes").status)
	torn := d.run(TeardownCommand(), "--yes")
	require.Equal(t, exit.Good, torn.status, torn.said)
	require.Equal(t, exit.Good, other.run(TeardownCommand(), "--yes").status)
	assert.Equal(t, before, d.org.Objects())
}

func TestLostRecordIsMadeAnewByTheKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	before := d.org.Objects()
	d.setup(withHook[1:]...)
	made := d.org.Objects()
	require.NoError(t, os.Remove(filepath.Join(d.out, recordFile)))
	d.setup(withHook[1:]...)
	assert.Equal(t, len(made), len(d.org.Objects()))
	require.Equal(t, exit.Good, d.run(TeardownCommand(), "--yes").status)
	assert.Equal(t, before, d.org.Objects())
}

// The key in the file is the one in use, whatever the record says.
func TestRestoredKeyIsInUse(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	path := filepath.Join(d.out, keyFile)
	first, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, exit.Good, d.run(RotateCommand(), "--yes").status)
	require.NoError(t, os.WriteFile(path, first, 0o600))
	ended := d.run(RotateCommand(), "--retire", "--yes")
	require.Equal(t, exit.Good, ended.status, ended.said)
	d.setup()
	assert.Equal(t, 1, count(d.org.Objects(), "key"))
	assert.Empty(t, d.record().ReplacedKeyIDs)
}

func TestBrokenOffRotationIsEndedFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	blocked := filepath.Join(directory(d.out).part(keyFile), "in the way")
	require.NoError(t, os.MkdirAll(blocked, 0o700))
	assert.Equal(t, exit.Failed, d.run(RotateCommand(), "--yes").status)
	ended := d.run(RotateCommand(), "--retire", "--yes")
	assert.Equal(t, exit.Usage, ended.status)
	assert.Contains(t, ended.said, "run okta-systemlog rotate to its end")
	require.NoError(t, os.RemoveAll(filepath.Dir(blocked)))
	require.Equal(t, exit.Good, d.run(RotateCommand(), "--yes").status)
	ended = d.run(RotateCommand(), "--retire", "--yes")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Equal(t, 1, count(d.org.Objects(), "key"))
	d.setup()
}

func TestConfigurationThatWasNotWrittenIsWritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	old := d.record().AppID
	d.change(http.MethodPost, "/api/v1/apps/"+old+"/lifecycle/deactivate", "")
	d.change(http.MethodDelete, "/api/v1/apps/"+old, "")
	blocked := filepath.Join(directory(d.out).part(configFile), "in the way")
	require.NoError(t, os.MkdirAll(blocked, 0o700))
	assert.Equal(t, exit.Failed, d.run(Command(), "--yes").status)
	require.NoError(t, os.RemoveAll(filepath.Dir(blocked)))
	d.setup()
	text, err := os.ReadFile(filepath.Join(d.out, configFile))
	require.NoError(t, err)
	assert.Contains(t, string(text), d.record().ClientID)
	assert.NotEqual(t, old, d.record().AppID)
}

// What a crash left, with any mode, does not become the mode of a key, and goes with the rest.
func TestWhatACrashLeftIsReplaced(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	require.NoError(t, os.MkdirAll(d.out, 0o700))
	part := directory(d.out).part(keyFile)
	require.NoError(t, os.WriteFile(part, []byte("x"), 0o600))
	require.NoError(t, os.Chmod(part, 0o666))
	d.setup()
	info, err := os.Stat(filepath.Join(d.out, keyFile))
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	}
	require.NoError(t, os.WriteFile(part, []byte("x"), 0o600))
	require.Equal(t, exit.Good, d.run(TeardownCommand(), "--yes").status)
	assert.NoDirExists(t, d.out)
}

// Texts of the org are printed without control characters and without the credential.
func TestTextsOfTheOrgArePrintable(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	d.meets(func(w http.ResponseWriter, r *http.Request, org http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/roles") {
			_, _ = fmt.Fprintf(w, `[{"id":"1","type":"REPORT_ADMIN","label":"\u001b[31m \u0007 %s"}]`, oktatest.DefaultAdminToken)
			return
		}
		org.ServeHTTP(w, r)
	})
	ended := d.run(TeardownCommand(), "--dry-run")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.NotContains(t, ended.said, "\x1b")
	assert.NotContains(t, ended.said, "\x07")
}

// A hook that can't be removed holds the app, by which the next run knows it.
func TestHookThatStaysHoldsTheApp(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	before := d.org.Objects()
	d.setup(append(withHook[1:], "--name", "lost")...)
	d.out = filepath.Join(t.TempDir(), "nothing")
	d.meets(func(w http.ResponseWriter, r *http.Request, org http.Handler) {
		if r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "eventHooks") {
			answers(http.StatusForbidden, "E0000006").do(w, r, org)
			return
		}
		org.ServeHTTP(w, r)
	})
	ended := d.run(TeardownCommand(), "--yes", "--name", "lost")
	assert.Equal(t, exit.Failed, ended.status)
	assert.Contains(t, ended.said, "- app")
	d.meets(nil)
	ended = d.run(TeardownCommand(), "--yes", "--name", "lost")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Equal(t, before, d.org.Objects())
}

// The same command completes a teardown with an event hook that is gone already.
func TestTeardownWithAHookThatIsGone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	before := d.org.Objects()
	d.setup()
	ended := d.run(TeardownCommand(), "--yes", "--event-hook", "gone")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Contains(t, ended.said, `the org has no event hook "gone"`)
	assert.Equal(t, before, d.org.Objects())
}

// With --json each outcome is one object.
func TestFailuresAreJSONToo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for name, args := range map[string][]string{
		"a file":      {"--out", file, "--yes"},
		"a long name": {"--name", strings.Repeat("a", 101), "--yes"},
		"an endpoint": {"--hook", "https://hooks.example.com", "--hook-endpoint", "8088", "--yes"},
		"a port":      {"--hook", "https://hooks.example.com:99999/", "--yes"},
	} {
		ended := d.run(Command(), append([]string{"--json"}, args...)...)
		assert.NotEqual(t, exit.Good, ended.status, name)
		assert.True(t, strings.HasPrefix(ended.said, "{"), ended.said)
		assert.Contains(t, ended.said, `"ok": false`)
	}
	assert.Contains(t, d.run(Command(), "--yes", "--out", file).said, "is a file: name a directory with --out")
	ended := d.run(Command(), "--dry-run", "--json")
	assert.Contains(t, ended.said, `"would": [`)
}
