// SPDX-License-Identifier: Apache-2.0

// Package okta is Okta's side of the work: one request to the System Log API goes in, one page of
// events comes out, or an error that says what Okta meant.
//
// It polls as Okta prescribes (System Log query reference, "Transfer data to a separate system"):
// since once, then the next link for ever. It builds no bounded request: a query with until returns
// events by their published time and misses those that Okta commits late.
//
// The package neither retries nor waits; it says how long to wait and what kind of failure it saw.
package okta // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta"
