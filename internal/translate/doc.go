// SPDX-License-Identifier: Apache-2.0

// Package translate turns the JSON text of Okta LogEvents into OpenTelemetry log records. It is pure: no input or
// output, no clock.
package translate
