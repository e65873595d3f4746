// SPDX-License-Identifier: Apache-2.0

// Package checkpoint keeps the position in an org's System Log: what is stored, when it is valid,
// what was delivered already, and when that may be forgotten.
//
// One record holds the position; the IDs of the delivered events lie beside it in chunks, one for
// each commit that delivered something. A commit is one storage transaction, in this order:
//
//	key        value
//	seen/9     IDs of the events that this commit delivered
//	position   {"version":1, "org":…, "query":…, "next":…, "newest":…, "first_chunk":7, "next_chunk":10}
//	seen/6     deleted: no rewind can reach these events any more
//
// So what was delivered and how far delivery has come can't disagree, and a commit writes as much
// as its page delivered, however much is remembered.
//
// A replay has a history of its own, with the same keys behind the prefix replay/, the org's host and what it reads.
// Its record says when it has ended.
package checkpoint // import "github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
