// SPDX-License-Identifier: Apache-2.0

// Package settings finds what is wrong with settings as they were written, before they are read: keys that the receiver
// does not have, times without a unit, and text that is no text to YAML. It tells in each mistake what is wrong from
// what to do.
package settings // import "github.com/otel-okta/okta-systemlog-receiver/internal/settings"
