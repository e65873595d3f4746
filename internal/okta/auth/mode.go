// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// DPoP says whether access tokens are bound to a key.
type DPoP string

const (
	// DPoPAuto does what the app wants, which the first token tells.
	DPoPAuto DPoP = "auto"
	// DPoPRequired accepts bound tokens only.
	DPoPRequired DPoP = "required"
	// DPoPDisabled sends no proofs.
	DPoPDisabled DPoP = "disabled"
)

// Types of access tokens, as they are written in the Authorization header.
const (
	bearer = "Bearer"
	bound  = "DPoP"
)

// mode is whether requests for tokens carry a proof.
//
// With auto the first request carries one. An app that requires proofs answers that with a nonce, which Okta does
// not log as a failed grant. An app without DPoP issues a Bearer token, and later requests carry no proof. If the
// app refuses one of those, because an admin has switched DPoP on meanwhile, every later request carries a proof:
// a failed grant, which Okta writes into its log, happens once at most.
type mode struct {
	configured DPoP

	mu      sync.Mutex
	without bool // auto: the app issued a Bearer token for a request with a proof
	always  bool // auto: the app refused a request without a proof
}

// proves reports whether the next request for a token carries a proof.
func (m *mode) proves() bool {
	if m.configured != DPoPAuto {
		return m.configured == DPoPRequired
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.always || !m.without
}

// accept reports under which type a token is sent, and learns from it how to ask for the next one. tokenType is
// the type in the answer, proved whether the request for it carried a proof. The error says that the
// configuration forbids the type or that it is not known.
func (m *mode) accept(tokenType string, proved bool) (string, error) {
	switch {
	case strings.EqualFold(tokenType, bound) && proved:
		m.issued(true)
		return bound, nil
	case strings.EqualFold(tokenType, bound):
		m.required()
		return "", &oktaerr.Error{Kind: oktaerr.Unauthorized, Cause: oktaerr.CauseDPoPRequired, Err: errors.New("a token for dpop came without being asked for")}
	case strings.EqualFold(tokenType, bearer) && m.configured == DPoPRequired:
		return "", &oktaerr.Error{Kind: oktaerr.Unauthorized, Cause: oktaerr.CauseDPoPOff, Err: errors.New("the access token is not bound to a key")}
	case strings.EqualFold(tokenType, bearer):
		m.issued(false)
		return bearer, nil
	default:
		return "", fmt.Errorf("the access token is of the unknown type %.40q", tokenType)
	}
}

// issued learns from a token whether the app binds tokens to a key.
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
	changes := m.without && !m.always
	m.always = true
	return changes
}
