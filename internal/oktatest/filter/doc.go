// SPDX-License-Identifier: Apache-2.0

// Package filter decides which events a query of the System Log is about: the SCIM expression of `filter` and the
// keywords of `q`, as Okta's System Log query reference describes them. An expression that Okta refuses is refused
// with Okta's code and summary.
package filter
