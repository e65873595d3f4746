// SPDX-License-Identifier: Apache-2.0

package auth

import "sync"

// DPoP says whether access tokens are bound to a key.
type DPoP string

const (
	// DPoPAuto does what the app wants. It is found out with the first token.
	DPoPAuto DPoP = "auto"
	// DPoPRequired takes no token that is not bound.
	DPoPRequired DPoP = "required"
	// DPoPDisabled sends no proofs.
	DPoPDisabled DPoP = "disabled"
)

// mode is whether requests for tokens carry a proof.
//
// In auto, the first request does: an app that requires one then answers at most with its nonce,
// which is no failed grant, and an app that does not use DPoP issues a Bearer token. From then on it
// gets requests without. Should it refuse one of these, for an admin has switched DPoP on meanwhile,
// proofs are sent for good: a failed grant, which Okta writes into its log, happens once at most.
type mode struct {
	configured DPoP

	mu      sync.Mutex
	without bool // auto: the app issued a Bearer token for a request with a proof
	forGood bool // auto: the app refused a request without
}

// proves reports whether the next request for a token carries a proof.
func (m *mode) proves() bool {
	if m.configured != DPoPAuto {
		return m.configured == DPoPRequired
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.forGood || !m.without
}

// issued learns from a token, which is bound or not.
func (m *mode) issued(bound bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.without = !bound
}

// required learns that the app requires proofs. It reports whether that changes the next request.
func (m *mode) required() bool {
	if m.configured != DPoPAuto {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	changes := m.without && !m.forGood
	m.forGood = true
	return changes
}
