// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func jwkOf(t *testing.T, key any, kid string) string {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: kid})
	require.NoError(t, err)
	return string(text)
}

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	require.NoError(t, err)
	return key
}

func sec1(t *testing.T, key *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	return block("EC PRIVATE KEY", der)
}

func TestEveryKeyFormatSigns(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p256, p384, p521 := ecKey(t, elliptic.P256()), ecKey(t, elliptic.P384()), ecKey(t, elliptic.P521())
	now := time.Unix(1795262400, 0)
	const endpoint = "https://acme.okta.com/oauth2/v1/token"
	for name, tc := range map[string]struct {
		text      string
		keyID     string
		public    any
		algorithm jose.SignatureAlgorithm
		wantKeyID string
	}{
		"PKCS#1":                {block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), "k", rsaKey.Public(), jose.RS256, "k"},
		"PKCS#8, RSA":           {pemOf(t, rsaKey), "k", rsaKey.Public(), jose.RS256, "k"},
		"PKCS#8, EC":            {pemOf(t, p384), "k", p384.Public(), jose.ES384, "k"},
		"SEC 1":                 {sec1(t, p521), "k", p521.Public(), jose.ES512, "k"},
		"SEC 1 with parameters": {block("EC PARAMETERS", []byte{6, 8, 42, 134, 72, 206, 61, 3, 1, 7}) + sec1(t, p256), "k", p256.Public(), jose.ES256, "k"},
		"behind a certificate":  {block("CERTIFICATE", []byte("x")) + pemOf(t, p256), "k", p256.Public(), jose.ES256, "k"},
		"white space around":    {"\r\n " + pemOf(t, p256) + "\n\n", "k", p256.Public(), jose.ES256, "k"},
		"line breaks as \\n":    {strings.ReplaceAll(strings.TrimSpace(pemOf(t, p256)), "\n", `\n`), "k", p256.Public(), jose.ES256, "k"},
		"JWK, RSA":              {jwkOf(t, rsaKey, "own"), "", rsaKey.Public(), jose.RS256, "own"},
		"JWK, EC":               {jwkOf(t, p256, "own"), "", p256.Public(), jose.ES256, "own"},
		"JWK, another kid":      {jwkOf(t, p256, "own"), "k", p256.Public(), jose.ES256, "k"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, CheckPrivateKey(tc.text, tc.keyID))
			key, err := parseKey([]byte(tc.text), tc.keyID)
			require.NoError(t, err)
			signer, err := jose.NewSigner(key, nil)
			require.NoError(t, err)
			text, err := jwt.Signed(signer).Claims((&privateKey{clientID: testClient}).claims(endpoint, now)).Serialize()
			require.NoError(t, err)

			token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{tc.algorithm})
			require.NoError(t, err)
			assert.Equal(t, tc.wantKeyID, token.Headers[0].KeyID)
			var claims map[string]any
			require.NoError(t, token.Claims(tc.public, &claims))
			assert.NotEmpty(t, claims["jti"])
			delete(claims, "jti")
			assert.Equal(t, map[string]any{
				"iss": testClient, "sub": testClient, "aud": endpoint, "exp": float64(now.Add(5 * time.Minute).Unix()),
			}, claims)
		})
	}
}

func TestBadKeysSayWhatToUseInstead(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	spki, err := x509.MarshalPKIXPublicKey(testKey.Public())
	require.NoError(t, err)
	legacy := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}, Bytes: []byte("x")}))
	for name, tc := range map[string]struct{ text, keyID, says string }{
		"empty":                 {"", "k", "neither PEM nor a JWK"},
		"a word":                {"SECRETWORD", "k", "neither PEM nor a JWK"},
		"PKCS#8, encrypted":     {block("ENCRYPTED PRIVATE KEY", []byte("x")), "k", "is encrypted: use it without a passphrase"},
		"PKCS#1, encrypted":     {legacy, "k", "is encrypted: use it without a passphrase"},
		"public":                {block("PUBLIC KEY", spki), "k", "is a public key: use the private one"},
		"public, PKCS#1":        {block("RSA PUBLIC KEY", []byte("x")), "k", "is a public key: use the private one"},
		"certificate":           {block("CERTIFICATE", []byte("x")), "k", "is a certificate: use the private key that belongs to it"},
		"OpenSSH":               {block("OPENSSH PRIVATE KEY", []byte("x")), "k", `format "OPENSSH PRIVATE KEY": convert it to PKCS#8`},
		"damaged":               {block("PRIVATE KEY", []byte("x")), "k", "is damaged"},
		"no line breaks":        {strings.ReplaceAll(pemOf(t, testKey), "\n", " "), "k", "with its line breaks"},
		"short RSA":             {pemOf(t, short), "k", "1024 bits: use one of 2048 bits or more"},
		"Ed25519":               {pemOf(t, ed), "k", "neither RSA nor EC"},
		"Ed25519, JWK":          {jwkOf(t, ed, "k"), "", "neither RSA nor EC"},
		"P-224":                 {sec1(t, ecKey(t, elliptic.P224())), "k", "curve P-224: use P-256"},
		"no kid":                {pemOf(t, testKey), "", "oauth.key_id is missing"},
		"JWK without kid":       {jwkOf(t, testKey, ""), "", "oauth.key_id is missing"},
		"public JWK":            {jwkOf(t, testKey.Public(), "k"), "", "is a public JWK: use the private one"},
		"symmetric JWK":         {jwkOf(t, []byte("SECRETWORD"), "k"), "", "is not a valid JWK"},
		"JWK set":               {`{"keys":[` + jwkOf(t, testKey, "k") + `]}`, "", "is a whole JWK set"},
		"other JSON":            {`{"d":"SECRETWORD"}`, "k", "is not a valid JWK"},
		"broken JSON":           {`{"kty":"EC","d":"SECRETWORD`, "k", "is not a valid JWK"},
		"JWK off its own curve": {`{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","d":"SECRETWORD"}`, "k", "is not a valid JWK"},
	} {
		t.Run(name, func(t *testing.T) {
			err := CheckPrivateKey(tc.text, tc.keyID)
			require.ErrorContains(t, err, tc.says)
			assert.NotContains(t, err.Error(), "SECRETWORD")
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

// Whatever a key file holds, it is refused in words, and never with a panic or its content.
func FuzzKeys(f *testing.F) {
	f.Add([]byte(pemOf(f, testKey)), "k")
	f.Add([]byte(`{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","d":"AAAA"}`), "")
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\n"), "k")
	f.Fuzz(func(t *testing.T, text []byte, keyID string) {
		err := CheckPrivateKey(string(text), keyID)
		if err != nil && len(text) > 40 && bytes.Contains([]byte(err.Error()), text) {
			t.Fatal("the error repeats the key")
		}
	})
}
