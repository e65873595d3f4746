// SPDX-License-Identifier: Apache-2.0

// Package checkpoint keeps the position in an org's System Log: what is stored, when it is valid,
// and what was delivered already.
//
// One record holds the position; what names the delivered events lies beside it in chunks, one for
// each commit that delivered something. A commit is one storage transaction:
//
//	key        value
//	position   {"version":1, "org":…, "query":…, "next":…, "newest":…, "first_chunk":7, "next_chunk":10}
//	seen/7     ┐
//	seen/8     ├ event IDs, enough of them to cover a fall-back; a commit writes the newest chunk
//	seen/9     ┘ and deletes those at the other end that no fall-back can reach any more
//
// So what was delivered and how far delivery has come can't disagree, and a commit writes as much
// as its page delivered, however much is remembered.
package checkpoint // import "github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
