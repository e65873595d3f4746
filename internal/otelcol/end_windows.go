// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// endable prepares a program that is not started yet to be asked to end: as the first of a group of processes of its
// own, since Windows sends events of the keyboard to groups alone, and Ctrl-C to none but this program's.
func endable(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// askToEnd asks a program to end. Windows has no SIGTERM; what Ctrl-Break does comes to a program in Go as
// [os.Interrupt], with which the Collector ends as well. Without a console there is nothing to ask by, which is an
// error.
func askToEnd(p *os.Process) error {
	return windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(p.Pid)) //nolint:gosec // Windows has it as a DWORD
}
