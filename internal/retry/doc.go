// SPDX-License-Identifier: Apache-2.0

// Package retry says how long to wait before something is tried again: exponential back-off with a
// minimum, and jitter from a source that a simulation can seed.
package retry // import "github.com/otel-okta/okta-systemlog-receiver/internal/retry"
