// SPDX-License-Identifier: Apache-2.0

package oktaerr

// maxErrorText bounds what an error says, in bytes.
const maxErrorText = 4 << 10
