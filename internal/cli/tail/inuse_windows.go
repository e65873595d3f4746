// SPDX-License-Identifier: Apache-2.0

package tail

import "golang.org/x/sys/windows"

// errInUse is what the system says where another program listens. That of package syscall is made up by Go.
const errInUse = windows.WSAEADDRINUSE
