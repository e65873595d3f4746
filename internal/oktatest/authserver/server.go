// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"crypto/ecdsa"
	"maps"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// Env is what an authorization server needs of its org.
type Env struct {
	// Now returns the time on Okta's clock.
	Now func() time.Time
	// Log writes an event into the org's own log.
	Log func(event logevent.Event)
	// IDs makes the ids of tokens, nonces and events.
	IDs *api.IDs
}

// Server is the org authorization server. It is safe for concurrent use. Make one with [New].
type Server struct {
	options Options
	env     Env

	// mu guards what follows. Functions of env are called without it: the org has a lock of its own.
	mu          sync.Mutex
	apps        map[string]App
	signer      *ecdsa.PrivateKey
	issued      map[string]*accessToken
	assertions  replays
	proofs      replays
	nonces      []nonce
	issuedCount int
	failed      map[string]int
	challenges  int
}

// New returns an authorization server with the given clients by client id.
func New(options Options, apps map[string]App, env Env) *Server {
	s := &Server{
		options: options.WithDefaults(), env: env,
		apps: map[string]App{}, issued: map[string]*accessToken{}, failed: map[string]int{},
	}
	for clientID, app := range apps {
		s.apps[clientID] = app.normal()
	}
	return s
}

// Issued returns how many access tokens were issued so far, those included that a fault kept from the client.
func (s *Server) Issued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issuedCount
}

// FailedGrants returns how many token requests were refused so far, by `error`. Nonce challenges, rate limits and
// faults are not among them.
func (s *Server) FailedGrants() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.failed)
}

// NonceChallenges returns how many token requests were answered use_dpop_nonce so far.
func (s *Server) NonceChallenges() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.challenges
}

// RevokeTokens revokes every access token of the client and returns how many were alive.
func (s *Server) RevokeTokens(clientID string) int {
	now := s.env.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	alive := 0
	for _, token := range s.issued {
		if token.clientID == clientID && !token.revoked {
			token.revoked = true
			if token.expires.After(now) {
				alive++
			}
		}
	}
	return alive
}
