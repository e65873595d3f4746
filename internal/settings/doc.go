// SPDX-License-Identifier: Apache-2.0

// Package settings finds what is wrong with settings as they were written, before they are read: keys that the receiver
// does not have, and times without a unit.
package settings // import "github.com/otel-okta/okta-systemlog-receiver/internal/settings"
