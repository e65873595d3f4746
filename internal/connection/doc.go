// SPDX-License-Identifier: Apache-2.0

// Package connection checks the connection from the collector to the System Log of an org step by step, and names the
// cause and the remedy of the first failure.
//
//	DNS and TLS ──► clock ──► token ──► System Log ──► role ──► rate limit ──► start_at ──► filter ──► newest event
//
// The requests go through the receiver's own client, so the check fails where the receiver would. It makes three
// requests at most, each for one event, stores nothing and moves no position. Event hooks, where they are configured,
// are a step of their own ([HookStep]).
package connection // import "github.com/otel-okta/okta-systemlog-receiver/internal/connection"
