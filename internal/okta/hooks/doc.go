// SPDX-License-Identifier: Apache-2.0

// Package hooks manages the event hooks of an org (Okta, Event Hooks API): it brings one in line with what is
// desired, has Okta verify and activate it, and removes it.
package hooks // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
