// SPDX-License-Identifier: Apache-2.0

// Package wire reads what surrounds the body of Okta's answers: links, rate-limit headers, challenges, the Date from
// which Okta's clock is estimated, and text that is to be logged. It knows no API and sends nothing.
package wire // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
