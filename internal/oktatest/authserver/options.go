// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"cmp"
	"time"
)

// Defaults of Options.
const (
	// DefaultTokenLifetime is how long access tokens of the org authorization server live (Okta, "Implement OAuth for
	// Okta with a service app").
	DefaultTokenLifetime = time.Hour
	// DefaultTokenRateLimit is the bucket of the token endpoint in requests a minute.
	DefaultTokenRateLimit = 600
	// DefaultNonceLifetime is how long a DPoP nonce is the current one (Okta, "Configure OAuth 2.0 Demonstrating
	// Proof-of-Possession").
	DefaultNonceLifetime = 24 * time.Hour
	// DefaultNonceGrace is how long after it was made a DPoP nonce is accepted (same source).
	DefaultNonceGrace = 72 * time.Hour
)

// ResourceNonce says whether /api/v1/logs asks for a nonce in DPoP proofs. Okta: "isn't currently required"; RFC 9449
// §9 provides for it.
type ResourceNonce int

const (
	// NonceIgnored does not look at the nonce, the default.
	NonceIgnored ResourceNonce = iota
	// NonceAsked401 answers 401 use_dpop_nonce, as RFC 9449 §9 does.
	NonceAsked401
	// NonceAsked400 answers 400 use_dpop_nonce, the status Okta gives to every other DPoP problem.
	NonceAsked400
)

// Options describe the org authorization server. The zero value behaves as documented; where Okta is silent, the
// switches choose.
type Options struct {
	// RateLimit is the token endpoint's ceiling in requests a minute; 0 means DefaultTokenRateLimit, negative none.
	RateLimit int
	// Latency is how long a token request takes. A client that goes away ends it early.
	Latency time.Duration
	// LogGrants makes the org write what happens at the token endpoint into its own log, as Okta does: grants, failed
	// grants, nonce challenges.
	LogGrants bool

	// NonceLifetime is how long a nonce is the current one; 0 means DefaultNonceLifetime.
	NonceLifetime time.Duration
	// NonceGrace is how long after it was made a nonce is accepted; 0 means DefaultNonceGrace.
	NonceGrace time.Duration
	// NonceOnlyInChallenges leaves dpop-nonce out of successful answers. Okta's text implies it there; no sample shows
	// it.
	NonceOnlyInChallenges bool
	// ResourceNonce chooses whether /api/v1/logs asks for a nonce.
	ResourceNonce ResourceNonce

	// BindUnasked binds a token to a proof that an app sends without being required to. Okta does not say; the default
	// ignores the proof.
	BindUnasked bool
}

// WithDefaults returns o with every zero value that stands for a default filled in.
func (o Options) WithDefaults() Options {
	o.RateLimit = cmp.Or(o.RateLimit, DefaultTokenRateLimit)
	o.NonceLifetime = cmp.Or(o.NonceLifetime, DefaultNonceLifetime)
	o.NonceGrace = cmp.Or(o.NonceGrace, DefaultNonceGrace)
	return o
}
