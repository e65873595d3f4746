// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

const (
	// maxSecrets is how many secrets a client can have (Okta, client secret rotation).
	maxSecrets = 2
	// minRSABits is the shortest RSA key that Okta accepts (same source).
	minRSABits = 2048
	// maxKeyFile is the size of a key file, in bytes, above which it is none.
	maxKeyFile = 1 << 20
)

// client is the OAuth 2.0 client of the command line.
type client struct {
	id      string
	keyFile string
	keyID   string
	secrets []string
	dpop    bool
	scopes  []string
}

func (c client) validate(wrong *complaints, given map[string]bool) {
	for _, name := range []string{"client-key", "client-key-id", "client-secret", "dpop", "scopes"} {
		wrong.when(given[name] && c.id == "", "--%s does nothing without --client-id: give both", name)
	}
	wrong.when(c.id != "" && c.keyFile == "" && len(c.secrets) == 0, "--client-id needs --client-key or --client-secret: without them nobody can prove to be the client")
	wrong.when(c.keyID != "" && c.keyFile == "", "--client-key-id does nothing without --client-key: give both")
	wrong.when(len(c.secrets) > maxSecrets, "--client-secret can be given %d times at most, as Okta keeps no more", maxSecrets)
	wrong.when(slices.Contains(c.secrets, ""), "--client-secret must not be empty")
	wrong.when(given["scopes"] && len(c.scopes) == 0, "--scopes must not be empty")
}

// add makes the org know the client, if there is one. It has every role: its scopes say what it may do.
func (c client) add(opts *oktatest.Options) error {
	if c.id == "" {
		return nil
	}
	app := authserver.App{Scopes: c.scopes, RequireDPoP: c.dpop, Admin: authserver.AdminOfAll, LoneKeyNeedsNoID: true}
	if c.keyFile != "" {
		key, err := readPublicKey(c.keyFile)
		if err != nil {
			return fmt.Errorf("--client-key %s: %w", c.keyFile, err)
		}
		if c.keyID != "" {
			key.KeyID = c.keyID
		}
		app.Keys = []authserver.AppKey{{Key: key}}
	}
	for _, secret := range c.secrets {
		// Okta lets an app of the org's own have keys only, and an integration of its catalogue secrets too.
		app.Kind = authserver.APIServiceIntegration
		app.Secrets = append(app.Secrets, authserver.AppSecret{Value: secret})
	}
	opts.Apps = map[string]authserver.App{c.id: app}
	return nil
}

// readPublicKey reads the public half of the key in a file. Errors repeat nothing of it.
func readPublicKey(path string) (jose.JSONWebKey, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return jose.JSONWebKey{}, fmt.Errorf("cannot read the key: %w", err)
	case info.Size() > maxKeyFile:
		return jose.JSONWebKey{}, errors.New("the file is too large to be a key")
	}
	text, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if err != nil {
		return jose.JSONWebKey{}, fmt.Errorf("cannot read the key: %w", err)
	}
	key, err := parseKey(bytes.TrimSpace(text))
	if err != nil {
		return jose.JSONWebKey{}, err
	}
	if !key.IsPublic() {
		key = key.Public()
	}
	return key, checkKey(key.Key)
}

func parseKey(text []byte) (jose.JSONWebKey, error) {
	if !bytes.HasPrefix(text, []byte("{")) {
		public, err := parsePEM(text)
		return jose.JSONWebKey{Key: public}, err
	}
	var key jose.JSONWebKey
	if json.Unmarshal(text, &key) != nil || !key.Valid() {
		return key, errors.New("the file has no valid JWK: use one JWK, not a set, or PEM")
	}
	return key, nil
}

// checkKey refuses keys that Okta does.
func checkKey(public any) error {
	switch key := public.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < minRSABits {
			return fmt.Errorf("an RSA key of %d bits is too short: use one of %d bits or more", key.N.BitLen(), minRSABits)
		}
		return nil
	case *ecdsa.PublicKey:
		if slices.Contains([]elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()}, key.Curve) {
			return nil
		}
	}
	return errors.New("the key is neither RSA nor EC on P-256, P-384 or P-521: Okta accepts no other")
}

// parsePEM reads the first key among the blocks of a PEM text, and returns its public half.
func parsePEM(text []byte) (crypto.PublicKey, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		var key any
		var err error
		switch block.Type {
		case "PUBLIC KEY":
			key, err = x509.ParsePKIXPublicKey(block.Bytes)
		case "RSA PUBLIC KEY":
			key, err = x509.ParsePKCS1PublicKey(block.Bytes)
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		default: // parameters of the curve, certificates
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("the %s of the file cannot be read", block.Type)
		}
		if private, ok := key.(crypto.Signer); ok {
			return private.Public(), nil
		}
		return key, nil
	}
	return nil, errors.New("the file has neither a JWK nor a key in PEM: use a key without a passphrase")
}
