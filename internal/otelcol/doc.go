// SPDX-License-Identifier: Apache-2.0

// Package otelcol runs a Collector with a configuration that is made of a user's: it reads the configuration as it was
// written, finds what a receiver feeds, and starts and ends the program.
package otelcol // import "github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
