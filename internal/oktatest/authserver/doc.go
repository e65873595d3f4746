// SPDX-License-Identifier: Apache-2.0

// Package authserver is the org authorization server of a simulated org: OAuth 2.0 client credentials as Okta grants
// them to service apps, with every check that Okta documents.
//
// A client proves who it is with a signed assertion or a secret (client.go, assertion.go), and that it holds a key with
// a DPoP proof and a nonce of the server's (dpop.go, nonce.go). What is granted is an access token (grant.go,
// tokenendpoint.go), and a request that presents one is held against it and the app as it is at that moment
// (accesstoken.go). Rate limits, faults and latencies of the token endpoint are the org's.
package authserver
