// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// expiredFor is how long an expired token is remembered as such; after that it is unknown, and as invalid as any other
// text.
const expiredFor = 24 * time.Hour

// issue makes an access token and notes it. The token looks like Okta's and is signed with a key of this server's own.
// It needs the lock.
func (s *Server) issue(r *http.Request, decided grant, now time.Time) (token, id string) {
	who, expires := decided.who, now.Add(decided.who.app.TokenLifetime)
	issuer := api.Origin(r)
	id = "AT." + s.env.IDs.Next()
	members := map[string]any{
		"ver": 1, "jti": id, "iss": issuer, "aud": issuer, "sub": who.id, "cid": who.id, "scp": decided.scopes,
		"iat": now.Unix(), "exp": expires.Unix(),
	}
	if decided.thumbprint != "" {
		members["cnf"] = map[string]string{"jkt": decided.thumbprint}
	}
	token, err := jwt.Signed(s.tokenSigner()).Claims(members).Serialize()
	if err != nil { // strings and numbers always marshal, and the key is a good one
		panic(err)
	}
	for text, old := range s.issued {
		if now.Sub(old.expires) > expiredFor {
			delete(s.issued, text)
		}
	}
	s.issued[token] = &accessToken{clientID: who.id, scopes: decided.scopes, expires: expires, thumbprint: decided.thumbprint}
	s.issuedCount++
	return token, id
}

// tokenSigner signs access tokens. Its key is made with the first token. Okta signs with RS256; clients must not look
// into access tokens.
func (s *Server) tokenSigner() jose.Signer {
	if s.signer == nil {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil { // crypto/rand does not fail
			panic(err)
		}
		s.signer = key
	}
	options := (&jose.SignerOptions{}).WithType("application/okta-internal-at+jwt").WithHeader("kid", "synthetic-org-key")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: s.signer}, options)
	if err != nil { // a P-256 key signs ES256
		panic(err)
	}
	return signer
}

// Caller is who presents an access token.
type Caller struct {
	// ClientID is the client that the token was issued to.
	ClientID string
	// Role is the admin role of the client. It is RoleMissing only beside an Admin that may change apps.
	Role AppRole
	// Admin is what the client may change with the management API.
	Admin Admin
}

// Authenticate decides on a request with an access token, presented with scheme Bearer or DPoP. Problems of the token
// and of the proof are told in WWW-Authenticate with an empty body, a missing admin role in JSON as everywhere in the
// management API. h is the answer's header.
func (s *Server) Authenticate(r *http.Request, h http.Header, scheme, credential string) (Caller, *apierror.Error) {
	now := s.env.Now()
	token, app, refused := s.presented(credential, now)
	if refused == nil {
		refused = s.checkPossession(r, token, scheme, credential)
	}
	// A scope that is withdrawn from the app is withdrawn from its tokens at once.
	if refused == nil && (!api.Opens(r, token.scopes) || !api.Opens(r, app.Scopes)) {
		refused = tokenScope
	}
	if refused != nil {
		return Caller{}, refused.onResource(scheme, r)
	}
	if app.Role == RoleMissing && app.Admin == AdminOfNothing {
		return Caller{}, apierror.New(http.StatusForbidden, "E0000006")
	}
	if token.thumbprint != "" && s.options.ResourceNonce != NonceIgnored {
		s.mu.Lock()
		h.Set(nonceHeader, s.currentNonce(now))
		s.mu.Unlock()
	}
	return Caller{ClientID: token.clientID, Role: app.Role, Admin: app.Admin}, nil
}

// presented finds a token and its app.
func (s *Server) presented(credential string, now time.Time) (accessToken, App, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	token, known := s.issued[credential]
	if !known {
		return accessToken{}, App{}, tokenInvalid
	}
	app, exists := s.apps[token.clientID]
	switch {
	case !exists, app.Inactive:
		return accessToken{}, App{}, tokenInvalid
	case token.revoked:
		return accessToken{}, App{}, tokenRevoked
	case !token.expires.After(now):
		return accessToken{}, App{}, tokenExpired
	}
	return *token, app, nil
}

// checkPossession checks that whoever presents a bound token has its key, and that a plain token is presented as one.
func (s *Server) checkPossession(r *http.Request, token accessToken, scheme, credential string) *failure {
	switch {
	case token.thumbprint == "" && scheme == "DPoP":
		return tokenNotBound
	case token.thumbprint == "":
		return nil
	case scheme != "DPoP":
		return wantsScheme
	case len(r.Header.Values("DPoP")) == 0:
		return wantsProof
	}
	checked, refused := s.checkProof(r, credential)
	switch {
	case refused != nil:
		return refused
	case checked.thumbprint != token.thumbprint:
		return proofBinding
	case s.options.ResourceNonce == NonceIgnored:
		return nil
	}
	wanted := *resourceNonce
	wanted.status = http.StatusUnauthorized
	if s.options.ResourceNonce == NonceAsked400 {
		wanted.status = http.StatusBadRequest
	}
	return s.checkNonce(checked.nonce, &wanted)
}
