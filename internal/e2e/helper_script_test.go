// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// script is one of internal/tools while it runs, with all that it has started.
type script struct {
	*process
}

// startScript runs a script with settings of its own until the test ends, or interrupt.
func startScript(t *testing.T, name string, settings ...string) *script {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, "internal", "tools", name))
	require.NoError(t, err)
	s := &script{&process{output: &output{more: make(chan struct{})}, done: make(chan struct{})}}
	s.cmd = exec.Command(path) //nolint:noctx // ended by interrupt
	s.cmd.Env = append(os.Environ(), settings...)
	s.cmd.Stdout, s.cmd.Stderr = s.output, s.output
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for the script and what it has started
	require.NoError(t, s.cmd.Start())
	go func() {
		_ = s.cmd.Wait() // its state tells
		close(s.done)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
		<-s.done
		if t.Failed() {
			t.Logf("%s:\n%s", name, s.output.tail())
		}
	})
	return s
}

// interrupt does what Ctrl-C in a terminal does, which is for the script and all that it has started, and requires that
// it ends without an error.
func (s *script) interrupt(t *testing.T) {
	t.Helper()
	require.NoError(t, syscall.Kill(-s.cmd.Process.Pid, syscall.SIGINT))
	status, said := s.awaitEnd(t)
	require.Zero(t, status, said)
}
