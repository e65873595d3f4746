// SPDX-License-Identifier: Apache-2.0

// Package logevent is one event of the System Log as the simulator keeps it: the JSON that it serves, and the two times
// that decide where it stands in the log.
package logevent
