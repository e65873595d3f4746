// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

func TestRotateAddsAKeyAndRetireDeletesTheOldOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	old := currentKey(t, d.out)

	ended := d.run(RotateCommand(), "--yes")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Contains(t, ended.said, "rotate --retire --out "+d.out)
	current := currentKey(t, d.out)
	assert.NotEqual(t, old, current)
	assert.Equal(t, []string{old}, d.record().ReplacedKeyIDs)
	assert.Equal(t, 2, count(d.org.Objects(), "key"), "both are good until the old one is retired")
	assert.NoFileExists(t, filepath.Join(d.out, nextKeyFile))
	d.assertSecretsStayHere()

	ended = d.run(RotateCommand(), "--retire", "--yes")
	require.Equal(t, exit.Good, ended.status, ended.said)
	assert.Empty(t, d.record().ReplacedKeyIDs)
	assert.Equal(t, 1, count(d.org.Objects(), "key"))
	assert.Contains(t, d.setup(), current, "the check signs with the new key")

	ended = d.run(RotateCommand(), "--retire", "--yes")
	assert.Equal(t, exit.Good, ended.status)
	assert.Contains(t, ended.said, "there is none to retire")
}

// A key that gets no token never takes the place of the one in use.
func TestKeyThatDoesNotWorkIsNotUsed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	before, err := os.ReadFile(filepath.Join(d.out, keyFile))
	require.NoError(t, err)
	d.meets(func(w http.ResponseWriter, r *http.Request, org http.Handler) {
		if r.URL.Path == "/oauth2/v1/token" {
			answers(http.StatusMethodNotAllowed, "E0000022").do(w, r, org)
			return
		}
		org.ServeHTTP(w, r)
	})
	ended := d.run(RotateCommand(), "--yes")
	assert.Equal(t, exit.Failed, ended.status, ended.said)
	assert.Contains(t, ended.said, "The old key is in use as before")
	after, err := os.ReadFile(filepath.Join(d.out, keyFile))
	require.NoError(t, err)
	assert.Equal(t, before, after)
	d.meets(nil)
	require.Equal(t, exit.Good, d.run(RotateCommand(), "--yes").status)
	assert.Equal(t, 2, count(d.org.Objects(), "key"), "the second run goes on with the key of the first")
}

func TestRotateWantsASetUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	ended := d.run(RotateCommand(), "--yes")
	assert.Equal(t, exit.Usage, ended.status)
	assert.Contains(t, ended.said, "has no record of a set-up: name the directory that setup wrote with --out")

	d.setup()
	require.NoError(t, os.Remove(filepath.Join(d.out, keyFile)))
	ended = d.run(RotateCommand(), "--yes")
	assert.Equal(t, exit.Usage, ended.status)
	assert.Contains(t, ended.said, "run okta-systemlog setup, which makes a new key")
	d.setup()
	assert.Equal(t, exit.Good, d.run(RotateCommand(), "--yes").status, "the remedy works")
	assert.Len(t, d.record().ReplacedKeyIDs, 2, "the lost key and the one after it")
	assert.Equal(t, exit.Good, d.run(RotateCommand(), "--retire", "--yes").status)
	assert.Equal(t, 1, count(d.org.Objects(), "key"))

}

// Rotation is of the app that setup made, and of no other.
func TestRotateOfAnAppThatIsGone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, oktatest.Options{})
	d.setup()
	files := t.TempDir()
	require.NoError(t, os.CopyFS(files, os.DirFS(d.out)))
	require.Equal(t, exit.Good, d.run(TeardownCommand(), "--yes").status)
	d.out = files
	ended := d.run(RotateCommand(), "--yes")
	assert.Equal(t, exit.Failed, ended.status)
	assert.Contains(t, ended.said, "is not in the org any more: okta-systemlog setup makes a new one")
	d.setup()
	assert.Equal(t, exit.Good, d.run(RotateCommand(), "--yes").status, "the remedy works")
}
