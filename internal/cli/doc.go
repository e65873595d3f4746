// SPDX-License-Identifier: Apache-2.0

// Package cli is okta-systemlog, the program around the receiver: a package for each of its commands.
package cli // import "github.com/otel-okta/okta-systemlog-receiver/internal/cli"
