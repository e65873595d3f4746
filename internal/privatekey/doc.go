// SPDX-License-Identifier: Apache-2.0

// Package privatekey reads the private key of an OAuth app in the shapes that people have it in: PEM and JWK, however
// their line breaks, quotes and spaces were changed on the way, and DER. A key that Okta does not take, and what is no
// private key, is refused in a sentence that says what it is and what to do, with the command that converts it.
package privatekey // import "github.com/otel-okta/okta-systemlog-receiver/internal/privatekey"
