// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

// maxProofAge is how long after `iat` a proof is accepted (Okta, OAuth 2.0 error code catalogue: "more than five
// minutes in the past").
const maxProofAge = 5 * time.Minute

// proof is a DPoP proof that passed every check that needs no knowledge of the token's binding and of nonces.
type proof struct {
	// thumbprint is that of the key that signed it.
	thumbprint string
	// nonce is empty when the proof has none.
	nonce string
}

// bind returns the thumbprint that the token of a request will be bound to, or an empty one for a plain token.
func (s *Server) bind(r *http.Request, app App) (thumbprint string, refused *failure) {
	sent := len(r.Header.Values("DPoP")) > 0
	wanted := app.RequireDPoP || sent && s.options.BindUnasked
	if !wanted {
		return "", nil
	}
	checked, refused := s.checkProof(r, "")
	if refused != nil {
		return "", refused
	}
	if refused := s.checkNonce(checked.nonce, nonceWanted); refused != nil {
		return "", refused
	}
	return checked.thumbprint, nil
}

// checkProof checks the one proof of a request (RFC 9449 §4.3; Okta, "Configure OAuth 2.0 Demonstrating
// Proof-of-Possession"). accessToken is empty at the token endpoint. Okta does not document the order of the checks;
// the nonce comes after all of these, so that a proof that gets a nonce challenge is genuine, in time, and used up.
func (s *Server) checkProof(r *http.Request, accessToken string) (proof, *failure) {
	sent := r.Header.Values("DPoP")
	switch len(sent) {
	case 0:
		return proof{}, proofMissing
	case 1:
	default:
		return proof{}, proofRepeated
	}
	key, members, refused := verifyProof(sent[0])
	if refused != nil {
		return proof{}, refused
	}
	now := s.env.Now()
	if refused := s.checkProofClaims(r, members, now); refused != nil {
		return proof{}, refused
	}
	if hash, _ := members.text("ath"); accessToken != "" && hash != tokenHash(accessToken) {
		return proof{}, proofTokenHash
	}
	if refused := s.useProof(members, now); refused != nil {
		return proof{}, refused
	}
	nonce, _ := members.text("nonce")
	return proof{thumbprint: thumbprint(key), nonce: nonce}, nil
}

// verifyProof checks the signature with the key that the proof carries. A private key in the header makes the whole
// proof unreadable.
func verifyProof(raw string) (jose.JSONWebKey, claims, *failure) {
	token, _, refused := parseJWT(raw, proofUnparsable, proofAlgorithm)
	if refused != nil {
		return jose.JSONWebKey{}, nil, refused
	}
	header := token.Headers[0]
	if kind, _ := header.ExtraHeaders[jose.HeaderType].(string); kind != "dpop+jwt" {
		return jose.JSONWebKey{}, nil, proofType
	}
	if header.JSONWebKey == nil || weak(*header.JSONWebKey) {
		return jose.JSONWebKey{}, nil, proofInvalid
	}
	var members claims
	if token.Claims(header.JSONWebKey.Key, &members) != nil {
		return jose.JSONWebKey{}, nil, proofSignature
	}
	return *header.JSONWebKey, members, nil
}

// checkProofClaims checks what a proof is for, and when. `htu` is the URL that was called, character by character,
// without query and fragment.
func (s *Server) checkProofClaims(r *http.Request, members claims, now time.Time) *failure {
	if method, _ := members.text("htm"); method != r.Method {
		return proofMethod
	}
	if target, _ := members.text("htu"); target != api.Origin(r)+r.URL.Path {
		return proofURL
	}
	issued, ok := members.seconds("iat")
	expires, hasEnd := members.seconds("exp")
	_, hasID := members.text("jti")
	switch {
	case !ok:
		return proofIssuedAt
	case issued.After(now):
		return proofEarly
	case now.Sub(issued) > maxProofAge:
		return proofOld
	case hasEnd && !expires.After(now):
		return proofExpired
	case !hasID:
		return proofID
	}
	return nil
}

func (s *Server) useProof(members claims, now time.Time) *failure {
	jti, _ := members.text("jti")
	issued, _ := members.seconds("iat")
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.proofs.use(jti, issued.Add(maxProofAge), now) {
		return proofUsed
	}
	return nil
}

// tokenHash is the `ath` of an access token: base64url of its SHA-256, without padding (RFC 9449 §4.2).
func tokenHash(accessToken string) string {
	sum := sha256.Sum256([]byte(accessToken))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
