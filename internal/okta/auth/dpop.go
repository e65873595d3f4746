// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	proofHeader = "DPoP"
	nonceHeader = "DPoP-Nonce"
	// proofAge is how far a proof's iat lies before now. Okta refuses a proof from the future, with an
	// unknown tolerance, and one that is more than five minutes old.
	proofAge = 5 * time.Second
)

// prover makes DPoP proofs (RFC 9449) with a key of its own, which is kept in memory only. Access tokens are bound
// to that key and can't be used without it.
type prover struct {
	signer jose.Signer
}

// newProver makes a key on P-256: signing with it costs a fraction of what RSA takes.
func newProver() (*prover, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key for dpop: %w", err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key},
		(&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		return nil, fmt.Errorf("use the key for dpop: %w", err)
	}
	return &prover{signer: signer}, nil
}

// proofClaims are those of RFC 9449, section 4.2. IssuedAt is in seconds.
type proofClaims struct {
	Method          string `json:"htm"`
	URL             string `json:"htu"`
	IssuedAt        int64  `json:"iat"`
	ID              string `json:"jti"`
	AccessTokenHash string `json:"ath,omitempty"`
	Nonce           string `json:"nonce,omitempty"`
}

// proof makes a proof for one sending of a request; no two sendings share one. tokenHash is that of
// the access token that the request carries, "" when it carries none. now is the time on Okta's clock.
func (p *prover) proof(method string, target *url.URL, tokenHash, nonce string, now time.Time) (string, error) {
	proof, err := jwt.Signed(p.signer).Claims(proofClaims{
		Method: method,
		// Without query and fragment, or Okta refuses it.
		URL:             (&url.URL{Scheme: target.Scheme, Host: target.Host, Path: target.Path, RawPath: target.RawPath}).String(),
		IssuedAt:        now.Add(-proofAge).Unix(),
		ID:              rand.Text(),
		AccessTokenHash: tokenHash,
		Nonce:           nonce,
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign the dpop proof: %w", err)
	}
	return proof, nil
}

// hashOf is the ath of an access token (RFC 9449, section 4.2).
func hashOf(accessToken string) string {
	sum := sha256.Sum256([]byte(accessToken))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// nonces is the newest nonce of one server. Okta renews it every 24 hours and accepts the old one for three days,
// so the nonce of the latest answer is accepted.
type nonces struct {
	mu     sync.Mutex
	newest string
}

// observe keeps the nonce of an answer. It reports whether there was one.
func (n *nonces) observe(h http.Header) bool {
	nonce := h.Get(nonceHeader)
	if nonce == "" || len(nonce) > maxNonceBytes {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.newest = nonce
	return true
}

func (n *nonces) get() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.newest
}
