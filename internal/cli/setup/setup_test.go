// SPDX-License-Identifier: Apache-2.0

package setup

import (
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

func TestSetupMakesAllThatAReceiverNeeds(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	said := d.setup()
	assert.Contains(t, said, "✓ newest event")
	assert.Contains(t, said, "check --config "+filepath.Join(d.out, "collector.yaml"))
	r := d.record()
	app := d.org.Objects()["app/"+r.AppID]
	assert.Contains(t, app, `"dpop_bound_access_tokens":true`)
	assert.Contains(t, app, `"instance":"`+r.Instance+`"`)
	assert.Contains(t, app, r.KeyID)
	kinds := map[string]int{}
	for name, object := range d.org.Objects() {
		kind, _, _ := strings.Cut(name, "/")
		kinds[kind]++
		if kind == "grant" {
			assert.Contains(t, object, `"scopeId":"okta.logs.read"`)
		}
		if kind == "role" {
			assert.Contains(t, object, "REPORT_ADMIN")
		}
	}
	assert.Equal(t, map[string]int{"app": 1, "key": 1, "grant": 1, "role": 1, "org": 1}, kinds)
	d.assertSecretsStayHere()
}

// assertSecretsStayHere checks that the private key and the admin credential are where they belong.
func (d *desk) assertSecretsStayHere() {
	d.t.Helper()
	for _, request := range d.org.Requests() {
		assert.NotContains(d.t, string(request.Body), `"d":`, "%s %s", request.Method, request.URL)
		assert.NotContains(d.t, request.URL, oktatest.DefaultAdminToken)
		assert.Equal(d.t, strings.TrimPrefix(d.url, "http://"), request.Host)
	}
	require.NoError(d.t, filepath.WalkDir(d.out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(d.t, err)
		assert.NotContains(d.t, string(text), oktatest.DefaultAdminToken, path)
		info, err := entry.Info()
		require.NoError(d.t, err)
		if runtime.GOOS != "windows" {
			assert.Equal(d.t, fs.FileMode(0o600), info.Mode().Perm(), path)
		}
		if filepath.Base(path) != keyFile {
			assert.NotContains(d.t, string(text), `"d":`, path)
		}
		return nil
	}))
}

func TestSecondRunMakesNothingAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup("--hook", "https://hooks.example.com/okta", "--hook-endpoint", "127.0.0.1:0")
	before, record := d.org.Objects(), d.record()
	requests := len(d.org.Requests())
	d.setup()
	assert.Equal(t, before, d.org.Objects())
	assert.Equal(t, record, d.record())
	for _, request := range d.org.Requests()[requests:] {
		if request.Method != http.MethodGet {
			assert.Equal(t, "/oauth2/v1/token", request.URL, request.Method)
		}
	}
}

func TestChangedConfigurationIsLeft(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	path := filepath.Join(d.out, configFile)
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	changed := strings.Replace(string(written), "start_at: -24h", "start_at: end", 1)
	require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
	assert.Contains(t, d.setup(), "was changed since setup wrote it, and is left as it is")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, changed, string(after))
}

// What others made under the same name is never touched, whatever it looks like.
func TestNamesakesStopSetup(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	// The files are lost, so nothing says whose the app is but the mark of another set-up.
	before := d.org.Objects()
	d.out = filepath.Join(t.TempDir(), "other")
	ended := d.run(Command(), "--yes")
	assert.Equal(t, exit.Failed, ended.status, ended.said)
	assert.Contains(t, ended.said, "was made by another run of setup: use the --out of that run, choose another --name, or remove it with okta-systemlog teardown")
	assert.Equal(t, before, d.org.Objects())

	// The remedy works, in the same directory.
	d.setup("--name", "another")

	_, err := d.org.AddHook(spec("with a hook"))
	require.NoError(t, err)
	before = d.org.Objects()
	d.out = filepath.Join(t.TempDir(), "fourth")
	ended = d.run(Command(), "--yes", "--name", "with a hook", "--hook", "https://hooks.example.com/okta", "--hook-endpoint", "127.0.0.1:0")
	assert.Equal(t, exit.Failed, ended.status, ended.said)
	assert.Contains(t, ended.said, `has an event hook "with a hook"`)
	for name, object := range before {
		assert.Equal(t, object, d.org.Objects()[name])
	}
}

func TestDryRunChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	before := d.org.Objects()
	ended := d.run(Command(), "--dry-run", "--hook", "https://hooks.example.com/okta")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Equal(t, before, d.org.Objects())
	assert.NoDirExists(t, d.out)
	for _, request := range []string{
		"POST " + d.url + "/api/v1/apps {", `"dpop_bound_access_tokens":true`,
		"/api/v1/apps/not-made/grants {", `"scopeId":"okta.logs.read"`, `"scopeId":"okta.eventHooks.manage"`,
		"POST " + d.url + "/oauth2/v1/clients/not-made/roles {", `{"type":"REPORT_ADMIN"}`,
		"POST " + d.url + "/api/v1/eventHooks {", `"value":"[REDACTED]"`, "/lifecycle/verify",
	} {
		assert.Contains(t, ended.said, request)
	}
	for _, request := range d.org.Requests() {
		assert.Equal(t, http.MethodGet, request.Method)
	}
	d.setup()
	ended = d.run(Command(), "--dry-run")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.NotContains(t, ended.said, "POST", "nothing is missing")
}

func TestOnlyAYesChangesSomething(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	before := d.org.Objects()
	for _, answer := range []string{"", "n\n", "\n", "yeah\n"} {
		ended := d.runWith(Command(), answer, "--org", d.url, "--out", d.out)
		assert.Equal(t, exit.Usage, ended.status)
		assert.Contains(t, ended.said, "nothing was changed: answer y, or call it with --yes")
		assert.Equal(t, before, d.org.Objects())
		assert.NoDirExists(t, d.out)
	}
	ended := d.runWith(Command(), "Yes\n", "--org", d.url, "--out", d.out)
	assert.Equal(t, exit.Good, ended.status, ended.said)
}
