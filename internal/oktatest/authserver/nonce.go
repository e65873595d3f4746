// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"slices"
	"time"
)

// currentNonce returns the nonce that answers carry now, and makes one when the last has had its day. It needs the
// lock.
func (s *Server) currentNonce(now time.Time) string {
	nonces, opts := s.nonces, s.options
	if n := len(nonces); n > 0 && now.Sub(nonces[n-1].made) < min(opts.NonceLifetime, opts.NonceGrace) {
		return nonces[n-1].value
	}
	s.nonces = slices.DeleteFunc(nonces, func(n nonce) bool { return now.Sub(n.made) > opts.NonceGrace })
	return s.newNonce(now)
}

func (s *Server) newNonce(now time.Time) string {
	made := nonce{value: s.env.IDs.Next(), made: now}
	s.nonces = append(s.nonces, made)
	return made.value
}

// checkNonce refuses a nonce that is not accepted with the given challenge.
func (s *Server) checkNonce(value string, challenge *failure) *failure {
	now := s.env.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	accepted := slices.ContainsFunc(s.nonces, func(n nonce) bool { return n.value == value && now.Sub(n.made) <= s.options.NonceGrace })
	if accepted {
		return nil
	}
	return challenge.withNonce(s.currentNonce(now))
}

// RotateNonce makes a new nonce the current one and returns it. The ones before are accepted for the rest of their
// grace.
func (s *Server) RotateNonce() string {
	now := s.env.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newNonce(now)
}

// ForgetNonces ends the grace of every nonce.
func (s *Server) ForgetNonces() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nonces = nil
}
