// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// key is a key pair for private_key_jwt.
type key struct{ jwk jose.JSONWebKey }

// newKey makes an EC key on P-256. Its kid is the thumbprint of the public key (RFC 7638), so that no two have the
// same.
func newKey() (key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return key{}, fmt.Errorf("make a key: %w", err)
	}
	jwk := jose.JSONWebKey{Key: private, Algorithm: string(jose.ES256), Use: "sig"}
	thumbprint, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return key{}, fmt.Errorf("make a key: %w", err)
	}
	jwk.KeyID = base64.RawURLEncoding.EncodeToString(thumbprint)
	return key{jwk}, nil
}

// id is the key's kid.
func (k key) id() string { return k.jwk.KeyID }

// private is the JWK for the receiver.
func (k key) private() ([]byte, error) {
	text, err := json.Marshal(k.jwk)
	if err != nil {
		return nil, fmt.Errorf("write the key: %w", err)
	}
	return append(text, '\n'), nil
}

// public is the JWK for Okta: the private half never leaves this machine.
func (k key) public() (json.RawMessage, error) {
	text, err := json.Marshal(k.jwk.Public())
	if err != nil {
		return nil, fmt.Errorf("write the public key: %w", err)
	}
	return text, nil
}

// readKey returns the key in a file of the directory, and whether there is one.
func (d directory) readKey(name string) (k key, found bool, err error) {
	text, err := d.read(name)
	if err != nil || text == nil {
		return key{}, false, err
	}
	if err := json.Unmarshal(text, &k.jwk); err != nil || !k.jwk.Valid() || k.jwk.IsPublic() || k.jwk.KeyID == "" {
		return key{}, false, fmt.Errorf("%s does not hold the private key that setup wrote: restore it from a copy, or remove the file and run setup again, which makes a new key", d.path(name))
	}
	return k, true, nil
}

// ensureKey returns the key in a file of the directory, and makes one where there is none.
func (d directory) ensureKey(name string) (key, error) {
	k, found, err := d.readKey(name)
	if found || err != nil {
		return k, err
	}
	if k, err = newKey(); err != nil {
		return key{}, err
	}
	return k, d.writeKey(name, k)
}

// writeKey writes a key into a file of the directory.
func (d directory) writeKey(name string, k key) error {
	text, err := k.private()
	if err != nil {
		return err
	}
	return d.write(name, text)
}
