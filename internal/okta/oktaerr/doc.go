// SPDX-License-Identifier: Apache-2.0

// Package oktaerr is what a failed request to Okta means: the kind of failure, which says what to do with the
// request; the cause, with its remedy for a person; and what Okta said, fit for a log line and without a
// secret.
package oktaerr // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
