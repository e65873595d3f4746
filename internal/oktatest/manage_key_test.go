// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"crypto/elliptic"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

func TestKeyThroughItsLife(t *testing.T) {
	org := managed(management.Options{})
	app := api.AppsPath + "/" + makeApp(t, org, appBody(t, nil))
	keys := app + "/credentials/jwks"
	made := do(t, org, "POST", keys, asJSON(t, jwk(t, rsaKey().Public(), "second", map[string]any{"use": "sig", "alg": "RS256"})))
	key := made.object(t, http.StatusCreated)
	id := key["id"].(string)
	assert.Regexp(t, `^pks.{17}$`, id)
	assert.Equal(t, []any{"second", "RSA", "RS256", "sig", "ACTIVE"}, []any{key["kid"], key["kty"], key["alg"], key["use"], key["status"]})
	self := orgURL + keys + "/" + id
	deactivate := map[string]any{"deactivate": map[string]any{"href": self + "/lifecycle/deactivate", "hints": map[string]any{"allow": []any{"POST"}}}}
	assert.Equal(t, deactivate, key["_links"])
	assert.Equal(t, made.body, do(t, org, "GET", keys+"/"+id, "").body)
	assert.Len(t, do(t, org, "GET", keys, "").objects(t), 2)

	requireRefused(t, do(t, org, "DELETE", keys+"/"+id, ""), http.StatusBadRequest, "E0000001", "Api validation failed: JsonWebKey",
		"You can't delete an active JSON Web Key. Deactivate the key before deleting it.")
	key = do(t, org, "POST", keys+"/"+id+"/lifecycle/deactivate", "").object(t, http.StatusOK)
	assert.Equal(t, "INACTIVE", key["status"])
	assert.Equal(t, self, at(t, key, "_links", "delete", "href"))
	assert.Equal(t, self+"/lifecycle/activate", at(t, key, "_links", "activate", "href"))
	first := do(t, org, "GET", keys, "").objects(t)[0]["id"].(string)
	requireRefused(t, do(t, org, "POST", keys+"/"+first+"/lifecycle/deactivate", ""), http.StatusBadRequest, "E0000001", "Api validation failed: JsonWebKey",
		"Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`.")
	assert.Equal(t, "ACTIVE", do(t, org, "POST", keys+"/"+id+"/lifecycle/activate", "").object(t, http.StatusOK)["status"])
	do(t, org, "POST", keys+"/"+id+"/lifecycle/deactivate", "")
	assert.Equal(t, http.StatusNoContent, do(t, org, "DELETE", keys+"/"+id, "").status)
	for _, c := range [][2]string{{"GET", ""}, {"DELETE", ""}, {"POST", "/lifecycle/activate"}, {"POST", "/lifecycle/deactivate"}} {
		requireRefused(t, do(t, org, c[0], keys+"/"+id+c[1], ""), http.StatusNotFound, "E0000007", "Not found: Resource not found: "+id+" (JsonWebKey)")
	}
}

func TestKeysMayBeListedInAnObject(t *testing.T) {
	org := managed(management.Options{KeysInObject: true})
	app := makeApp(t, org, appBody(t, nil))
	list := do(t, org, "GET", api.AppsPath+"/"+app+"/credentials/jwks", "").object(t, http.StatusOK)
	assert.Len(t, at(t, list, "jwks", "keys"), 1)
}

func TestKeysRefused(t *testing.T) {
	encrypting := map[string]any{"use": "enc", "alg": "RSA-OAEP-256"}
	for name, c := range map[string]struct {
		key   map[string]any
		cause string
	}{
		"kid in use":    {ecKey(t, keyID), "All keys in the 'jwks' must have a unique `kid`."},
		"no kid":        {jwk(t, rsaKey().Public(), ""), "Each key should have a unique kid when adding multiple keys."},
		"weak":          {jwk(t, weakKey().Public(), "k"), "RSA key length in the 'jwks' is less than '2,048' bits for the given key."},
		"no numbers":    {map[string]any{"kty": "RSA", "kid": "k"}, "RSA key length in the 'jwks' is less than '2,048' bits for the given key."},
		"private RSA":   {jwk(t, rsaKey(), "k"), "The JSON Web Key must be a public key: it has the private member 'd'."},
		"one prime":     {jwk(t, rsaKey().Public(), "k", map[string]any{"qi": "AQAB"}), "The JSON Web Key must be a public key: it has the private member 'qi'."},
		"private EC":    {jwk(t, otherKey(), "k"), "The JSON Web Key must be a public key: it has the private member 'd'."},
		"symmetric":     {map[string]any{"kty": "oct", "kid": "k", "k": "AAAA"}, "The JSON Web Key must be a public key: it has the private member 'k'."},
		"another type":  {map[string]any{"kty": "OKP", "kid": "k", "crv": "Ed25519", "x": "AAAA"}, "kty: The value must be RSA or EC"},
		"another curve": {map[string]any{"kty": "EC", "kid": "k", "crv": "secp256k1", "x": "AAAA", "y": "AAAA"}, "crv: The value must be P-256, P-384 or P-521"},
		"no such point": {jwk(t, otherKey().Public(), "k", map[string]any{"x": "AAAA"}), "The JSON Web Key is not valid."},
		"algorithm":     {jwk(t, rsaKey().Public(), "k", map[string]any{"alg": "ES256"}), "alg: The value is not valid for a key of this type"},
		"use":           {jwk(t, rsaKey().Public(), "k", map[string]any{"use": "fun"}), "use: The value must be sig or enc"},
		"status":        {jwk(t, rsaKey().Public(), "k", map[string]any{"status": "ON"}), "status: The value must be ACTIVE or INACTIVE"},
		"encrypts also": {jwk(t, rsaKey().Public(), "k", encrypting), "The client can have only one active encryption key in the 'jwks'."},
		"one too many":  {jwk(t, rsaKey().Public(), "k-51"), "You can't create a new key. You have reached the maximum number of keys allowed (50)."},
	} {
		t.Run(name, func(t *testing.T) {
			org := managed(management.Options{RateLimit: NoRateLimit})
			keys := api.AppsPath + "/" + makeApp(t, org, appBody(t, nil)) + "/credentials/jwks"
			if name == "encrypts also" {
				require.Equal(t, http.StatusCreated, do(t, org, "POST", keys, asJSON(t, jwk(t, rsaKey().Public(), "e", encrypting))).status)
			}
			if name == "one too many" {
				for n := range 49 {
					require.Equal(t, http.StatusCreated, do(t, org, "POST", keys, asJSON(t, jwk(t, otherKey().Public(), fmt.Sprint("k", n)))).status)
				}
			}
			before := org.Objects()
			requireRefused(t, do(t, org, "POST", keys, asJSON(t, c.key)), http.StatusBadRequest, "E0000001", "Api validation failed: JsonWebKey", c.cause)
			assert.Equal(t, before, org.Objects())
		})
	}
	org := managed(management.Options{})
	keys := api.AppsPath + "/" + makeApp(t, org, appBody(t, nil)) + "/credentials/jwks"
	requireRefused(t, do(t, org, "POST", keys, "[]"), http.StatusBadRequest, "E0000003", "The request body was not well-formed.")
}

func TestKeysAccepted(t *testing.T) {
	org := managed(management.Options{})
	keys := api.AppsPath + "/" + makeApp(t, org, appBody(t, nil)) + "/credentials/jwks"
	for n, key := range []map[string]any{
		jwk(t, newECKey(elliptic.P384()).Public(), "P-384", map[string]any{"alg": "ES384", "use": "sig"}),
		jwk(t, newECKey(elliptic.P521()).Public(), "P-521"),
		jwk(t, rsaKey().Public(), "RSA", map[string]any{"status": "INACTIVE"}),
	} {
		assert.Equal(t, http.StatusCreated, do(t, org, "POST", keys, asJSON(t, key)).status, n)
	}
	made := do(t, org, "GET", keys, "").objects(t)
	assert.Equal(t, "INACTIVE", made[3]["status"])
	noCurve := jwk(t, otherKey().Public(), "no-curve")
	delete(noCurve, "crv")
	key := do(t, org, "POST", keys, asJSON(t, noCurve)).object(t, http.StatusCreated)
	assert.Contains(t, key, "crv")
	assert.Nil(t, key["crv"], "as recorded")
}

func TestALoneKeyWithoutIDMustGetOne(t *testing.T) {
	org := managed(management.Options{})
	keys := api.AppsPath + "/" + makeApp(t, org, appBody(t, func(_, _, s map[string]any) { s["jwks"] = keysOf(ecKey(t, "")) })) + "/credentials/jwks"
	requireRefused(t, do(t, org, "POST", keys, asJSON(t, jwk(t, rsaKey().Public(), "k"))), http.StatusBadRequest, "E0000001", "Api validation failed: JsonWebKey",
		"Each key should have a unique kid when adding multiple keys.")
}
