// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// expiredFor is how long an expired token is remembered as such; after that it is unknown, and as invalid as any other text.
const expiredFor = 24 * time.Hour

// accessToken is what the org knows of a token it minted. The Org's lock guards it.
type accessToken struct {
	clientID   string
	scopes     []string
	expires    time.Time
	thumbprint string // of the DPoP key it is bound to, or empty
	revoked    bool
}

// mint makes an access token and notes it. The token looks like Okta's and is signed with a key of this Org's own. It needs the lock.
func (o *Org) mint(r *http.Request, decided grant, now time.Time) string {
	who, expires := decided.who, now.Add(decided.who.app.TokenLifetime)
	issuer := api.Origin(r)
	id := "AT." + o.ids.Next()
	members := map[string]any{
		"ver": 1, "jti": id, "iss": issuer, "aud": issuer, "sub": who.id, "cid": who.id, "scp": decided.scopes,
		"iat": now.Unix(), "exp": expires.Unix(),
	}
	if decided.thumbprint != "" {
		members["cnf"] = map[string]string{"jkt": decided.thumbprint}
	}
	token, err := jwt.Signed(o.tokenSigner()).Claims(members).Serialize()
	if err != nil { // strings and numbers always marshal, and the key is a good one
		panic(err)
	}
	for text, old := range o.oauth.issued {
		if now.Sub(old.expires) > expiredFor {
			delete(o.oauth.issued, text)
		}
	}
	o.oauth.issued[token] = &accessToken{clientID: who.id, scopes: decided.scopes, expires: expires, thumbprint: decided.thumbprint}
	o.oauth.mints++
	o.logGrant(r, grantRecord{clientID: who.id, method: who.method, scopes: decided.scopes, tokenID: id}, now)
	return token
}

// tokenSigner signs access tokens. Its key is made with the first token. Okta signs with RS256; clients must not look into access tokens.
func (o *Org) tokenSigner() jose.Signer {
	if o.oauth.signer == nil {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil { // crypto/rand does not fail
			panic(err)
		}
		o.oauth.signer = key
	}
	options := (&jose.SignerOptions{}).WithType("application/okta-internal-at+jwt").WithHeader("kid", "synthetic-org-key")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: o.oauth.signer}, options)
	if err != nil { // a P-256 key signs ES256
		panic(err)
	}
	return signer
}

// authenticateAccessToken decides on a request with an access token, presented with scheme Bearer or DPoP. Problems of the token and of the
// proof are told in WWW-Authenticate with an empty body, a missing admin role in JSON as everywhere in the management API.
func (o *Org) authenticateAccessToken(r *http.Request, h http.Header, scheme, credential string) (principal, *apierror.Error) {
	now := o.Now()
	token, app, refused := o.presented(credential, now)
	if refused == nil {
		refused = o.checkPossession(r, token, scheme, credential)
	}
	// A scope that is withdrawn from the app is withdrawn from its tokens at once.
	if scope := api.NeededScope(r); refused == nil && !(slices.Contains(token.scopes, scope) && slices.Contains(app.Scopes, scope)) {
		refused = tokenScope
	}
	if refused != nil {
		return principal{}, refused.onResource(scheme, r)
	}
	if app.Role == RoleMissing {
		return principal{}, apierror.New(http.StatusForbidden, "E0000006")
	}
	if token.thumbprint != "" && o.opts.OAuth.ResourceNonce != NonceIgnored {
		o.update(func() { h.Set(nonceHeader, o.currentNonce(now)) })
	}
	return principal{name: token.clientID, seesNothing: app.Role == RoleSeesNothing, logsOnly: app.Role == RoleLogsOnly}, nil
}

// presented finds a token and its app.
func (o *Org) presented(credential string, now time.Time) (accessToken, App, *oauthFailure) {
	o.mu.Lock()
	defer o.mu.Unlock()
	token, known := o.oauth.issued[credential]
	if !known {
		return accessToken{}, App{}, tokenInvalid
	}
	app, exists := o.oauth.apps[token.clientID]
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
func (o *Org) checkPossession(r *http.Request, token accessToken, scheme, credential string) *oauthFailure {
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
	checked, refused := o.checkProof(r, credential)
	switch {
	case refused != nil:
		return refused
	case checked.thumbprint != token.thumbprint:
		return proofBinding
	case o.opts.OAuth.ResourceNonce == NonceIgnored:
		return nil
	}
	wanted := *resourceNonce
	wanted.status = http.StatusUnauthorized
	if o.opts.OAuth.ResourceNonce == NonceAsked400 {
		wanted.status = http.StatusBadRequest
	}
	return o.checkNonce(checked.nonce, &wanted)
}
