// SPDX-License-Identifier: Apache-2.0

//go:build packages && linux

package e2e

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// debian is a Debian in a folder, with root's rights in it and this machine's network. systemd does not run there.
type debian struct {
	root string
	env  map[string]string // of commands
}

// newDebian copies the Debian that make test-packages has made.
func newDebian(t *testing.T) *debian {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("only root can change to another root directory")
	}
	folder := t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o755))
	d := &debian{root: filepath.Join(folder, "debian"), env: map[string]string{
		"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root",
	}}
	said, err := exec.CommandContext(t.Context(), "cp", "-a", "--reflink=auto", built(t, "debian"), d.root).CombinedOutput()
	require.NoError(t, err, string(said))
	return d
}

// inside is the command line that runs a program in there. Its mounts belong to the program and its children alone: no
// other process of this machine sees them, and they end with the program, however that ends.
func (d *debian) inside(script string, args ...string) []string {
	return append([]string{"unshare", "--mount", "--propagation=private", "sh", "-euc", script, d.root}, args...)
}

// environment is what env -i takes.
func environment(variables map[string]string) []string {
	args := []string{"env", "-i"}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		args = append(args, name+"="+variables[name])
	}
	return args
}

// try runs a script in there, in /root, and returns what it prints.
func (d *debian) try(t *testing.T, script string) (said string, err error) {
	t.Helper()
	args := d.inside(`mount -t proc proc "$0/proc"; exec chroot "$0" "$@"`,
		append(environment(d.env), "bash", "-euo", "pipefail", "-c", "cd /root\n"+script)...)
	text, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput()
	return string(text), err
}

// run runs a script that is to succeed.
func (d *debian) run(t *testing.T, script string) (said string) {
	t.Helper()
	said, err := d.try(t, script)
	require.NoError(t, err, "%s\n%s", script, said)
	return said
}

// path is where a file of there is here.
func (d *debian) path(name string) string { return filepath.Join(d.root, name) }

func (d *debian) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(d.path(name))
	require.NoError(t, err)
	return string(text)
}

// unit is a service's unit file: the values of each key.
type unit map[string][]string

func readUnit(text string) unit {
	u := unit{}
	for line := range strings.Lines(text) {
		key, value, is := strings.Cut(strings.TrimSpace(line), "=")
		if is && !strings.HasPrefix(key, "#") {
			u[key] = append(u[key], value)
		}
	}
	return u
}

// one is the value of a key that stands there once.
func (u unit) one(t *testing.T, key string) string {
	t.Helper()
	require.Len(t, u[key], 1, key)
	return u[key][0]
}

// confined runs a program as systemd would run the service: everything but its state directory is read-only, it sees no
// other processes and nothing of /proc but processes, has no capability and gains none. Of what the unit says, this
// leaves out the filter of system calls, the limit of memory and the namespace of users.
const confined = `
state=$1 user=$2 group=$3; shift 3
mount --rbind "$0" "$0"
mount -o remount,bind,ro "$0"
mount --bind "$0$state" "$0$state"
mount -o remount,bind,rw "$0$state"
mount -t tmpfs tmpfs "$0/tmp"
mount -t tmpfs tmpfs "$0/root"
mount -t proc -o subset=pid,hidepid=invisible proc "$0/proc"
exec chroot "$0" setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs \
  --bounding-set=-all --inh-caps=-all --ambient-caps=-all "$@"
`

// startUnit runs the command line of a unit file as its user, in its environment, with its credentials.
func (d *debian) startUnit(t *testing.T, file string) *process {
	t.Helper()
	u := readUnit(d.read(t, file))
	user, group := u.one(t, "User"), u.one(t, "Group")
	state := "/var/lib/" + u.one(t, "StateDirectory")
	credentials := "/run/credentials/" + filepath.Base(file)
	d.run(t, `install -d -m `+u.one(t, "StateDirectoryMode")+` -o `+user+` -g `+group+` `+state+`
		rm -rf `+credentials+`
		install -d `+credentials)
	for _, name := range u["LoadCredential"] { // which may be missing
		d.run(t, `if [ -e /etc/credstore/`+name+` ]; then install -m 0400 -o `+user+` /etc/credstore/`+name+` `+credentials+`; fi`)
	}
	d.run(t, `chmod 0500 `+credentials+`; chown `+user+` `+credentials)

	variables := map[string]string{"PATH": "/usr/bin:/bin", "CREDENTIALS_DIRECTORY": credentials, "STATE_DIRECTORY": state}
	for _, assignment := range u["Environment"] {
		name, value, _ := strings.Cut(assignment, "=")
		variables[name] = value
	}
	for name, value := range u {
		require.NotContains(t, name+strings.Join(value, ""), "%", "specifiers are not expanded here")
	}
	args := d.inside(confined, append(append([]string{state, user, group}, environment(variables)...),
		strings.Fields(u.one(t, "ExecStart"))...)...)
	return startProgram(t, "/usr/bin/"+args[0], args[1:]...)
}
