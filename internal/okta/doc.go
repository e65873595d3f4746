// SPDX-License-Identifier: Apache-2.0

// Package okta requests the System Log of an org: one request goes in, and one page of events comes out, or an error
// that says what Okta answered, why, and what to do.
//
// Requests are those that Okta prescribes for transferring the log (System Log query reference, "Transfer data to a
// separate system"): a since once, then always the next link of the last page. They have no until, since a bounded
// query goes by the published time of events and misses those that Okta persists late; a replay, which the user asks
// for by its end, is the one that has it.
//
// The package waits for a permit within the rate limit ([WithBudget]) and does not retry; its errors say how long to
// wait ([oktaerr.Error]).
//
// Packages below it: wire reads headers, oktaerr explains refusals, pacing hands out permits, auth adds the
// credential, catalogue knows the event types. Above it: hooks manages event hooks.
package okta // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta"
