// SPDX-License-Identifier: Apache-2.0

// Package oktasystemlogreceiver is a Collector receiver that brings every event of an Okta org's
// System Log into a logs pipeline: none lost, none repeated without need.
//
// It is the Collector's side of the work: factory, configuration, lifecycle and the poll loop. What
// Okta says on the wire is in internal/okta, the stored position in internal/checkpoint, the record
// that an event becomes in internal/translate.
package oktasystemlogreceiver // import "github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
