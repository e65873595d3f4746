// SPDX-License-Identifier: Apache-2.0

// Package eventhooks is the event hooks of a simulated org: the API that manages them, the verification of their
// endpoints, and the deliveries.
//
// The org tells of each event in its log ([Server.Appended]), which puts the event in the queues of the hooks that want
// it (queue.go). [Server.Run] sends what is due (send.go), one message for several events (payload.go), and repeats,
// loses and reorders as [Options] say and Okta's may. Rate limits, faults and credentials of the API are the org's.
package eventhooks
