// SPDX-License-Identifier: Apache-2.0

package management

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// keyConfig is a public key as its owner sends it (RFC 7517), with the status that Okta adds.
type keyConfig struct {
	ID        string  `json:"id"`
	Type      string  `json:"kty"`
	KeyID     string  `json:"kid"`
	Use       *string `json:"use"`
	Algorithm *string `json:"alg"`
	Status    string  `json:"status"`
	Modulus   string  `json:"n"`
	Exponent  string  `json:"e"`
	Curve     *string `json:"crv"`
	X         string  `json:"x"`
	Y         string  `json:"y"`
}

// jsonWebKey is what Okta calls the model of a key in the summary of a complaint.
const jsonWebKey = "JsonWebKey"

var (
	// privateMembers are those of a private or symmetric key (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
	privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
	algorithms     = map[string][]string{"RSA": {"RS256", "RS384", "RS512"}, "EC": {"ES256", "ES384", "ES512"}}
	curves         = []string{"P-256", "P-384", "P-521"}
)

const weakRSA = "RSA key length in the 'jwks' is less than '2,048' bits for the given key."

// readKey reads and checks one key.
func readKey(raw json.RawMessage) (keyConfig, jose.JSONWebKey, *apierror.Error) {
	var set keyConfig
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || json.Unmarshal(raw, &set) != nil || members == nil {
		return set, jose.JSONWebKey{}, apierror.New(http.StatusBadRequest, "E0000003")
	}
	for _, name := range privateMembers {
		// What a test of the client must notice above all: a private key has left its machine.
		if _, sent := members[name]; sent {
			return set, jose.JSONWebKey{}, apierror.Refused(jsonWebKey, "The JSON Web Key must be a public key: it has the private member '"+name+"'.")
		}
	}
	public, complaint := set.public()
	if complaint == "" {
		complaint = set.complaint()
	}
	if complaint != "" {
		return set, jose.JSONWebKey{}, apierror.Refused(jsonWebKey, complaint)
	}
	return set, public, nil
}

// complaint says what is wrong with a key beside its numbers.
func (k keyConfig) complaint() string {
	signs := k.Use == nil || *k.Use == "sig"
	switch {
	case !signs && *k.Use != "enc":
		return "use: The value must be sig or enc"
	case signs && k.Algorithm != nil && !slices.Contains(algorithms[k.Type], *k.Algorithm):
		return "alg: The value is not valid for a key of this type"
	case k.Status != "" && k.Status != "ACTIVE" && k.Status != "INACTIVE":
		return "status: The value must be ACTIVE or INACTIVE"
	}
	return ""
}

// public returns the key for the verification of signatures, or what is wrong with it. An EC key without a curve is
// accepted (recorded), and verifies nothing.
func (k keyConfig) public() (jose.JSONWebKey, string) {
	var public jose.JSONWebKey
	parameters := map[string]string{"kty": k.Type}
	switch k.Type {
	case "RSA":
		if bits(k.Modulus) < minRSABits || k.Exponent == "" {
			return public, weakRSA
		}
		parameters["n"], parameters["e"] = k.Modulus, k.Exponent
	case "EC":
		if k.Curve == nil {
			return public, ""
		}
		if !slices.Contains(curves, *k.Curve) {
			return public, "crv: The value must be P-256, P-384 or P-521"
		}
		parameters["crv"], parameters["x"], parameters["y"] = *k.Curve, k.X, k.Y
	default:
		return public, "kty: The value must be RSA or EC"
	}
	raw, err := json.Marshal(parameters)
	if err != nil { // strings always marshal
		panic(err)
	}
	if public.UnmarshalJSON(raw) != nil || !public.Valid() {
		return jose.JSONWebKey{}, "The JSON Web Key is not valid."
	}
	public.KeyID, public.Use = k.KeyID, "sig"
	if k.Use != nil {
		public.Use = *k.Use
	}
	if k.Algorithm != nil {
		public.Algorithm = *k.Algorithm
	}
	return public, ""
}

// bits is the length of a number in base64url.
func bits(number string) int {
	raw, err := base64.RawURLEncoding.DecodeString(number)
	if err != nil {
		return 0
	}
	for len(raw) > 0 && raw[0] == 0 {
		raw = raw[1:]
	}
	if len(raw) == 0 {
		return 0
	}
	length := len(raw) * 8
	for mask := byte(0x80); raw[0]&mask == 0; mask >>= 1 {
		length--
	}
	return length
}
