// SPDX-License-Identifier: Apache-2.0

// Package oktasystemlogreceiver is a Collector receiver that brings every event of an Okta org's
// System Log into a logs pipeline: none lost, none repeated without need.
//
// It is what the Collector sees: factory, configuration and its validation, Start and Shutdown, and the
// wiring of the rooms that do the work. When to ask Okta is in internal/poll, the way to the pipeline and
// into the stored position in internal/delivery, event hooks in internal/eventhook, what Okta says on the
// wire in internal/okta, and the record that an event becomes in internal/translate.
package oktasystemlogreceiver // import "github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
