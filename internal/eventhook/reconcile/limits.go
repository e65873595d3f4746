// SPDX-License-Identifier: Apache-2.0

package reconcile

import "github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"

// What announcements may make this package remember, and do.
const (
	// maxAnnouncedBytes bounds what is remembered of announced events: about 250,000 of them without
	// their text, or 10,000 with it.
	maxAnnouncedBytes = 64 << 20
	// maxResolved is after how many resolved events a new half is begun: 65,536 are four hours of the 400,000
	// a day that Okta announces at most (Okta, event hook limits), in about 3 MB.
	maxResolved = 1 << 16
	// maxLateness is how far before what polling has read an announcement that is compared may have been made. IDs of
	// delivered events are kept for twice as long, and Okta announces an event at most an hour after polling may have
	// delivered it (Okta, event hooks): so what is compared is not forgotten.
	maxLateness = checkpoint.Overlap
	// maxTypes is more than the types of event that Okta has. Those beyond it share one count.
	maxTypes = 2000
	// maxLookups misses take longer than any poll interval.
	maxLookups = 20
	// maxNamed bounds how many uuids and event types a log line has.
	maxNamed = 20
)
