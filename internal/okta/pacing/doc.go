// SPDX-License-Identifier: Apache-2.0

// Package pacing keeps the requests to the System Log within Okta's rate limit, and leaves a reserve of it to the
// org's other clients. Each request waits for a permit, which all clients of an org in this process take from one
// budget ([Share]). The first requests of the clients of all orgs take turns ([Starts]).
package pacing // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
