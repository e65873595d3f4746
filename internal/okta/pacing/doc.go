// SPDX-License-Identifier: Apache-2.0

// Package pacing keeps requests to the System Log within what Okta's rate limit leaves, and leaves a reserve of
// it to the org's other clients. A request needs a permit; all clients of an org in this process take theirs
// from one budget.
package pacing // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
