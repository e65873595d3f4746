// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package e2e

// listensForSignals can't be told here.
func listensForSignals(int) bool { return true }
