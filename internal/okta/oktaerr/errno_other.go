// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package oktaerr

import "syscall"

// What the system says where a connection fails.
var (
	refused     = []error{syscall.ECONNREFUSED}
	unreachable = []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH}
	broken      = []error{syscall.ECONNRESET}
)
