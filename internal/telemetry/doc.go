// SPDX-License-Identifier: Apache-2.0

// Package telemetry is what the receiver tells its operator: internal metrics, the component's status,
// and log lines that are written once however often their cause comes again.
package telemetry // import "github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
