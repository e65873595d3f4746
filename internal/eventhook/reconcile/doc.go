// SPDX-License-Identifier: Apache-2.0

// Package reconcile compares what an event hook has announced with what polling brings.
//
// An announcement makes the poller ask at once, and again soon while the event is not in the System Log
// yet. The events themselves come by polling, the one way with a stored position: no second path, no
// duplicates. What the System Log does not bring in time is named, counted, and, where that is wanted,
// delivered from what the event hook said.
//
//	Announce ──► waiting ──► lookup ──► page delivered ──► Reconcile ──► confirmed
//	                ▲                                          │
//	                └── not there yet: the next lookup later ──┴──► confirm_within is over: overdue
package reconcile // import "github.com/otel-okta/okta-systemlog-receiver/internal/eventhook/reconcile"
