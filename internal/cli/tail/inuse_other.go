// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package tail

import "syscall"

// errInUse is what the system says where another program listens.
const errInUse = syscall.EADDRINUSE
