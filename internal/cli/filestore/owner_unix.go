// SPDX-License-Identifier: Apache-2.0

//go:build unix

package filestore

import (
	"os"
	"syscall"
)

// Own gives a new file to the owner of another file or directory, so that the collector can use what root has made.
// Nobody but root may, or needs to: what can't be given keeps its owner.
func Own(path, like string) {
	info, err := os.Stat(like)
	if err != nil {
		return
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		_ = os.Chown(path, int(stat.Uid), int(stat.Gid))
	}
}
