// SPDX-License-Identifier: Apache-2.0

// Package replay sends the events of a time range again through the pipelines of a Collector's configuration, beside
// the Collector that follows the log.
//
// A Collector runs with a copy of the configuration, in which the receivers have start_at and end_at, and a name and
// so a position of their own. What the live Collector has alone, ports, files and queues on disk, is taken out or
// changed; what would lose events in a crash, queues in memory and batches, is taken out, so that what is stored as
// delivered was accepted by a far end.
package replay // import "github.com/otel-okta/okta-systemlog-receiver/internal/replay"
