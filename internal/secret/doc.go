// SPDX-License-Identifier: Apache-2.0

// Package secret reads API tokens, client secrets and values of headers, from the configuration and from files alike. A
// byte order mark and white space around a secret are left out. What can't be a secret is refused by name and position,
// in a sentence that says what to do and repeats nothing of the secret.
package secret // import "github.com/otel-okta/okta-systemlog-receiver/internal/secret"
