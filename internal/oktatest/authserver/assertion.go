// SPDX-License-Identifier: Apache-2.0

package authserver

import (
	"cmp"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

const (
	// maxAssertionAge is how far ahead of Okta's clock `exp` may be, to the second (Okta, "Implement OAuth for Okta
	// with a service app").
	maxAssertionAge = time.Hour
	// minRSABits is the smallest RSA key Okta accepts.
	minRSABits = 2048
)

// algorithms are those Okta accepts in assertions and proofs.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512}

// claims are the members of a JWT, undecoded, so that each can be complained about on its own.
type claims map[string]json.RawMessage

// text returns a claim that is a string with something in it.
func (c claims) text(name string) (value string, ok bool) {
	return value, json.Unmarshal(c[name], &value) == nil && value != ""
}

// seconds returns a claim that is a number of seconds since the epoch.
func (c claims) seconds(name string) (at time.Time, ok bool) {
	seconds, err := strconv.ParseFloat(string(c[name]), 64)
	if err != nil || seconds < 0 || seconds > 1e15 {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}

func (c claims) has(name string) bool { return len(c[name]) > 0 && string(c[name]) != "null" }

// parseJWT reads a JWT without verifying it. The failures are those for a text that is none and for an algorithm that
// is not accepted.
func parseJWT(raw string, unparsable, algorithm *failure) (*jwt.JSONWebToken, claims, *failure) {
	token, err := jwt.ParseSigned(raw, algorithms)
	if other := (*jose.ErrUnexpectedSignatureAlgorithm)(nil); errors.As(err, &other) {
		return nil, nil, algorithm
	}
	var members claims
	if err != nil || token.UnsafeClaimsWithoutVerification(&members) != nil {
		return nil, nil, unparsable
	}
	return token, members, nil
}

// authenticateAssertion checks a client_assertion (RFC 7523 §3; Okta, OAuth 2.0 error code catalogue). The order is
// ours, Okta documents none: whether it can be read, whose it is, who signed it, where and when it may be used, and
// whether it was used before.
func (s *Server) authenticateAssertion(r *http.Request) (client, *failure) {
	token, members, refused := parseJWT(r.PostForm.Get("client_assertion"), assertionUnparsable, assertionAlgorithm)
	if refused != nil {
		return client{}, refused
	}
	id, _ := members.text("iss")
	app, known := s.app(id)
	subject, _ := members.text("sub")
	switch {
	case !known:
		return client{}, assertionIssuer
	case subject != id:
		return client{}, assertionSubject
	case r.PostForm.Has("client_id") && r.PostForm.Get("client_id") != id:
		return client{}, unknownClient
	case app.Inactive:
		return client{}, clientFailed
	}
	now := s.env.Now()
	if refused := app.verify(token, now); refused != nil {
		return client{}, refused
	}
	if refused := s.checkAssertion(r, app, members, now); refused != nil {
		return client{}, refused
	}
	return client{id: id, app: app, method: "private_key_jwt"}, s.useAssertion(id, members, now)
}

// verify checks the signature with the key that the token names.
func (a App) verify(token *jwt.JSONWebToken, now time.Time) *failure {
	a.Keys = slices.DeleteFunc(slices.Clone(a.Keys), func(k AppKey) bool { return k.KnownFrom.After(now) })
	if len(a.Keys) == 0 {
		return noKeySet
	}
	if !a.validKeys() {
		return badKeySet
	}
	named := a.named(token.Headers[0].KeyID)
	if named == nil {
		return assertionKeyID
	}
	key := named.Key
	if key.Use != "" && key.Use != "sig" {
		return notSigningKey
	}
	var verified claims
	if token.Claims(key.Key, &verified) != nil || key.Algorithm != "" && key.Algorithm != token.Headers[0].Algorithm {
		return assertionSignature
	}
	return nil
}

// named returns the active key that an assertion names, or nil.
func (a App) named(keyID string) *AppKey {
	if keyID == "" && a.LoneKeyNeedsNoID && len(a.Keys) == 1 {
		keyID = a.Keys[0].Key.KeyID
	}
	at := slices.IndexFunc(a.Keys, func(k AppKey) bool { return !k.Inactive && k.Key.KeyID == keyID })
	if keyID == "" || at < 0 {
		return nil
	}
	return &a.Keys[at]
}

func (a App) validKeys() bool {
	seen := map[string]bool{}
	for _, k := range a.Keys {
		if seen[k.Key.KeyID] || !k.Key.Valid() || !k.Key.IsPublic() || weak(k.Key) {
			return false
		}
		seen[k.Key.KeyID] = true
	}
	return true
}

func weak(key jose.JSONWebKey) bool {
	public, ok := key.Key.(*rsa.PublicKey)
	return ok && public.N.BitLen() < minRSABits
}

// checkAssertion checks where an assertion may be used, and when.
func (s *Server) checkAssertion(r *http.Request, app App, members claims, now time.Time) *failure {
	app.AudienceHost = cmp.Or(app.AudienceHost, r.Host)
	var audience jwt.Audience
	if audience.UnmarshalJSON(members["aud"]) != nil || !audience.Contains(api.Scheme(r)+"://"+app.AudienceHost+api.TokenPath) {
		return assertionAudience
	}
	expires, ok := members.seconds("exp")
	switch {
	case !ok:
		return assertionNoExpiry
	case !expires.After(now):
		return assertionExpired
	case expires.After(now.Add(maxAssertionAge)):
		return assertionTooLong
	}
	issued, ok := members.seconds("iat")
	switch {
	case !members.has("iat"): // it is optional
		return nil
	case !ok:
		return assertionUnparsable
	case issued.After(now):
		return assertionEarly
	}
	return nil
}

// useAssertion uses up the jti of an assertion and refuses one that was used before. `jti` is optional; an assertion
// without one can be sent again.
func (s *Server) useAssertion(clientID string, members claims, now time.Time) *failure {
	if !members.has("jti") {
		return nil
	}
	jti, ok := members.text("jti")
	if !ok {
		return assertionUnparsable
	}
	expires, _ := members.seconds("exp")
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.assertions.use(clientID+"\x00"+jti, expires, now) {
		return assertionUsed
	}
	return nil
}
