// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func newRSAKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	return key
}

// keyFile is a file with a text.
func keyFile(t *testing.T, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

func asJWK(t *testing.T, key any) []byte {
	t.Helper()
	raw, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: "mine"})
	require.NoError(t, err)
	return raw
}

func inPEM(t *testing.T, kind string, der []byte, err error) []byte {
	t.Helper()
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestKeysOfEachFormatAreRead(t *testing.T) {
	ec, long := newKey(t), newRSAKey(t, 2048)
	pkcs8, errPKCS8 := x509.MarshalPKCS8PrivateKey(ec)
	pkix, errPKIX := x509.MarshalPKIXPublicKey(ec.Public())
	sec1, errSEC1 := x509.MarshalECPrivateKey(ec)
	for name, c := range map[string]struct {
		text  []byte
		want  crypto.PublicKey
		keyID string
	}{
		"private JWK":   {asJWK(t, ec), ec.Public(), "mine"},
		"public JWK":    {asJWK(t, ec.Public()), ec.Public(), "mine"},
		"PKCS#8":        {inPEM(t, "PRIVATE KEY", pkcs8, errPKCS8), ec.Public(), ""},
		"PKIX":          {inPEM(t, "PUBLIC KEY", pkix, errPKIX), ec.Public(), ""},
		"SEC 1":         {append(inPEM(t, "EC PARAMETERS", []byte{1}, nil), inPEM(t, "EC PRIVATE KEY", sec1, errSEC1)...), ec.Public(), ""},
		"PKCS#1":        {inPEM(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(long), nil), long.Public(), ""},
		"public PKCS#1": {inPEM(t, "RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&long.PublicKey), nil), long.Public(), ""},
	} {
		key, err := readPublicKey(keyFile(t, c.text))
		require.NoError(t, err, name)
		assert.Equal(t, c.want, key.Key, name)
		assert.Equal(t, c.keyID, key.KeyID, name)
	}
}

func TestKeysRefused(t *testing.T) {
	small, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	require.NoError(t, err)
	pkcs8, errPKCS8 := x509.MarshalPKCS8PrivateKey(small)
	for complaint, text := range map[string][]byte{
		"an RSA key of 1024 bits is too short: use one of 2048 bits or more":            asJWK(t, newRSAKey(t, 1024)),
		"the key is neither RSA nor EC on P-256, P-384 or P-521: Okta accepts no other": inPEM(t, "PRIVATE KEY", pkcs8, errPKCS8),
		"the file has no valid JWK: use one JWK, not a set, or PEM":                     []byte(`{"keys":[]}`),
		"the PRIVATE KEY of the file cannot be read":                                    inPEM(t, "PRIVATE KEY", []byte("x"), nil),
		"the file has neither a JWK nor a key in PEM: use a key without a passphrase":   inPEM(t, "ENCRYPTED PRIVATE KEY", []byte("x"), nil),
		"the file is too large to be a key":                                             make([]byte, maxKeyFile+1),
	} {
		_, err := readPublicKey(keyFile(t, text))
		assert.EqualError(t, err, complaint)
	}
}

// askForToken asks for an access token with a form, and Basic credentials if there is a user. It returns the answer's
// status and its JSON.
func askForToken(t *testing.T, org string, form url.Values, user, password string) (int, map[string]any) {
	t.Helper()
	form.Set("grant_type", "client_credentials")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, org+"/oauth2/v1/token", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if user != "" {
		r.SetBasicAuth(user, password)
	}
	return exchange(t, r)
}

// exchange sends a request and returns status and JSON object of the answer.
func exchange(t *testing.T, r *http.Request) (int, map[string]any) {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // reading tells
	raw, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	var object map[string]any
	if len(raw) > 0 && raw[0] == '{' {
		require.NoError(t, json.Unmarshal(raw, &object))
	}
	return response.StatusCode, object
}

// assertion is a form with a client_assertion.
func assertion(t *testing.T, org, clientID, kid, scope string, key *ecdsa.PrivateKey) url.Values {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", kid))
	require.NoError(t, err)
	signed, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": clientID, "sub": clientID, "aud": org + "/oauth2/v1/token", "exp": time.Now().Add(time.Minute).Unix(),
	}).Serialize()
	require.NoError(t, err)
	return url.Values{"scope": {scope}, "client_assertion": {signed}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
}

// readLog reads the log with an access token and returns the status.
func readLog(t *testing.T, org string, token any) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, org+"/api/v1/logs", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", fmt.Sprint("Bearer ", token))
	status, _ := exchange(t, r)
	return status
}

func TestAcceptsAClientWithAKey(t *testing.T) {
	key := newKey(t)
	org, _, said, stop := startTalking(t, "--client-id", "0oaClient", "--client-key", keyFile(t, asJWK(t, key)), "--scopes", "okta.logs.read,okta.eventHooks.read")
	<-said // the admin token
	assert.Equal(t, "okta-systemlog simulate: accepts the OAuth client 0oaClient with okta.logs.read, okta.eventHooks.read", <-said)
	status, granted := askForToken(t, org, assertion(t, org, "0oaClient", "mine", "okta.logs.read", key), "", "")
	require.Equal(t, http.StatusOK, status, granted)
	assert.Equal(t, http.StatusOK, readLog(t, org, granted["access_token"]))
	status, refused := askForToken(t, org, assertion(t, org, "0oaClient", "mine", "okta.apps.read", key), "", "")
	assert.Equal(t, []any{http.StatusBadRequest, "consent_required"}, []any{status, refused["error"]})
	assert.NoError(t, stop())

	org, _, stop = start(t, "--client-id", "0oaClient", "--client-key", keyFile(t, asJWK(t, key.Public())), "--client-key-id", "another", "--dpop")
	status, refused = askForToken(t, org, assertion(t, org, "0oaClient", "another", "okta.logs.read", key), "", "")
	assert.Equal(t, []any{http.StatusBadRequest, "invalid_dpop_proof"}, []any{status, refused["error"]})
	assert.NoError(t, stop())
}

func TestAcceptsAClientWithTwoSecrets(t *testing.T) {
	org, _, stop := start(t, "--client-id", "0oaClient", "--client-secret", "first,secret", "--client-secret", "second")
	for secret, want := range map[string]int{"first,secret": http.StatusOK, "second": http.StatusOK, "third": http.StatusUnauthorized} {
		status, granted := askForToken(t, org, url.Values{"scope": {"okta.logs.read"}}, "0oaClient", url.QueryEscape(secret))
		assert.Equal(t, want, status, secret)
		if status == http.StatusOK {
			assert.Equal(t, http.StatusOK, readLog(t, org, granted["access_token"]))
		}
	}
	assert.NoError(t, stop())
}

func TestAnAppCanBeSetUp(t *testing.T) {
	org, _, said, stop := startTalking(t, "--org-id", "00oSynthetic")
	assert.Equal(t, "okta-systemlog simulate: accepts the admin token "+oktatest.DefaultAdminToken+" for okta-systemlog setup", <-said)
	admin := func(method, path, body string) map[string]any {
		r, err := http.NewRequestWithContext(t.Context(), method, org+path, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Authorization", "SSWS "+oktatest.DefaultAdminToken)
		r.Header.Set("Content-Type", "application/json")
		status, object := exchange(t, r)
		require.Less(t, status, 300, object)
		return object
	}
	assert.Equal(t, "00oSynthetic", admin("GET", "/.well-known/okta-organization", "")["id"])
	key := newKey(t)
	app := admin("POST", "/api/v1/apps", `{"name":"oidc_client","label":"otel","signOnMode":"OPENID_CONNECT",
		"credentials":{"oauthClient":{"token_endpoint_auth_method":"private_key_jwt"}},
		"settings":{"oauthClient":{"application_type":"service","grant_types":["client_credentials"],"jwks":{"keys":[`+string(asJWK(t, key.Public()))+`]}}}}`)["id"].(string)
	admin("POST", "/api/v1/apps/"+app+"/grants", `{"issuer":"`+org+`","scopeId":"okta.logs.read"}`)
	admin("POST", "/oauth2/v1/clients/"+app+"/roles", `{"type":"REPORT_ADMIN"}`)
	status, granted := askForToken(t, org, assertion(t, org, app, "mine", "okta.logs.read", key), "", "")
	require.Equal(t, http.StatusOK, status, granted)
	assert.Equal(t, http.StatusOK, readLog(t, org, granted["access_token"]))
	assert.NoError(t, stop())
}

func TestThereNeedBeNoAdmin(t *testing.T) {
	org, _, said, stop := startTalking(t, "--admin-token", "", "--client-id", "0oaClient", "--client-secret", "s")
	assert.Contains(t, <-said, "accepts the OAuth client")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, org+"/api/v1/apps", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "SSWS "+oktatest.DefaultAdminToken)
	status, _ := exchange(t, r)
	assert.Equal(t, http.StatusUnauthorized, status)
	assert.NoError(t, stop())
}
