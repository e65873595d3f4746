// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package otelcol

import (
	"os"
	"os/exec"
	"syscall"
)

// endable prepares a program that is not started yet to be asked to end.
func endable(*exec.Cmd) {}

// askToEnd asks a program to end.
func askToEnd(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
