// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// blocksSome matches the status of a thread that has some signals blocked.
var blocksSome = regexp.MustCompile(`(?m)^SigBlk:\s*0*[1-9a-f]`)

// listensForSignals reports whether a Go program has called signal.Notify. The first call starts a thread
// that has all signals blocked but those that are listened for; other threads have none blocked.
func listensForSignals(pid int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	for _, thread := range threads {
		if status, err := os.ReadFile(thread); err == nil && blocksSome.Match(status) {
			return true
		}
	}
	return false
}
