// SPDX-License-Identifier: Apache-2.0

package generated

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// ownerOnly lets a file's owner, the system, as which services run, and administrators read and write it, and takes
// nothing from the directory: what is outside of a user's profile is readable for all users otherwise (SDDL).
const ownerOnly = "D:P(A;;FA;;;OW)(A;;FA;;;SY)(A;;FA;;;BA)"

// createPrivate makes a file that is not there yet, which its owner alone may read and write, beside the system and
// administrators. Modes such as 0600 mean nothing to Windows.
func createPrivate(path string) (*os.File, error) {
	descriptor, err := windows.SecurityDescriptorFromString(ownerOnly)
	if err != nil {
		return nil, fmt.Errorf("make the rights of %s: %w", path, err)
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	attributes := windows.SecurityAttributes{SecurityDescriptor: descriptor}
	attributes.Length = uint32(unsafe.Sizeof(attributes))
	handle, err := windows.CreateFile(name, windows.GENERIC_WRITE, windows.FILE_SHARE_READ, &attributes, windows.CREATE_NEW, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), nil
}

// isHeld reports whether a file could not be replaced because another program has it open, as a collector has the key
// while it reads it.
func isHeld(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
