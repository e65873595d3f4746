// SPDX-License-Identifier: Apache-2.0

//go:build image && linux

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// container runs the image with runc as Docker, podman and Kubernetes do, and as examples/kubernetes asks them to: as
// the image's user, with a root file system that is read-only, without capabilities. It has this machine's network.
type container struct {
	image  *image
	folder string // the bundle: rootfs, and the volumes that are mounted
	mounts []map[string]any
	env    []string
}

func newContainer(t *testing.T) *container {
	t.Helper()
	_, err := exec.LookPath("runc")
	require.NoError(t, err, "install runc")
	require.Zero(t, os.Geteuid(), "be root, to give the programs another user and a root file system that is read-only")
	c := &container{image: imageOfThisMachine(t), folder: t.TempDir()}
	c.env = c.image.said.Config.Env
	rootfs := filepath.Join(c.folder, "rootfs")
	require.NoError(t, os.Mkdir(rootfs, 0o700))
	require.NoError(t, os.Chmod(rootfs, 0o755))
	c.image.unpack(t, rootfs)
	c.mount("proc", "proc", "/proc", "nosuid", "noexec", "nodev")
	c.mount("tmpfs", "tmpfs", "/dev", "nosuid", "strictatime", "mode=755", "size=65536k")
	return c
}

// mount mounts a file system, from the next start on.
func (c *container) mount(kind, source, to string, options ...string) {
	c.mounts = append(c.mounts, map[string]any{"type": kind, "source": source, "destination": to, "options": options})
}

// volume mounts a volume with the owner and mode of the image's folder, which is what Docker makes.
func (c *container) volume(t *testing.T, to string) {
	t.Helper()
	source := filepath.Join(c.folder, "volume")
	require.NoError(t, os.Mkdir(source, 0o700))
	for _, f := range c.image.files {
		if f.Name == strings.TrimPrefix(to, "/")+"/" {
			require.NoError(t, os.Chown(source, f.Uid, f.Gid))
			require.NoError(t, os.Chmod(source, f.FileInfo().Mode()))
		}
	}
	c.mount("bind", source, to, "bind", "rw", "nosuid", "nodev", "noexec")
}

// provide mounts a file that may be read, as a configuration or secret of Kubernetes.
func (c *container) provide(t *testing.T, text []byte, to string) {
	t.Helper()
	source := filepath.Join(c.folder, "provided-"+strconv.Itoa(len(c.mounts)))
	require.NoError(t, os.WriteFile(source, text, 0o600))
	_, group, _ := strings.Cut(c.image.said.Config.User, ":")
	id, err := strconv.Atoi(group)
	require.NoError(t, err)
	require.NoError(t, os.Chown(source, 0, id))
	require.NoError(t, os.Chmod(source, 0o440)) // the group reads it, as with fsGroup
	c.mount("bind", source, to, "bind", "ro", "nosuid", "nodev", "noexec")
}

// containers counts those that were started.
var containers atomic.Int64

// inContainer is a program in a container.
type inContainer struct {
	*process
	id, state string
}

// start runs the image's entrypoint with its own arguments.
func (c *container) start(t *testing.T) *inContainer {
	t.Helper()
	return c.run(t, slices.Concat(c.image.said.Config.Entrypoint, c.image.said.Config.Cmd)...)
}

// run runs a program of the image.
func (c *container) run(t *testing.T, args ...string) *inContainer {
	t.Helper()
	c.write(t, args)
	r := &inContainer{id: fmt.Sprintf("otelcol-okta-%d-%d", os.Getpid(), containers.Add(1)), state: filepath.Join(c.folder, "state")}
	runc, err := exec.LookPath("runc")
	require.NoError(t, err)
	r.process = startProgram(t, runc, "--root", r.state, "run", "--bundle", c.folder, r.id)
	t.Cleanup(func() { _ = exec.Command("runc", "--root", r.state, "delete", "--force", r.id).Run() }) //nolint:noctx // what has ended is gone
	return r
}

// write writes the bundle's config.json, from what the image says of itself.
func (c *container) write(t *testing.T, args []string) {
	t.Helper()
	var uid, gid int
	_, err := fmt.Sscanf(c.image.said.Config.User, "%d:%d", &uid, &gid)
	require.NoError(t, err, "the user is a number, and so is the group")
	var namespaces []map[string]string
	for _, kind := range []string{"mount", "pid", "ipc", "uts"} {
		namespaces = append(namespaces, map[string]string{"type": kind})
	}
	text, err := json.Marshal(map[string]any{
		"ociVersion": "1.0.2",
		"process": map[string]any{
			"args": args, "env": c.env, "cwd": c.image.said.Config.WorkingDir,
			"user":            map[string]int{"uid": uid, "gid": gid},
			"capabilities":    map[string]any{},
			"noNewPrivileges": true,
		},
		"root":   map[string]any{"path": "rootfs", "readonly": true},
		"mounts": c.mounts,
		"linux":  map[string]any{"namespaces": namespaces},
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(c.folder, "config.json"), text, 0o600))
}

// ready waits until all of the collector has started, whose process takes signals from then on.
func (r *inContainer) ready(t *testing.T) {
	t.Helper()
	r.awaitPrinted(t, "Everything is ready", 1)
	text, err := exec.CommandContext(t.Context(), "runc", "--root", r.state, "state", r.id).Output()
	require.NoError(t, err)
	r.inside = parseJSON[struct{ Pid int }](t, text).Pid
}
