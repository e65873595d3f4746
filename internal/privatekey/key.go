// SPDX-License-Identifier: Apache-2.0

package privatekey

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/go-jose/go-jose/v4"

	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

const (
	// minRSABits is the shortest RSA key that Okta accepts (Okta, client secret rotation and key management).
	minRSABits = 2048
	// maxWrapped is how often a key may be wrapped in quotes and base64.
	maxWrapped = 4
)

// ErrNoID says that nothing names the kid of a key.
var ErrNoID = errors.New("oauth.key_id is missing: set it to the kid that okta shows beside the public key")

// Key is a private key that signs for an app.
type Key struct {
	// Private is an RSA or an EC key.
	Private crypto.Signer
	// ID is the kid by which the app knows the key.
	ID string
	// Algorithm is that of its signatures.
	Algorithm jose.SignatureAlgorithm
}

// Read reads the private key in what a place holds. keyID is oauth.key_id, which may be empty where a JWK brings its
// own kid. The error says what to do, and repeats nothing of the key.
func Read(place secret.Place, raw, keyID string) (Key, error) {
	r := reader{Place: place, keyID: keyID}
	// The kid is looked at first: what is wrong with a key may name it.
	if err := refuseKeyID(keyID); err != nil {
		return Key{}, err
	}
	if err := r.read(raw); err != nil {
		return Key{}, err
	}
	return r.key, r.complete()
}

// refuseKeyID refuses secrets, and characters that nobody sees and that Okta compares: any other may be in a kid
// (RFC 7517).
func refuseKeyID(keyID string) error {
	if secret.HasToken(keyID) || strings.Contains(keyID, "-----BEGIN") {
		return errors.New("oauth.key_id is a token or a key, and takes the kid of a key: set it to the kid that okta shows beside the public key")
	}
	names, many := secret.Foreign(keyID, keyID, func(c rune) bool { return secret.IsVisible(c) || c == ' ' })
	switch {
	case names == "":
		return nil
	case many:
		return fmt.Errorf("oauth.key_id has %s, which can't be seen: take them out", names)
	}
	return fmt.Errorf("oauth.key_id has %s, which can't be seen: take it out", names)
}

// reader reads one private key.
type reader struct {
	secret.Place
	keyID   string
	wrapped int

	key Key
}

// read finds out which shape a text has.
func (r *reader) read(raw string) error {
	if der, isDER := asDER(raw); isDER {
		return r.readDER(der)
	}
	if isKeystore(raw) {
		return r.Errorf("is a Java keystore: export the key (keytool -importkeystore -srckeystore okta.jks -destkeystore okta.p12 -deststoretype PKCS12, then openssl pkcs12 -in okta.p12 -nodes -nocerts -out okta.pem), with -legacy added to the second where keytool is older than Java 17, and use okta.pem")
	}
	if isBinary(raw) {
		return r.refuseBinary(raw)
	}
	text, err := secret.Text(r.Place, raw)
	if err != nil {
		return err
	}
	text = unwrapQuotes(plainSpaces(text))
	switch inner, encoded := decoded(text); {
	case isObject(text):
		return r.readJSON(raw, text)
	case strings.HasPrefix(text, "[") && strings.Contains(text, `"kty"`):
		return r.readJSON(raw, `{"keys":`+text+`}`) // the members of a set, without its own member
	case markers.MatchString(text):
		return r.readPEM(raw, text)
	case encoded && r.wrapped < maxWrapped:
		r.wrapped++
		return r.read(inner)
	}
	return r.refuse(raw, text)
}

// complete adds the algorithm and the kid to the key that was read.
func (r *reader) complete() error {
	algorithm, err := r.algorithmOf(r.key.Private)
	if err != nil {
		return err
	}
	if r.key.Algorithm == "" {
		r.key.Algorithm = algorithm
	}
	if r.key.ID == "" {
		r.key.ID = r.keyID
	}
	if r.key.ID == "" {
		return ErrNoID
	}
	return nil
}

// algorithmOf is the signature algorithm for a key: RS256 for RSA, ECDSA with the hash of the key's curve for EC.
func (r *reader) algorithmOf(key crypto.Signer) (jose.SignatureAlgorithm, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if bits := key.N.BitLen(); bits < minRSABits {
			return "", r.Errorf("is an RSA key of %d bits, of which okta wants %d or more: %s", bits, minRSABits, another)
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
		return "", r.refuseCurve(key.Params().Name)
	}
	return "", r.refuseType("Ed25519")
}

// asDER is the DER that a file consists of, without white space behind it, and whether it is DER.
func asDER(raw string) ([]byte, bool) {
	if !strings.HasPrefix(raw, "\x30") {
		return nil, false
	}
	var value asn1.RawValue
	rest, err := asn1.Unmarshal([]byte(raw), &value)
	return value.FullBytes, err == nil && value.IsCompound && len(value.Bytes) >= 16 && len(bytes.TrimSpace(rest)) == 0
}

// isKeystore reports whether a file begins as one of Java's (JKS and JCEKS).
func isKeystore(raw string) bool {
	return strings.HasPrefix(raw, "\xfe\xed\xfe\xed") || strings.HasPrefix(raw, "\xce\xce\xce\xce")
}

// unwrapQuotes takes away quotes around a text, and the escapes of a JSON string with them.
func unwrapQuotes(text string) string {
	var inner string
	if json.Unmarshal([]byte(text), &inner) == nil && inner != "" {
		return unwrapQuotes(secret.Trim(inner))
	}
	inner, _ = secret.Unquote(text)
	return inner
}

// isObject reports whether a text is a JSON object, or meant to be one. PEM may stand in the middle of one, as in the
// files that other services give to their clients.
func isObject(text string) bool {
	return strings.HasPrefix(text, "{") && (!markers.MatchString(text) || strings.Contains(text, `"kty"`))
}

// dashes is what PEM begins with, in base64.
const dashes = "LS0t"

// plainSpaces is a text with a space in the place of each no-break space and its like, which web pages have.
func plainSpaces(text string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, text)
}

// notBase64 matches what is in none of the alphabets of base64.
var notBase64 = regexp.MustCompile(`[^A-Za-z0-9+/_-]`)

// decoded is the key in a text that is base64, wrapped or not, and whether it is.
func decoded(text string) (string, bool) {
	compact := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	inner, err := decodeBase64(compact)
	if err != nil {
		return "", false
	}
	_, isDER := asDER(string(inner))
	inside := unwrapQuotes(secret.Trim(string(inner)))
	if strings.Contains(string(inner), "-\x00-\x00-") {
		return string(inner), true // PEM in UTF-16, as PowerShell has texts
	}
	return string(inner), isDER || isKeystore(string(inner)) || markers.MatchString(inside) || isObject(inside) || strings.HasPrefix(inside, dashes)
}

// decodeBase64 decodes all forms of base64: with both alphabets, with and without padding.
func decodeBase64(compact string) ([]byte, error) {
	compact = strings.TrimRight(compact, "=")
	if notBase64.MatchString(compact) {
		return nil, base64.CorruptInputError(0)
	}
	return base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(compact))
}

func firstOf(text string, n int) string { return text[:min(n, len(text))] }
