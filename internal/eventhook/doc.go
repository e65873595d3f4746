// SPDX-License-Identifier: Apache-2.0

// Package eventhook is the receiving side of Okta's event hooks: the HTTP server that proves the endpoint to
// Okta and takes its deliveries, the registration of the hook in the org, and the source of events for a
// receiver that does not poll.
//
// An event hook is a trigger, not a source (Okta, event hooks): it carries about a fifth of the event types,
// stops at 400,000 events a day, and a delivery that fails twice is lost. So a delivery is answered at once,
// whatever becomes of its events, and what it announces is read from the System Log (package reconcile).
// Only where there is no credential to poll with do its events go to the pipeline themselves ([Source]).
package eventhook // import "github.com/otel-okta/okta-systemlog-receiver/internal/eventhook"
