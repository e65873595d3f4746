// SPDX-License-Identifier: Apache-2.0

// Package e2e tests the collector as a user runs it: the built distribution as a process, against
// the simulator as another. make test builds both first.
package e2e
