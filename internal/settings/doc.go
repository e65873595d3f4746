// SPDX-License-Identifier: Apache-2.0

// Package settings finds what is wrong with settings as they were written, and what was meant: keys that the receiver
// does not have, at the top and below it, values that a key does not take, times without a unit, addresses and filters
// that were copied with more than belongs to them. A remedy that it gives is one that it accepts.
package settings // import "github.com/otel-okta/okta-systemlog-receiver/internal/settings"
