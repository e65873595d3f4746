// SPDX-License-Identifier: Apache-2.0

// Package simulate is the command that runs a simulated Okta org on a loopback address, for demonstrations, rehearsals
// and end-to-end tests. It keeps all of its events in memory.
package simulate
