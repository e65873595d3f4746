// SPDX-License-Identifier: Apache-2.0

// Package auth adds Okta credentials to requests, as an [http.RoundTripper] around the transport
// that reaches the org, so that the client above it does not know which kind is in use.
//
// [SSWS] sends API tokens. [OAuth] sends access tokens of OAuth 2.0 service apps. It requests them at the org's
// token endpoint, authenticated by a private key ([PrivateKey], private_key_jwt) or a client secret
// ([ClientSecret], client_secret_basic), and binds them to a key of its own with DPoP (RFC 9449) where the app
// requires that.
//
//	request ──► token still good? ──► sign: Authorization, DPoP proof ──► send ──► answer
//	                 │ no                        ▲                          │ 401: drop the token, once
//	                 ▼                           │                          │ nonce wanted, clock off: once each
//	            request one, one at a time       └──────────────────────────┘
//
// A request that carries a proof costs 0.17 ms of CPU and 23 kB more than one that does not
// (BenchmarkSignedRequest on a 2-core AMD EPYC): nothing beside a page of a thousand events.
//
// JSON Web Tokens, keys and signatures are go-jose's; nothing here is cryptography of its own.
package auth // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
