// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// minRSABits is the shortest RSA key that Okta accepts (Okta, client secret rotation and key
// management).
const minRSABits = 2048

// CheckPrivateKey reports what is wrong with a private key as [PrivateKey] would read it, in one
// sentence that says what to use instead and repeats nothing of the key. keyID may be empty where a
// JWK brings its own.
func CheckPrivateKey(text, keyID string) error {
	_, err := parseKey([]byte(text), keyID)
	return err
}

// parseKey reads a private key, PEM (PKCS#1, PKCS#8, SEC 1) or JWK, and chooses its algorithm. keyID, where it is
// set, takes precedence over the kid of a JWK.
func parseKey(text []byte, keyID string) (jose.SigningKey, error) {
	text = bytes.TrimSpace(text)
	parse := parsePEM
	if bytes.HasPrefix(text, []byte("{")) {
		parse = parseJWK
	}
	key, kid, err := parse(text)
	if err != nil {
		return jose.SigningKey{}, err
	}
	if keyID != "" {
		kid = keyID
	}
	algorithm, err := algorithmOf(key)
	if err != nil {
		return jose.SigningKey{}, err
	}
	if kid == "" {
		return jose.SigningKey{}, errors.New("oauth.key_id is missing: set it to the kid that okta shows beside the public key")
	}
	return jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil
}

// algorithmOf is the signature algorithm for a key: RS256 for RSA, ECDSA with the hash of the key's curve for EC.
func algorithmOf(key any) (jose.SignatureAlgorithm, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if bits := key.N.BitLen(); bits < minRSABits {
			return "", fmt.Errorf("the private key is an RSA key of %d bits: use one of %d bits or more", bits, minRSABits)
		}
		return jose.RS256, nil
	case *ecdsa.PrivateKey:
		switch key.Curve {
		case elliptic.P256():
			return jose.ES256, nil
		case elliptic.P384():
			return jose.ES384, nil
		case elliptic.P521():
			return jose.ES512, nil
		}
		return "", fmt.Errorf("the private key is on the curve %s: use P-256, P-384 or P-521", key.Params().Name)
	}
	return "", errors.New("the private key is neither RSA nor EC: use an RSA key of 2048 bits or more, or an EC key on P-256, P-384 or P-521")
}

func parseJWK(text []byte) (key any, kid string, err error) {
	var set struct {
		Keys json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(text, &set) == nil && set.Keys != nil {
		return nil, "", errors.New("the private key is a whole JWK set: use the one JWK in it that is the private key")
	}
	var jwk jose.JSONWebKey
	if err := json.Unmarshal(text, &jwk); err != nil || !jwk.Valid() {
		// The error of go-jose may repeat parts of the key.
		return nil, "", errors.New("the private key is not a valid JWK: use the JWK as okta showed it, with the member d, or PEM")
	}
	if jwk.IsPublic() {
		return nil, "", errors.New("the private key is a public JWK: use the private one, which has the member d")
	}
	return jwk.Key, jwk.KeyID, nil
}

// parsePEM reads the one private key among the blocks of a PEM text. openssl writes the parameters of the curve
// before an EC key, and some tools write the certificate into the same file.
func parsePEM(text []byte) (key any, kid string, err error) {
	if !bytes.Contains(text, []byte("\n")) {
		// Environment variables and JSON strings often have the line breaks of a PEM text as \n.
		text = bytes.ReplaceAll(text, []byte(`\n`), []byte("\n"))
	}
	err = errors.New("the private key is neither PEM nor a JWK: use the file as okta or openssl made it, with its line breaks")
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return nil, "", err
		}
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			key, err = parseBlock(block)
			return key, "", err
		}
		switch {
		case strings.HasSuffix(block.Type, "PUBLIC KEY"):
			err = errors.New("the private key is a public key: use the private one of the pair")
		case strings.HasPrefix(block.Type, "CERTIFICATE"):
			err = errors.New("the private key is a certificate: use the private key that belongs to it")
		}
		text = rest
	}
}

func parseBlock(block *pem.Block) (key any, err error) {
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY", strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return nil, errors.New("the private key is encrypted: use it without a passphrase (openssl pkey -in encrypted.pem -out okta.pem), in a file that only the collector can read")
	case block.Type == "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case block.Type == "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case block.Type == "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("the private key is of the format %.40q: convert it to PKCS#8 (openssl pkcs8 -topk8 -nocrypt)", block.Type)
	}
	if err != nil {
		return nil, errors.New("the private key is damaged: use the file as okta or openssl made it, with its line breaks")
	}
	return key, nil
}
