// SPDX-License-Identifier: Apache-2.0

package privatekey

import (
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// rsaAlgorithms are those of RSA keys that Okta takes for an app's assertion (Okta, build a JWT for client
// authentication).
var rsaAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512}

// jwk is a key by its members.
type jwk map[string]json.RawMessage

// text is a member that is text, "" for others.
func (k jwk) text(name string) (text string) {
	if json.Unmarshal(k[name], &text) != nil {
		return ""
	}
	return text
}

// private reports whether it is a private key, as all but public ones have the member d.
func (k jwk) private() bool { return k["d"] != nil }

// readJSON reads a JWK, or the right one of a JWK set.
func (r *reader) readJSON(raw, text string) error {
	var document jwk
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return r.refuseJSON(raw, text, err)
	}
	if document["keys"] == nil {
		return r.readJWK(document, text)
	}
	var keys []json.RawMessage
	if json.Unmarshal(document["keys"], &keys) != nil {
		return r.Errorf("is a JWK set whose member keys is no list: write the JWK alone")
	}
	return r.readSet(keys)
}

// readSet reads the one private key of a set, or the one that oauth.key_id names.
func (r *reader) readSet(keys []json.RawMessage) error {
	type member struct {
		jwk
		text string
	}
	var private []member
	var kids []string
	for _, text := range keys {
		var key jwk
		if json.Unmarshal(text, &key) == nil && key.private() {
			private = append(private, member{key, string(text)})
			kids = append(kids, key.text("kid"))
		}
	}
	named := slices.DeleteFunc(slices.Clone(private), func(m member) bool { return m.jwk.text("kid") != r.keyID })
	// A kid that two keys have tells neither apart.
	single := slices.DeleteFunc(slices.Clone(kids), func(kid string) bool { return kid == "" || count(kids, kid) > 1 })
	switch {
	case len(private) == 0:
		return r.Errorf("is a JWK set without a private key: use the private JWK, which has the member d and which okta shows once, when it makes the key")
	case len(private) == 1:
		return r.readJWK(private[0].jwk, private[0].text)
	case r.keyID != "" && len(named) > 1:
		return r.Errorf("is a JWK set with %d private keys of the kid %.60q: keep the one whose public half the app in okta has", len(named), r.keyID)
	case len(named) != 1 && len(single) == 0:
		return r.Errorf("is a JWK set with %d private keys, and no kid that tells them apart: keep the one whose public half the app in okta has", len(private))
	case r.keyID == "":
		return r.Errorf("is a JWK set with %d private keys, of the kids %s: set oauth.key_id to the kid of the one to use", len(private), listed(single))
	case len(named) == 1:
		return r.readJWK(named[0].jwk, named[0].text)
	}
	return r.Errorf("is a JWK set with %d private keys, of the kids %s, and not one of them has the kid %.60q of oauth.key_id: set oauth.key_id to the kid of the one to use", len(private), listed(single), r.keyID)
}

// count is how often a text is in a list.
func count(texts []string, text string) (n int) {
	for _, other := range texts {
		if other == text {
			n++
		}
	}
	return n
}

// readJWK reads one JWK.
func (r *reader) readJWK(key jwk, text string) error {
	if err := r.refuseMembers(key); err != nil {
		return err
	}
	var parsed jose.JSONWebKey
	if err := json.Unmarshal([]byte(text), &parsed); err != nil || !parsed.Valid() {
		// The error of go-jose may repeat parts of the key.
		return r.Errorf("is a JWK of the type %.20q with members that are missing or don't fit together: use the JWK as okta showed it, or PEM", key.text("kty"))
	}
	signer, signs := parsed.Key.(crypto.Signer)
	if !signs {
		return r.refuseType(key.text("kty"))
	}
	r.key.Private = signer
	return r.readJWKNames(key)
}

// refuseMembers refuses a JWK for what its members say, before they are decoded.
func (r *reader) refuseMembers(key jwk) error {
	for _, name := range []string{"kty", "kid", "alg", "use", "crv"} {
		if key[name] != nil && key.text(name) == "" && string(key[name]) != `""` && string(key[name]) != "null" {
			return r.Errorf("is a JWK whose member %s is not text: write its value in quotation marks, as okta shows it", name)
		}
	}
	kty := key.text("kty")
	switch {
	case key["kty"] == nil:
		return r.Errorf("is a JSON document and not a JWK, which has the member kty: use the JWK as okta showed it, with the member d, or PEM")
	case kty == "oct":
		return r.Errorf("is a symmetric JWK, and okta takes neither but RSA and EC: %s", another)
	case kty == "OKP":
		return r.refuseType(firstOf(key.text("crv"), 20))
	case kty != "RSA" && kty != "EC":
		return r.Errorf("is a JWK of the type %.20q, and okta takes neither but RSA and EC: %s", kty, another)
	case !key.private():
		return r.Errorf("is a public JWK: use the private one, which has the member d and which okta shows once, when it makes the key")
	case kty == "EC" && key.text("crv") != "" && !slices.Contains([]string{"P-256", "P-384", "P-521"}, key.text("crv")):
		return r.refuseCurve(fmt.Sprintf("%.20s", key.text("crv")))
	case kty == "RSA" && (key["p"] == nil || key["q"] == nil):
		return r.Errorf("is an RSA JWK without its primes, the members p and q: use the JWK with all of its members, or PEM")
	case key.text("use") == "enc":
		return r.Errorf("is a JWK for encryption, its member use is enc: use the one for signatures, or %s", another)
	}
	return nil
}

// readJWKNames takes the algorithm and the kid that a JWK names.
func (r *reader) readJWKNames(key jwk) error {
	fitting, err := r.algorithmOf(r.key.Private)
	if err != nil {
		return err
	}
	algorithms := []jose.SignatureAlgorithm{fitting}
	if fitting == jose.RS256 {
		algorithms = rsaAlgorithms
	}
	if algorithm := jose.SignatureAlgorithm(key.text("alg")); algorithm != "" {
		if !slices.Contains(algorithms, algorithm) {
			return r.Errorf("is a JWK of the type %s that names the algorithm %.20q, which does not fit it or which okta does not take: set its member alg to %s, or leave that out", key.text("kty"), string(algorithm), fitting)
		}
		r.key.Algorithm = algorithm
	}
	r.key.ID = key.text("kid")
	if r.key.ID != "" && r.keyID != "" && r.key.ID != r.keyID {
		return r.Errorf("is a JWK of the kid %.60q, and oauth.key_id is %.60q: leave oauth.key_id out if the JWK is right, else take the member kid out of the JWK", r.key.ID, r.keyID)
	}
	return nil
}

// beginsWithObject reports whether a text is a whole JSON object with something behind it.
func beginsWithObject(text string) bool {
	var object jwk
	return json.NewDecoder(strings.NewReader(text)).Decode(&object) == nil
}

// refuseJSON says what is wrong with a text that begins as a JSON object.
func (r *reader) refuseJSON(raw, text string, err error) error {
	var syntax *json.SyntaxError
	switch {
	case strings.Contains(text, "'kty'"), yamlMember.MatchString(text) && !strings.Contains(text, `"kty"`):
		return r.Errorf("is a JWK without the quotation marks of JSON: write all names and values in it in quotation marks")
	case strings.HasPrefix(text, "{{"):
		return r.Errorf("is a variable of a template that nothing has replaced: %s", r.Instead("the key"))
	case strings.Contains(text, `\"kty\"`):
		return r.Errorf("is a JWK with a backslash before each quotation mark: take the backslashes out")
	case beginsWithObject(text):
		return r.Errorf("is a JWK with something behind its last brace: keep the JWK alone, to that brace")
	case errors.As(err, &syntax) && !strings.HasSuffix(text, "}"):
		return r.Errorf("is a JWK that is cut off: copy all of it, to the last brace")
	case errors.As(err, &syntax):
		return r.Errorf("is not valid JSON from byte %d on: use the JWK as okta showed it, or PEM", int64(max(strings.Index(raw, text), 0))+syntax.Offset)
	}
	return r.Errorf("is not a valid JWK: use the JWK as okta showed it, with the member d, or PEM")
}
