// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

const (
	// assertionType says that a client proves itself with a JWT (RFC 7523, section 2.2).
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// assertionLifetime is far below the hour that Okta allows, so that a clock that is off by seconds does not
	// matter.
	assertionLifetime = 5 * time.Minute
)

// ClientAuth proves to the token endpoint which client sends a request. It is [PrivateKey] or [ClientSecret].
type ClientAuth interface {
	// prove adds the proof to the form or the header of a token request. A proof is for one request only.
	// now is the time on Okta's clock. Its error is an [*oktaerr.Error].
	prove(form url.Values, header http.Header, endpoint string, now time.Time) error
}

// PrivateKey is a client that signs with a private key (private_key_jwt), in one of the shapes that package privatekey
// reads. keyID is the kid by which the app knows the key; a JWK's own is the default.
func PrivateKey(clientID, keyID string, key Secret) ClientAuth {
	return &privateKey{clientID: clientID, keyID: keyID, place: secret.Place{Setting: "oauth.private_key"}, key: key}
}

// PrivateKeyFile is [PrivateKey] with the key in a file; setting is the configuration's name for it. The file is read
// for every token.
func PrivateKeyFile(clientID, keyID, setting, path string) ClientAuth {
	place := secret.Place{Setting: setting, Path: path}
	return &privateKey{clientID: clientID, keyID: keyID, place: place, key: keyFile(place)}
}

type privateKey struct {
	clientID, keyID string
	place           secret.Place
	key             Secret
}

func (p *privateKey) prove(form url.Values, _ http.Header, endpoint string, now time.Time) error {
	text, err := p.key()
	if err != nil {
		return err
	}
	key, err := parseKey(p.place, string(text), p.keyID)
	if err != nil {
		return unusable(err)
	}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return unusable(fmt.Errorf("use the private key: %w", err))
	}
	assertion, err := jwt.Signed(signer).Claims(p.claims(endpoint, now)).Serialize()
	if err != nil {
		return unusable(fmt.Errorf("sign with the private key: %w", err))
	}
	form.Set("client_assertion_type", assertionType)
	form.Set("client_assertion", assertion)
	return nil
}

// claims are those that Okta requires (Okta, build a JWT for client authentication). The optional iat is left out:
// with a clock that is ahead Okta would refuse it.
func (p *privateKey) claims(endpoint string, now time.Time) jwt.Claims {
	return jwt.Claims{
		Issuer:  p.clientID,
		Subject: p.clientID,
		// The audience is the very URL that is called: Okta compares the two.
		Audience: jwt.Audience{endpoint},
		Expiry:   jwt.NewNumericDate(now.Add(assertionLifetime)),
		// Okta accepts each assertion once, so no two requests share one.
		ID: rand.Text(),
	}
}

// ClientSecret is a client with a secret, as API service integrations have it. Okta accepts it only in
// the Authorization header (client_secret_basic). The secret is read for every token.
func ClientSecret(clientID string, value Secret) ClientAuth {
	return &clientSecret{clientID: clientID, secret: value}
}

type clientSecret struct {
	clientID string
	secret   Secret
}

func (c *clientSecret) prove(_ url.Values, header http.Header, _ string, _ time.Time) error {
	value, err := c.secret()
	if err != nil {
		return err
	}
	// Both are form-encoded first (RFC 6749, section 2.3.1).
	basic := http.Request{Header: header}
	basic.SetBasicAuth(url.QueryEscape(c.clientID), url.QueryEscape(string(value)))
	wire.ConcealPassing(strings.TrimPrefix(header.Get("Authorization"), "Basic "))
	return nil
}
