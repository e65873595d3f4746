// SPDX-License-Identifier: Apache-2.0

// Package e2e tests the collector as a user runs it: the built distribution as a process, against
// the simulator. make test builds both first. make e2e runs the same tests, and kills the collector
// more often. make e2e-backends builds other programs that are far ends, and runs the examples against them:
// those tests carry the tag backends.
package e2e
