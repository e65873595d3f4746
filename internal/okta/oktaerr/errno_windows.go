// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// What the system says where a connection fails: numbers of its own (Windows Sockets error codes), of which package
// syscall knows no name. Those of syscall are made up by Go, and are what the simulator answers with.
var (
	refused     = []error{windows.WSAECONNREFUSED, syscall.ECONNREFUSED}
	unreachable = []error{
		windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, windows.WSAENETDOWN, windows.WSAEHOSTDOWN, windows.WSAETIMEDOUT,
		syscall.ENETUNREACH, syscall.EHOSTUNREACH,
	}
	broken = []error{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAENETRESET, syscall.ECONNRESET}
)
