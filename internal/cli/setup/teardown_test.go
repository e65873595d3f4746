// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

func TestTeardownLeavesTheOrgAsItWas(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	_, err := d.org.AddHook(spec("of somebody else"))
	require.NoError(t, err)
	other := &desk{t: t, org: d.org, url: d.url, out: filepath.Join(t.TempDir(), "other")}
	other.setup("--name", "another", "--hook", "https://hooks.example.com/other", "--hook-endpoint", "127.0.0.1:0")
	before := d.org.Objects()

	d.setup(withHook[1:]...)
	require.Equal(t, exit.Good, d.run(RotateCommand(), "--yes").status)
	ended := d.run(TeardownCommand(), "--dry-run")
	require.Equal(t, exit.Good, ended.status, ended.said)
	for _, part := range []string{"event hook     \"OpenTelemetry", "role           Report Administrator", "scope          okta.logs.read", "scope          okta.eventHooks.manage", "keys: 2", keyFile, recordFile} {
		assert.Contains(t, ended.said, part)
	}
	assert.NotEqual(t, before, d.org.Objects())

	refused := d.runWith(TeardownCommand(), "n\n", "--out", d.out)
	assert.Equal(t, exit.Usage, refused.status)
	assert.FileExists(t, filepath.Join(d.out, recordFile))

	ended = d.runWith(TeardownCommand(), "y\n", "--out", d.out)
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Equal(t, before, d.org.Objects())
	assert.NoDirExists(t, d.out)
	d.setup()
}

// The stored position, and a configuration that was changed, are the user's.
func TestTeardownLeavesWhatSetupDidNotWrite(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	stored := filepath.Join(d.out, storageDir, "receiver_okta_systemlog_")
	require.NoError(t, os.MkdirAll(filepath.Dir(stored), 0o700))
	require.NoError(t, os.WriteFile(stored, []byte("position"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(d.out, configFile), []byte("mine"), 0o600))
	ended := d.run(TeardownCommand(), "--yes")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Contains(t, ended.said, "keeps what setup did not write")
	assert.FileExists(t, stored)
	assert.FileExists(t, filepath.Join(d.out, configFile))
	assert.NoFileExists(t, filepath.Join(d.out, keyFile))
	assert.NoFileExists(t, filepath.Join(d.out, recordFile))
}

func TestTeardownWithoutTheFiles(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	before := d.org.Objects()
	d.setup(append(withHook[1:], "--name", "lost")...)
	made := d.org.Objects()
	d.out = filepath.Join(t.TempDir(), "nothing")

	ended := d.run(TeardownCommand(), "--yes")
	assert.Equal(t, exit.Usage, ended.status)
	ended = d.run(TeardownCommand(), "--yes", "--name", "another")
	assert.Equal(t, exit.Failed, ended.status)
	assert.Contains(t, ended.said, `the org has no app "another" that setup made`)
	assert.Equal(t, made, d.org.Objects())

	ended = d.run(TeardownCommand(), "--yes", "--name", "lost")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Equal(t, before, d.org.Objects())
}

func TestTeardownOfAnEventHookByItsName(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	for _, name := range []string{"ours", "of somebody else", "ours"} {
		_, err := d.org.AddHook(spec(name))
		require.NoError(t, err)
	}
	ended := d.run(TeardownCommand(), "--yes", "--event-hook", "ours")
	require.Equal(t, exit.Good, ended.status, ended.said)
	reports := d.org.HookReports()
	require.Len(t, reports, 1)
	assert.Equal(t, "of somebody else", reports[0].Name)

	ended = d.run(TeardownCommand(), "--yes", "--event-hook", "ours")
	assert.Equal(t, exit.Failed, ended.status)
	assert.Contains(t, ended.said, `the org has no event hook "ours": take the name from the Admin Console`)
}

// What an admin may not remove is said, and the app stays: its scopes would outlive it.
func TestTeardownSaysWhatCanNotBeRemoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	before := d.org.Objects()
	d.setup()
	made := d.org.Objects()
	d.org.SetToken(oktatest.DefaultAdminToken, oktatest.TokenAppAdmin)
	ended := d.run(TeardownCommand(), "--yes")
	assert.Equal(t, exit.Failed, ended.status)
	assert.Contains(t, ended.said, "only a super admin grants scopes and assigns roles")
	assert.Equal(t, made, d.org.Objects())
	assert.FileExists(t, filepath.Join(d.out, recordFile))
	d.org.SetToken(oktatest.DefaultAdminToken, oktatest.TokenSuperAdmin)
	require.Equal(t, exit.Good, d.run(TeardownCommand(), "--yes").status)
	assert.Equal(t, before, d.org.Objects())
}
