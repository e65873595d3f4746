// SPDX-License-Identifier: Apache-2.0

// Package eventhook is the receiving side of Okta's event hooks: an HTTP handler that proves the endpoint to Okta and
// takes its deliveries, and a witness that remembers what was announced until it has come by the other way.
//
// Event hooks are a doorbell, not a source (Okta, event hooks): they carry about a fifth of the event types, stop at
// 400,000 events a day, and a delivery that fails twice is lost. So a delivery is answered at once, whatever becomes of
// its events, and what it announces is read from the System Log.
package eventhook // import "github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
