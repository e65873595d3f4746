// SPDX-License-Identifier: Apache-2.0

//go:build unix

package check

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// writable reports whether this user may write to a directory.
func writable(directory string) bool { return unix.Access(directory, unix.W_OK) == nil }

// ownerOf is the id of the user that a file or directory belongs to.
func ownerOf(path string) (id int, known bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}
