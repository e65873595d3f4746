// SPDX-License-Identifier: Apache-2.0

// Package poll decides when to ask Okta and from where: the poll loop, the page that is fetched ahead, and
// where polling begins, resumes or rewinds to.
//
//	GET next page ──► delivery (ConsumeLogs, commit) ──► wait, or the next page at once
//	      ▲                                               │
//	      └───────────────────────────────────────────────┘
//
// The only position is the next link that Okta answers with. One page may be fetched while the one before
// it is being delivered; never two, and they are committed in the order of the log.
//
// A query with an end is a replay: it begins when the events of its range are persisted, ends at Okta's last page
// once one more request has confirmed that it is, and rests. It has a history of its own, named by what it reads.
package poll // import "github.com/otel-okta/okta-systemlog-receiver/internal/poll"
