// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
)

// proofFault is a proof that is wrong in one way, and what Okta says to it.
type proofFault struct {
	change      func(p *draft)
	description string
}

// proofFaults are wrong both at the token endpoint and on a resource.
func proofFaults(t *testing.T) map[string]proofFault {
	return map[string]proofFault{
		"no JWT":            {func(p *draft) { p.raw = "proof" }, "The DPoP proof JWT cannot be parsed."},
		"no JSON inside":    {func(p *draft) { p.raw = notJSON(t) }, "The DPoP proof JWT cannot be parsed."},
		"private key in it": {func(p *draft) { p.header["jwk"] = jose.JSONWebKey{Key: proofKey()} }, "The DPoP proof JWT cannot be parsed."},
		"shared key in it":  {func(p *draft) { p.header["jwk"] = jose.JSONWebKey{Key: []byte("shared")} }, "The DPoP proof JWT cannot be parsed."},
		"HS256":             {func(p *draft) { p.alg, p.key = jose.HS256, make([]byte, 32) }, "The DPoP proof JWT signature algorithm is invalid."},
		"none":              {func(p *draft) { p.raw = unsigned() }, "The DPoP proof JWT signature algorithm is invalid."},
		"typ JWT":           {func(p *draft) { p.header["typ"] = "JWT" }, "'typ' must be 'dpop+jwt' in the DPoP proof JWT."},
		"no typ":            {func(p *draft) { delete(p.header, "typ") }, "'typ' must be 'dpop+jwt' in the DPoP proof JWT."},
		"no jwk":            {func(p *draft) { delete(p.header, "jwk") }, "The DPoP proof JWT is invalid."},
		"weak jwk":          {func(p *draft) { p.header["jwk"] = jose.JSONWebKey{Key: weakKey().Public()} }, "The DPoP proof JWT is invalid."},
		"signed by another": {func(p *draft) { p.key = otherKey() }, "The DPoP proof JWT signature is invalid."},
		"no htm":            {func(p *draft) { delete(p.claims, "htm") }, "'htm' claim in the DPoP proof JWT is invalid."},
		"other htm":         {func(p *draft) { p.claims["htm"] = "PUT" }, "'htm' claim in the DPoP proof JWT is invalid."},
		"htm in small":      {func(p *draft) { p.claims["htm"] = strings.ToLower(p.claims["htm"].(string)) }, "'htm' claim in the DPoP proof JWT is invalid."},
		"no htu":            {func(p *draft) { delete(p.claims, "htu") }, "'htu' claim in the DPoP proof JWT is invalid."},
		"htu with query":    {func(p *draft) { p.claims["htu"] = p.claims["htu"].(string) + "?limit=5" }, "'htu' claim in the DPoP proof JWT is invalid."},
		"htu with fragment": {func(p *draft) { p.claims["htu"] = p.claims["htu"].(string) + "#x" }, "'htu' claim in the DPoP proof JWT is invalid."},
		"htu, double slash": {func(p *draft) { p.claims["htu"] = strings.Replace(p.claims["htu"].(string), ".com/", ".com//", 1) }, "'htu' claim in the DPoP proof JWT is invalid."},
		"htu of plain http": {func(p *draft) { p.claims["htu"] = strings.Replace(p.claims["htu"].(string), "https", "http", 1) }, "'htu' claim in the DPoP proof JWT is invalid."},
		"htu of other host": {func(p *draft) { p.claims["htu"] = strings.Replace(p.claims["htu"].(string), "acme", "other", 1) }, "'htu' claim in the DPoP proof JWT is invalid."},
		"no iat":            {func(p *draft) { delete(p.claims, "iat") }, "'iat' claim in the DPoP proof JWT is invalid."},
		"iat no number":     {func(p *draft) { p.claims["iat"] = "now" }, "'iat' claim in the DPoP proof JWT is invalid."},
		"iat in the future": {func(p *draft) { p.claims["iat"] = noon.Unix() + 1 }, "The DPoP proof JWT is issued in the future."},
		"iat too old":       {func(p *draft) { p.claims["iat"] = noon.Unix() - 301 }, "The DPoP proof JWT is issued more than five minutes in the past."},
		"exp past":          {func(p *draft) { p.claims["exp"] = noon.Unix() - 1 }, "The DPoP proof JWT is expired."},
		"no jti":            {func(p *draft) { delete(p.claims, "jti") }, "'jti' claim in the DPoP proof JWT is invalid."},
		"jti no text":       {func(p *draft) { p.claims["jti"] = 7 }, "'jti' claim in the DPoP proof JWT is invalid."},
		"jti that is used":  {func(p *draft) { p.claims["jti"] = "used" }, "The DPoP proof JWT has already been used."},
		"jti used earlier":  {func(p *draft) { p.claims["jti"], p.claims["iat"] = "used", noon.Unix()-9 }, "The DPoP proof JWT has already been used."},
	}
}

// boundOrg is an org that knows the client's nonce and has seen the jti "used".
func boundOrg(t *testing.T) (org *Org, nonce string) {
	t.Helper()
	org = orgWith(dpopApp())
	a := askBound(noon)
	a.proofs[0].claims["jti"] = "used"
	return org, a.send(t, org).header.Get("DPoP-Nonce")
}

func TestProofsRefusedAtTheTokenEndpoint(t *testing.T) {
	for name, c := range proofFaults(t) {
		t.Run(name, func(t *testing.T) {
			org, nonce := boundOrg(t)
			a := askBound(noon)
			a.proofs[0].claims["nonce"] = nonce
			c.change(a.proofs[0])
			got := a.send(t, org)
			requireFailure(t, got, http.StatusBadRequest, "invalid_dpop_proof", c.description)
			assert.Empty(t, got.header.Get("DPoP-Nonce"))
			assert.Equal(t, map[string]int{"invalid_dpop_proof": 1}, org.FailedGrants())
		})
	}
}

func TestProofsRefusedOnTheResource(t *testing.T) {
	for name, c := range proofFaults(t) {
		t.Run(name, func(t *testing.T) {
			org, _ := boundOrg(t)
			x := readBound(issueBound(t, org), noon)
			c.change(x.proofs[0])
			requireChallenge(t, x.send(t, org), http.StatusBadRequest, "DPoP", "invalid_dpop_proof", c.description)
		})
	}
}

func TestProofsThatDoNotFitTheToken(t *testing.T) {
	for name, c := range map[string]struct {
		change            func(x *reading)
		scheme            string
		status            int
		code, description string
	}{
		"no ath":       {func(x *reading) { delete(x.proofs[0].claims, "ath") }, "DPoP", 400, "invalid_dpop_proof", "'ath' claim in the DPoP proof does not match the presented access_token."},
		"other ath":    {func(x *reading) { x.proofs[0].claims["ath"] = tokenHash("other") }, "DPoP", 400, "invalid_dpop_proof", "'ath' claim in the DPoP proof does not match the presented access_token."},
		"padded ath":   {func(x *reading) { x.proofs[0].claims["ath"] = x.proofs[0].claims["ath"].(string) + "=" }, "DPoP", 400, "invalid_dpop_proof", "'ath' claim in the DPoP proof does not match the presented access_token."},
		"other key":    {func(x *reading) { useProofKey(x.proofs[0]) }, "DPoP", 400, "invalid_dpop_proof", "The access_token is not bound to the provided DPoP proof."},
		"two proofs":   {func(x *reading) { x.proofs = append(x.proofs, x.proofs[0]) }, "DPoP", 400, "invalid_dpop_proof", "Multiple DPoP proof JWT headers are not allowed."},
		"no proof":     {func(x *reading) { x.proofs = nil }, "DPoP", 400, "invalid_request", "The resource request requires a DPoP proof."},
		"wrong scheme": {func(x *reading) { x.authorization = strings.Replace(x.authorization, "DPoP", "Bearer", 1) }, "Bearer", 400, "invalid_request", "The resource request must use the DPoP authentication scheme when using a DPoP bound token."},
	} {
		t.Run(name, func(t *testing.T) {
			org := orgWith(dpopApp())
			x := readBound(issueBound(t, org), noon)
			c.change(x)
			requireChallenge(t, x.send(t, org), c.status, c.scheme, c.code, c.description)
		})
	}
}

func TestProofsAccepted(t *testing.T) {
	for name, change := range map[string]func(p *draft){
		"as it is":            func(*draft) {},
		"five minutes old":    func(p *draft) { p.claims["iat"] = noon.Unix() - 300 },
		"with a nonce nobody": func(p *draft) { p.claims["nonce"] = "whatever" },
		"not expired":         func(p *draft) { p.claims["exp"] = noon.Unix() + 1 },
		"more said of its key": func(p *draft) {
			p.header["jwk"] = jose.JSONWebKey{Key: proofKey().Public(), KeyID: "k", Use: "sig", Algorithm: "ES256"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			org := orgWith(dpopApp())
			org.Append(event("a", noon))
			x := readBound(issueBound(t, org), noon)
			change(x.proofs[0])
			assert.Equal(t, []string{"a"}, x.send(t, org).uuids(t))
			requireChallenge(t, x.send(t, org), http.StatusBadRequest, "DPoP", "invalid_dpop_proof", "The DPoP proof JWT has already been used.")
		})
	}
}

func TestAnAppThatMustUseDPoP(t *testing.T) {
	org := orgWith(dpopApp())
	got := ask(noon).send(t, org)
	requireFailure(t, got, http.StatusBadRequest, "invalid_dpop_proof", "The DPoP proof JWT header is missing.")
	assert.Empty(t, got.header.Get("DPoP-Nonce"))

	two := askBound(noon)
	two.proofs = append(two.proofs, two.proofs[0])
	requireFailure(t, two.send(t, org), http.StatusBadRequest, "invalid_dpop_proof", "Multiple DPoP proof JWT headers are not allowed.")
	assert.Equal(t, map[string]int{"invalid_dpop_proof": 2}, org.FailedGrants())
	assert.Zero(t, org.NonceChallenges())
}

func TestAnAppThatNeedNotUseDPoP(t *testing.T) {
	org := orgWith(serviceApp())
	g := askBound(noon).send(t, org).granted(t)
	assert.Equal(t, "Bearer", g.Type)
	assert.Equal(t, http.StatusOK, readPlain(g.Token).send(t, org).status)
	requireChallenge(t, readBound(g.Token, noon).send(t, org), http.StatusUnauthorized, "DPoP", "invalid_token", "The presented access_token is not DPoP bound.")

	opts := optionsWith(serviceApp())
	opts.OAuth.BindUnasked = true
	org = NewOrg(opts)
	assert.Equal(t, http.StatusOK, readBound(issueBound(t, org), noon).send(t, org).status)
	issuePlain(t, org)
}

func useProofKey(p *draft) {
	p.key, p.header["jwk"] = otherKey(), jose.JSONWebKey{Key: otherKey().Public()}
}
