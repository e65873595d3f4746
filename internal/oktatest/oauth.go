// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"crypto/ecdsa"
	"maps"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// Defaults of OAuth.
const (
	// DefaultTokenLifetime is how long access tokens of the org authorization server live (Okta, "Implement OAuth for Okta with a service app").
	DefaultTokenLifetime = time.Hour
	// DefaultTokenRateLimit is the bucket of the token endpoint in requests a minute.
	DefaultTokenRateLimit = 600
	// DefaultNonceLifetime is how long a DPoP nonce is the current one (Okta, "Configure OAuth 2.0 Demonstrating Proof-of-Possession").
	DefaultNonceLifetime = 24 * time.Hour
	// DefaultNonceGrace is how long after it was made a DPoP nonce is accepted (same source).
	DefaultNonceGrace = 72 * time.Hour
)

// ResourceNonce says whether /api/v1/logs asks for a nonce in DPoP proofs. Okta: "isn't currently required"; RFC 9449 §9 provides for it.
type ResourceNonce int

const (
	// NonceIgnored does not look at the nonce, the default.
	NonceIgnored ResourceNonce = iota
	// NonceAsked401 answers 401 use_dpop_nonce, as RFC 9449 §9 does.
	NonceAsked401
	// NonceAsked400 answers 400 use_dpop_nonce, the status Okta gives to every other DPoP problem.
	NonceAsked400
)

// OAuth describes the org authorization server. The zero value behaves as documented; where Okta is silent, the switches choose.
type OAuth struct {
	// RateLimit is the token endpoint's ceiling in requests a minute; 0 means DefaultTokenRateLimit, NoRateLimit none.
	RateLimit int
	// Latency is how long a token request takes. A client that goes away ends it early.
	Latency time.Duration
	// LogGrants makes the org write what happens at the token endpoint into its own log, as Okta does: grants, failed grants, nonce challenges.
	LogGrants bool

	// NonceLifetime is how long a nonce is the current one; 0 means DefaultNonceLifetime.
	NonceLifetime time.Duration
	// NonceGrace is how long after it was made a nonce is accepted; 0 means DefaultNonceGrace.
	NonceGrace time.Duration
	// NonceOnlyInChallenges leaves dpop-nonce out of successful answers. Okta's text implies it there; no sample shows it.
	NonceOnlyInChallenges bool
	// ResourceNonce chooses whether /api/v1/logs asks for a nonce.
	ResourceNonce ResourceNonce

	// BindUnasked binds a token to a proof that an app sends without being required to. Okta does not say; the default ignores the proof.
	BindUnasked bool
}

func (o OAuth) withDefaults() OAuth {
	setDefault(&o.RateLimit, DefaultTokenRateLimit)
	setDefault(&o.NonceLifetime, DefaultNonceLifetime)
	setDefault(&o.NonceGrace, DefaultNonceGrace)
	return o
}

// oauthState is what the authorization server remembers. The Org's lock guards it.
type oauthState struct {
	apps       map[string]App
	signer     *ecdsa.PrivateKey
	issued     map[string]*accessToken
	assertions replays
	proofs     replays
	nonces     []nonce
	bucket     *bucket
	faults     fault.Queue
	mints      int
	failed     map[string]int
	challenges int
}

func newOAuthState(opts Options) oauthState {
	apps := make(map[string]App, len(opts.Apps))
	for clientID, app := range opts.Apps {
		apps[clientID] = app.normal()
	}
	return oauthState{
		apps:       apps,
		issued:     map[string]*accessToken{},
		assertions: replays{},
		proofs:     replays{},
		bucket:     newBucket(Options{RateLimit: opts.OAuth.RateLimit, PrincipalShare: 1}),
		failed:     map[string]int{},
	}
}

// Mints returns how many access tokens were minted so far, those included that a fault kept from the client.
func (o *Org) Mints() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.oauth.mints
}

// FailedGrants returns how many token requests were refused so far, by `error`. Nonce challenges, rate limits and faults are not among them.
func (o *Org) FailedGrants() map[string]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return maps.Clone(o.oauth.failed)
}

// NonceChallenges returns how many token requests were answered use_dpop_nonce so far.
func (o *Org) NonceChallenges() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.oauth.challenges
}

// RevokeTokens revokes every access token of the client and returns how many were alive.
func (o *Org) RevokeTokens(clientID string) int {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	alive := 0
	for _, token := range o.oauth.issued {
		if token.clientID == clientID && !token.revoked {
			token.revoked = true
			if token.expires.After(now) {
				alive++
			}
		}
	}
	return alive
}
