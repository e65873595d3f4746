// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
)

// Keys of the tests, made once.
var (
	clientKey = sync.OnceValue(func() *ecdsa.PrivateKey { return newECKey(elliptic.P256()) })
	proofKey  = sync.OnceValue(func() *ecdsa.PrivateKey { return newECKey(elliptic.P256()) })
	otherKey  = sync.OnceValue(func() *ecdsa.PrivateKey { return newECKey(elliptic.P256()) })
	weakKey   = sync.OnceValue(func() *rsa.PrivateKey { return newRSAKey(1024) })
	rsaKey    = sync.OnceValue(func() *rsa.PrivateKey { return newRSAKey(2048) })
)

func newECKey(curve elliptic.Curve) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func newRSAKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

const (
	clientID = "0oaSynthetic00000005d7"
	keyID    = "key-1"
	tokenURL = orgURL + api.TokenPath
	logsURL  = orgURL + api.LogsPath
)

// serviceApp is a service app with one key.
func serviceApp() authserver.App {
	return authserver.App{Keys: []authserver.AppKey{authserver.ActiveKey(keyID, clientKey().Public())}}
}

// dpopApp is a service app that must use DPoP, as new ones must.
func dpopApp() authserver.App {
	app := serviceApp()
	app.RequireDPoP = true
	return app
}

// orgWith is an org with one client, whose clock stands still at noon.
func orgWith(app authserver.App) *Org { return NewOrg(optionsWith(app)) }

func optionsWith(app authserver.App) Options {
	opts := clockAt(noon)
	opts.Apps = map[string]authserver.App{clientID: app}
	return opts
}

// draft is a JWT in the making.
type draft struct {
	alg    jose.SignatureAlgorithm
	key    any
	header map[jose.HeaderKey]any
	claims map[string]any
	raw    string // sent instead, when not empty
}

var ids atomic.Int64

func newID() string { return fmt.Sprintf("id-%d", ids.Add(1)) }

// assertion is one that the org accepts at now.
func assertion(now time.Time) *draft {
	return &draft{
		alg: jose.ES256, key: clientKey(), header: map[jose.HeaderKey]any{"kid": keyID},
		claims: map[string]any{"iss": clientID, "sub": clientID, "aud": tokenURL, "exp": now.Add(5 * time.Minute).Unix(), "iat": now.Add(-30 * time.Second).Unix(), "jti": newID()},
	}
}

// proofFor is a proof that the org accepts at now, but for the nonce.
func proofFor(method, target string, now time.Time) *draft {
	return &draft{
		alg: jose.ES256, key: proofKey(), header: map[jose.HeaderKey]any{"typ": "dpop+jwt", "jwk": jose.JSONWebKey{Key: proofKey().Public()}},
		claims: map[string]any{"htm": method, "htu": target, "iat": now.Unix(), "jti": newID()},
	}
}

func (j *draft) sign(t *testing.T) string {
	t.Helper()
	if j.raw != "" {
		return j.raw
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: j.alg, Key: j.key}, &jose.SignerOptions{ExtraHeaders: maps.Clone(j.header)})
	require.NoError(t, err)
	signed, err := jwt.Signed(signer).Claims(j.claims).Serialize()
	require.NoError(t, err)
	return signed
}

// asking is a token request in the making.
type asking struct {
	url       string
	assertion *draft
	proofs    []*draft
	form      url.Values
	header    http.Header
}

// ask is a request that the org grants at now to an app that needs no DPoP.
func ask(now time.Time) *asking {
	return &asking{
		url: tokenURL, assertion: assertion(now), header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		form: url.Values{"grant_type": {authserver.ClientCredentials}, "scope": {api.LogsScope}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}},
	}
}

// askBound is the first request of an app that uses DPoP: it lacks the nonce.
func askBound(now time.Time) *asking {
	a := ask(now)
	a.proofs = []*draft{proofFor(http.MethodPost, tokenURL, now)}
	return a
}

// basic replaces the assertion with a secret.
func (a *asking) basic(id, secret string) {
	a.assertion = nil
	a.form.Del("client_assertion_type")
	a.header.Set("Authorization", "Basic "+basicAuth(id, secret))
}

func basicAuth(id, secret string) string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(id, secret)
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Basic ")
}

func (a *asking) request(t *testing.T) *http.Request {
	t.Helper()
	if a.assertion != nil {
		a.form.Set("client_assertion", a.assertion.sign(t))
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url, strings.NewReader(a.form.Encode()))
	require.NoError(t, err)
	r.Header = a.header.Clone()
	for _, p := range a.proofs {
		r.Header.Add("DPoP", p.sign(t))
	}
	return r
}

func (a *asking) send(t *testing.T, org *Org) answer {
	t.Helper()
	return send(t, org, a.request(t))
}

// grantedToken is a successful answer of the token endpoint.
type grantedToken struct {
	Type    string `json:"token_type"`
	Seconds int    `json:"expires_in"`
	Token   string `json:"access_token"`
	Scope   string `json:"scope"`
}

func (a answer) granted(t *testing.T) grantedToken {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status, a.body)
	var g grantedToken
	require.NoError(t, json.Unmarshal([]byte(a.body), &g))
	return g
}

// requireFailure requires an error answer of the token endpoint, word by word.
func requireFailure(t *testing.T, a answer, status int, code, description string) {
	t.Helper()
	var e map[string]string
	require.NoError(t, json.Unmarshal([]byte(a.body), &e), a.body)
	require.Equal(t, map[string]string{"error": code, "error_description": description}, e)
	require.Equal(t, status, a.status)
	require.Equal(t, "application/json", a.header.Get("Content-Type"))
}

// issuePlain gets a Bearer token.
func issuePlain(t *testing.T, org *Org) string {
	t.Helper()
	g := ask(org.Now()).send(t, org).granted(t)
	require.Equal(t, "Bearer", g.Type)
	return g.Token
}

// issueBound gets a DPoP token the way a client does that knows no nonce yet.
func issueBound(t *testing.T, org *Org) string {
	t.Helper()
	challenge := askBound(org.Now()).send(t, org)
	requireFailure(t, challenge, http.StatusBadRequest, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.")
	second := askBound(org.Now())
	second.proofs[0].claims["nonce"] = challenge.header.Get("DPoP-Nonce")
	g := second.send(t, org).granted(t)
	require.Equal(t, "DPoP", g.Type)
	return g.Token
}

// reading is a request to the logs API with an access token.
type reading struct {
	url, authorization string
	proofs             []*draft
}

func readPlain(accessToken string) *reading {
	return &reading{url: logsURL + "?limit=5", authorization: "Bearer " + accessToken}
}

func readBound(accessToken string, now time.Time) *reading {
	p := proofFor(http.MethodGet, logsURL, now)
	p.claims["ath"] = tokenHash(accessToken)
	return &reading{url: logsURL + "?limit=5", authorization: "DPoP " + accessToken, proofs: []*draft{p}}
}

func (x *reading) send(t *testing.T, org *Org) answer {
	t.Helper()
	r := request(t, x.url)
	r.Header.Set("Authorization", x.authorization)
	for _, p := range x.proofs {
		r.Header.Add("DPoP", p.sign(t))
	}
	return send(t, org, r)
}

// requireChallenge requires an OAuth failure on a resource: an empty body and the cause in the header.
func requireChallenge(t *testing.T, a answer, status int, scheme, code, description string) {
	t.Helper()
	require.Equal(t, status, a.status, a.body)
	require.Empty(t, a.body)
	require.Equal(t, "0", a.header.Get("Content-Length"))
	algs := ""
	if scheme == "DPoP" {
		algs = `algs="RS256 RS384 RS512 ES256 ES384 ES512", `
	}
	require.Equal(t, scheme+` `+algs+`authorization_uri="http://acme.okta.com/oauth2/v1/authorize", realm="http://acme.okta.com", scope="okta.logs.read", error="`+
		code+`", error_description="`+description+`", resource="/api/v1/logs"`, a.header.Get("WWW-Authenticate"))
}

// thumbprint is that of a key, as tokens name it (RFC 7638).
func thumbprint(key jose.JSONWebKey) string {
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// tokenHash is the `ath` of an access token (RFC 9449 §4.2).
func tokenHash(accessToken string) string {
	sum := sha256.Sum256([]byte(accessToken))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
