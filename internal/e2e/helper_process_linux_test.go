// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
)

// blocked matches the signals that a thread has blocked, as a set of bits.
var blocked = regexp.MustCompile(`(?m)^SigBlk:\s*([0-9a-f]+)$`)

// listensForSignals reports whether a Go program has called signal.Notify. The first call starts a thread
// of its own that takes the signals: it has all blocked that do not end a program. Other threads have none
// blocked, or all of them, for the moment in which they handle one or start another thread.
func listensForSignals(pid int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	for _, thread := range threads {
		status, err := os.ReadFile(thread)
		if err != nil {
			continue // it has ended
		}
		if set := blocked.FindSubmatch(status); set != nil && has(set[1], syscall.SIGUSR1) && !has(set[1], syscall.SIGTERM) {
			return true
		}
	}
	return false
}

// has reports whether a signal is in a set.
func has(set []byte, signal syscall.Signal) bool {
	bits, err := strconv.ParseUint(string(set), 16, 64)
	return err == nil && bits>>(signal-1)&1 == 1
}
