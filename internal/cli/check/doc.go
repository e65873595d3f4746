// SPDX-License-Identifier: Apache-2.0

// Package check is the command that checks the connection of each receiver in a Collector configuration.
package check
