// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import "golang.org/x/sys/unix"

// writable reports whether this user may write to a directory.
func writable(directory string) bool { return unix.Access(directory, unix.W_OK) == nil }
