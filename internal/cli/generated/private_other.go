// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package generated

import "os"

// createPrivate makes a file that is not there yet, which its owner alone may read and write.
func createPrivate(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the directory
}

// isHeld reports whether a file could not be replaced because another program has it open, which hinders nobody here.
func isHeld(error) bool { return false }
