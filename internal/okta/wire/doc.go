// SPDX-License-Identifier: Apache-2.0

// Package wire reads what surrounds the body of Okta's answers: links, rate-limit headers, challenges, the
// time on Okta's clock, addresses, and text that is to be logged. It knows no API and sends nothing.
package wire // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
