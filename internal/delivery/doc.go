// SPDX-License-Identifier: Apache-2.0

// Package delivery is the one way from events to the pipeline and into the stored position. Nothing else
// calls ConsumeLogs, and nothing else commits a position.
//
//	Batch ──► translate ──► ConsumeLogs ──► commit(position, delivered IDs)
//	              ▲              │
//	              └── back-off ──┘ refused, and not for good: the same events again
//
// Sources of events (the poll loop, an event hook) know a [History] and give it batches.
package delivery // import "github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
