// SPDX-License-Identifier: Apache-2.0

// Package connection checks the way from the collector to the System Log of an org step by step, and says
// for the first thing that is wrong what is behind it and what to do.
//
//	DNS and TLS ──► clock ──► token ──► System Log ──► role ──► rate limit ──► start_at ──► filter ──► newest event
//
// It asks with the receiver's own client, so what it finds is what the receiver would find. It reads
// one event at a time, at most three times, stores nothing and moves no position.
package connection // import "github.com/otel-okta/okta-systemlog-receiver/internal/connection"
