// SPDX-License-Identifier: Apache-2.0

package privatekey

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

var (
	value = secret.Place{Setting: "oauth.private_key"}
	file  = secret.Place{Setting: "oauth.private_key_file", Path: "/run/secrets/okta.pem"}
)

// rsaKey is one for all tests: making it is the slow part.
var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var p256 = sync.OnceValue(func() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
})

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(t testing.TB, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return inPEM("PRIVATE KEY", der)
}

func pkcs1(key *rsa.PrivateKey) string {
	return inPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
}

func sec1(t *testing.T, key *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	return inPEM("EC PRIVATE KEY", der)
}

func jwkOf(t testing.TB, key any, kid string) string {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: kid})
	require.NoError(t, err)
	return string(text)
}

// with is a JWK with members that are set, and without those that are nil.
func with(t *testing.T, jwk string, members map[string]any) string {
	t.Helper()
	var all map[string]any
	require.NoError(t, json.Unmarshal([]byte(jwk), &all))
	for name, member := range members {
		if all[name] = member; member == nil {
			delete(all, name)
		}
	}
	text, err := json.Marshal(all)
	require.NoError(t, err)
	return string(text)
}

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	require.NoError(t, err)
	return key
}

func encode(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// wrapped is base64 in lines of 76 characters.
func wrapped(text string) string {
	encoded, lines := encode(text), ""
	for len(encoded) > 76 {
		lines, encoded = lines+encoded[:76]+"\r\n", encoded[76:]
	}
	return lines + encoded + "\r\n"
}

func TestKeysInTheShapesThatPeopleHave(t *testing.T) {
	rsaKey, p256, p384, p521 := rsaKey(), p256(), ecKey(t, elliptic.P384()), ecKey(t, elliptic.P521())
	ec := pkcs8(t, p256)
	oneLine := func(lineBreak string) string { return strings.ReplaceAll(strings.TrimSpace(ec), "\n", lineBreak) }
	quoted, err := json.Marshal(ec)
	require.NoError(t, err)
	twice, err := json.Marshal(string(quoted))
	require.NoError(t, err)
	quotedJWK, err := json.Marshal(jwkOf(t, p256, "own"))
	require.NoError(t, err)
	certificate := inPEM("CERTIFICATE", []byte("synthetic"))
	block, _ := pem.Decode([]byte(ec))
	rsaBlock, _ := pem.Decode([]byte(pkcs1(rsaKey)))
	public := jwkOf(t, p384.Public(), "public")
	for name, tc := range map[string]struct {
		text  string
		keyID string
		want  crypto.Signer
		alg   jose.SignatureAlgorithm
		kid   string
	}{
		"PKCS#1":                  {pkcs1(rsaKey), "k", rsaKey, jose.RS256, "k"},
		"PKCS#8, RSA":             {pkcs8(t, rsaKey), "k", rsaKey, jose.RS256, "k"},
		"PKCS#8, EC":              {pkcs8(t, p384), "k", p384, jose.ES384, "k"},
		"SEC 1":                   {sec1(t, p521), "k", p521, jose.ES512, "k"},
		"another name":            {inPEM("RSA PRIVATE KEY", block.Bytes), "k", p256, jose.ES256, "k"},
		"a name of no format":     {inPEM("ANY PRIVATE KEY", block.Bytes), "k", p256, jose.ES256, "k"},
		"parameters before":       {inPEM("EC PARAMETERS", []byte{6, 8, 42, 134, 72, 206, 61, 3, 1, 7}) + sec1(t, p256), "k", p256, jose.ES256, "k"},
		"certificates before":     {certificate + certificate + ec, "k", p256, jose.ES256, "k"},
		"certificates behind":     {ec + certificate, "k", p256, jose.ES256, "k"},
		"Bag Attributes":          {"Bag Attributes\n    friendlyName: okta\nKey Attributes: <No Attributes>\n" + ec, "k", p256, jose.ES256, "k"},
		"white space around":      {"\r\n " + ec + "\n\n", "k", p256, jose.ES256, "k"},
		"a byte order mark":       {"\ufeff" + ec, "k", p256, jose.ES256, "k"},
		"CRLF":                    {oneLine("\r\n"), "k", p256, jose.ES256, "k"},
		"CR":                      {oneLine("\r"), "k", p256, jose.ES256, "k"},
		"indented":                {"    " + oneLine("\n    "), "k", p256, jose.ES256, "k"},
		"indented by tabs":        {"\t" + oneLine("\n\t"), "k", p256, jose.ES256, "k"},
		"blank lines":             {oneLine("\n\n"), "k", p256, jose.ES256, "k"},
		"spaces":                  {oneLine(" "), "k", p256, jose.ES256, "k"},
		"no-break spaces":         {oneLine("\u00a0"), "k", p256, jose.ES256, "k"},
		"nothing between":         {oneLine(""), "k", p256, jose.ES256, "k"},
		`\n`:                      {oneLine(`\n`), "k", p256, jose.ES256, "k"},
		`\n at the end`:           {oneLine(`\n`) + `\n`, "k", p256, jose.ES256, "k"},
		`\r\n`:                    {oneLine(`\r\n`), "k", p256, jose.ES256, "k"},
		`\\n`:                     {oneLine(`\\n`), "k", p256, jose.ES256, "k"},
		`\n and a line break`:     {oneLine("\\n\n"), "k", p256, jose.ES256, "k"},
		"a backslash at each end": {oneLine("\\\n"), "k", p256, jose.ES256, "k"},
		"a JSON string":           {string(quoted), "k", p256, jose.ES256, "k"},
		"a JSON string twice":     {string(twice), "k", p256, jose.ES256, "k"},
		"in double quotes":        {`"` + oneLine(`\n`) + `"`, "k", p256, jose.ES256, "k"},
		"in single quotes":        {"'" + ec + "'", "k", p256, jose.ES256, "k"},
		"a line of .env":          {`OKTA_KEY="` + oneLine(`\n`) + `"`, "k", p256, jose.ES256, "k"},
		"a JSON document":         {`{"client_id": "0oa1", "private_key": ` + string(quoted) + `}`, "k", p256, jose.ES256, "k"},
		"base64":                  {encode(ec), "k", p256, jose.ES256, "k"},
		"base64, wrapped":         {wrapped(ec), "k", p256, jose.ES256, "k"},
		"base64, URL":             {base64.RawURLEncoding.EncodeToString([]byte(pkcs8(t, rsaKey))), "k", rsaKey, jose.RS256, "k"},
		"base64 twice":            {encode(encode(ec)), "k", p256, jose.ES256, "k"},
		"base64 of a JWK":         {encode(jwkOf(t, p256, "own")), "", p256, jose.ES256, "own"},
		"base64, quoted":          {`"` + encode(ec) + `"`, "k", p256, jose.ES256, "k"},
		"DER":                     {string(block.Bytes), "k", p256, jose.ES256, "k"},
		"DER, PKCS#1":             {string(rsaBlock.Bytes), "k", rsaKey, jose.RS256, "k"},
		"base64 of DER":           {base64.StdEncoding.EncodeToString(block.Bytes), "k", p256, jose.ES256, "k"},
		"JWK, RSA":                {jwkOf(t, rsaKey, "own"), "", rsaKey, jose.RS256, "own"},
		"JWK, EC":                 {jwkOf(t, p256, "own"), "", p256, jose.ES256, "own"},
		"JWK, the same kid":       {jwkOf(t, p256, "own"), "own", p256, jose.ES256, "own"},
		"JWK without kid":         {jwkOf(t, p256, ""), "k", p256, jose.ES256, "k"},
		"JWK, a byte order mark":  {"\ufeff" + jwkOf(t, p256, "own") + "\n", "", p256, jose.ES256, "own"},
		"JWK, RS512":              {with(t, jwkOf(t, rsaKey, "own"), map[string]any{"alg": "RS512", "use": "sig"}), "", rsaKey, jose.RS512, "own"},
		"JWK, okta's members":     {with(t, jwkOf(t, p256, "own"), map[string]any{"alg": "ES256", "status": "ACTIVE", "created": nil, "key_ops": []string{"sign"}}), "", p256, jose.ES256, "own"},
		"JWK in single quotes":    {"'" + jwkOf(t, p256, "own") + "'", "", p256, jose.ES256, "own"},
		"JWK as a JSON string":    {string(quotedJWK), "", p256, jose.ES256, "own"},
		"JWK set of one":          {`{"keys": [` + jwkOf(t, p256, "own") + `]}`, "", p256, jose.ES256, "own"},
		"JWK set, one private":    {`{"keys": [` + public + `,` + jwkOf(t, p256, "own") + `]}`, "", p256, jose.ES256, "own"},
		"a list of JWKs":          {`[` + public + `,` + jwkOf(t, p256, "own") + `]`, "", p256, jose.ES256, "own"},
		"JWK set, named":          {`{"keys": [` + jwkOf(t, p384, "other") + `,` + jwkOf(t, p256, "own") + `]}`, "own", p256, jose.ES256, "own"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, place := range []secret.Place{value, file} {
				key, err := Read(place, tc.text, tc.keyID)
				require.NoError(t, err)
				assert.Equal(t, tc.alg, key.Algorithm)
				assert.Equal(t, tc.kid, key.ID)
				public, comparable := key.Private.Public().(interface{ Equal(crypto.PublicKey) bool })
				require.True(t, comparable)
				assert.True(t, public.Equal(tc.want.Public()))
			}
			path := filepath.Join(t.TempDir(), "key")
			require.NoError(t, os.WriteFile(path, []byte(tc.text), 0o600))
			text, err := secret.Place{Setting: "oauth.private_key_file", Path: path}.ReadFile()
			require.NoError(t, err)
			assert.Equal(t, tc.text, text, "a file is read as it is")
		})
	}
}

func TestWhatIsNoKeySaysWhatItIsAndWhatToDo(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	key := p256()
	ec, ownJWK, rsaJWK := pkcs8(t, key), jwkOf(t, key, "own"), jwkOf(t, rsaKey(), "own")
	other := jwkOf(t, ecKey(t, elliptic.P384()), "other")
	twin := jwkOf(t, ecKey(t, elliptic.P384()), "other")
	der := func(text string) string { b, _ := pem.Decode([]byte(text)); return string(b.Bytes) }
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	legacy := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}, Bytes: []byte("SECRETWORD")}))
	cut, _, _ := strings.Cut(ec, "-----END")
	hidden := strings.Replace(ec, "MIG", "MI\u200bG", 1)
	for name, tc := range map[string]struct {
		text, keyID string
		says        string
		// remedy is the text after what the sentence says was done; "" where that takes another key, or a program.
		remedy, remedyKeyID string
	}{
		"empty":                 {"", "k", "oauth.private_key is empty", ec, "k"},
		"a word":                {"SECRETWORD", "k", "is neither PEM nor a JWK but a single word: use oauth.client_secret for the secret of an app, or set it to the key", ec, "k"},
		"words":                 {"SECRETWORD of\nmine", "k", "is neither PEM nor a JWK: set it to the key", ec, "k"},
		"an API token":          {"00" + strings.Repeat("SECRETWORD", 4), "k", "is an API token, and takes a private key: use api_token for it", "", ""},
		"a path":                {"./okta.pem", "k", "oauth.private_key is a path, and takes a private key: set oauth.private_key_file to that path instead", "", ""},
		"an absolute path":      {"/etc/otel/okta.pem", "k", "is a path", "", ""},
		"a path of Windows":     {`C:\keys\okta.pem`, "k", "is a path", "", ""},
		"a URL":                 {"file:///etc/otel/okta.pem", "k", "is the URL of a file", "", ""},
		"a bare name":           {"okta.pem", "k", "is a path", "", ""},
		"a variable":            {"${OKTA_KEY}", "k", "is a variable that nothing has replaced with its value: write ${env:NAME}", "", ""},
		"an example":            {"<your private key>", "k", "is what stands in the place of a private key in an example", ec, "k"},
		"PKCS#8, encrypted":     {inPEM("ENCRYPTED PRIVATE KEY", []byte("x")), "k", "is encrypted, and nobody enters a passphrase", "", ""},
		"PKCS#1, encrypted":     {legacy, "k", "is encrypted", "", ""},
		"encrypted, one line":   {strings.ReplaceAll(legacy, "\n", `\n`), "k", "is encrypted", "", ""},
		"public":                {inPEM("PUBLIC KEY", spki), "k", "is a public key: use the private one", ec, "k"},
		"public, DER":           {string(spki), "k", "is a public key", ec, "k"},
		"public, PKCS#1":        {inPEM("RSA PUBLIC KEY", []byte("x")), "k", "is a public key", ec, "k"},
		"public, OpenSSH":       {"ssh-rsa AAAAB3NzaC1yc2E= me@example.org", "k", "is a public key", ec, "k"},
		"certificate":           {inPEM("CERTIFICATE", []byte("x")), "k", "is a certificate: use the private key that belongs to it", ec, "k"},
		"certificate request":   {inPEM("CERTIFICATE REQUEST", []byte("x")), "k", "is a certificate request", ec, "k"},
		"parameters alone":      {inPEM("EC PARAMETERS", []byte("x")), "k", "has the parameters of a curve and no key", inPEM("EC PARAMETERS", []byte("x")) + sec1(t, key), "k"},
		"another block":         {inPEM("X509 CRL", []byte("x")), "k", `has "X509 CRL" and no private key`, ec, "k"},
		"PuTTY":                 {"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n", "k", "puttygen key.ppk -O private-openssh", "", ""},
		"a key of a TPM":        {inPEM("TSS2 PRIVATE KEY", []byte("x")), "k", "is a key that stays in a security device: create one", ec, "k"},
		"an Ed25519 block":      {inPEM("ED25519 PRIVATE KEY", []byte("x")), "k", "is a key of the type Ed25519", ec, "k"},
		"a foreign format":      {inPEM("ANY PRIVATE KEY", []byte("x")), "k", `is of the format "ANY PRIVATE KEY", which is not read: create one`, ec, "k"},
		"PuTTY, Ed25519":        {"PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\n", "k", "is a key of the type Ed25519", ec, "k"},
		"a keystore, base64":    {encode("\xfe\xed\xfe\xed\x00\x00\x00\x02" + strings.Repeat("\xff\x01", 60)), "k", "is a Java keystore", "", ""},
		"base64 of no key":      {encode(strings.Repeat("\xff\xfb\x01\x7f", 60)), "k", "is neither PEM nor a JWK: ", ec, "k"},
		"PKCS#12 of browsers":   {"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80\x04\x82", "k", "is a PKCS#12 file", "", ""},
		"DER, cut off":          {der(ec)[:len(der(ec))/2], "k", "is DER that is cut off or damaged", der(ec), "k"},
		"DER as text":           {strings.ToValidUTF8(der(pkcs1(rsaKey())), "\ufffd"), "k", "is DER that was read as text, which has lost bytes of it: use oauth.private_key_file", "", ""},
		"Diffie-Hellman":        {"\x30\x14\x02\x0f\x7fSECRETWORDSECR\x02\x01\x02", "k", "has the parameters of Diffie-Hellman and no key", ec, "k"},
		"shortened":             {strings.Replace(ec, "MIG", "MIG...", 1), "k", "is shortened, a part of it was left out or hidden: copy the key again", ec, "k"},
		"hidden by asterisks":   {strings.Replace(ec, "MIG", "****", 1), "k", "is shortened", ec, "k"},
		"hidden by dots":        {strings.Replace(ec, "MIG", "••••", 1), "k", "is shortened", ec, "k"},
		"an ellipsis":           {strings.Replace(ec, "MIG", "MIG…", 1), "k", "is shortened", ec, "k"},
		"of a web page":         {strings.ReplaceAll(ec, "\n", "<br>"), "k", "is encoded as in a URL or a web page: copy the key again", ec, "k"},
		"of a URL":              {strings.ReplaceAll(ec, "\n", "%0A"), "k", "is encoded as in a URL", ec, "k"},
		"of a URL, all of it":   {url.PathEscape(ec), "k", "is encoded as in a URL", ec, "k"},
		"JWK and a semicolon":   {ownJWK + ";", "", "is a JWK with something behind its last brace: keep the JWK alone, to that brace", ownJWK, ""},
		"JWK and a comment":     {ownJWK + " # of the app", "", "is a JWK with something behind its last brace", ownJWK, ""},
		"JWK and PEM":           {ownJWK + "\n" + ec, "", "is a JWK with something behind its last brace", ownJWK, ""},
		"JWK and JWK":           {ownJWK + "\n" + rsaJWK, "", "is a JWK with something behind its last brace", ownJWK, ""},
		"JWK of .env":           {"\nKEY=" + ownJWK, "", "is a line that gives a name a value, with an equals sign at line 2, position 4: set it to the JWK alone, from its first brace to its last", ownJWK, ""},
		"JWK of a program":      {"const key = " + ownJWK + ";", "", "with an equals sign at position 11: set it to the JWK alone", ownJWK, ""},
		"JWK of a setting":      {"private_key: '" + ownJWK + "'", "", "with a colon at position 12: set it to the JWK alone", ownJWK, ""},
		"base64 of .env":        {"export KEY=" + encode(ec), "k", "with an equals sign at position 11: set it to the base64 alone, without quotes", encode(ec), "k"},
		"JWK set, one kid":      {`{"keys":[` + other + "," + twin + `]}`, "other", `is a JWK set with 2 private keys of the kid "other": keep the one whose public half the app in okta has`, `{"keys":[` + other + `]}`, "other"},
		"JWK set, one kid only": {`{"keys":[` + other + "," + twin + `]}`, "", "is a JWK set with 2 private keys, and no kid that tells them apart: keep the one", `{"keys":[` + other + `]}`, ""},
		"JWK set, no kids":      {`{"keys":[` + jwkOf(t, key, "") + "," + jwkOf(t, rsaKey(), "") + `]}`, "k", "and no kid that tells them apart: keep the one", jwkOf(t, key, ""), "k"},
		"JWK set, three":        {`{"keys":[` + other + "," + twin + "," + ownJWK + `]}`, "", `is a JWK set with 3 private keys, of the kids "own": set oauth.key_id`, `{"keys":[` + other + "," + twin + "," + ownJWK + `]}`, "own"},
		"key_id, invisible":     {ec, "k\u200b1", "oauth.key_id has a zero-width space (U+200B) at position 2, which can't be seen: take it out", ec, "k1"},
		"key_id, a token":       {ownJWK, "SSWS 00" + strings.Repeat("SECRETWORD", 4), "oauth.key_id is a token or a key, and takes the kid of a key: set it to the kid", ownJWK, "own"},
		"key_id, a key":         {ownJWK, "-----BEGIN PRIVATE KEY----- SECRETWORD", "oauth.key_id is a token or a key", ownJWK, "own"},
		"key_id, NUL":           {ec, "k\x001", "oauth.key_id has a NUL (U+0000) at position 2", ec, "k1"},
		"key_id, directions":    {ec, "\u202ek1\u202c", "oauth.key_id has a direction mark (U+202E) at position 1 and a direction mark (U+202C) at position 4, which can't be seen: take them out", ec, "k1"},
		"a DSA key":             {inPEM("DSA PRIVATE KEY", []byte("x")), "k", "is a key of the type DSA, and okta takes neither but RSA and EC: create one", ec, "k"},
		"a Java keystore":       {"\xfe\xed\xfe\xed\x00\x00\x00\x02", "k", "is a Java keystore: export the key (keytool", "", ""},
		"damaged":               {inPEM("PRIVATE KEY", []byte("SECRETWORD")), "k", "is damaged", ec, "k"},
		"half":                  {ec[:len(ec)/2], "k", "is cut off, it has no line -----END PRIVATE KEY-----", ec, "k"},
		"no END":                {cut, "k", "is cut off, it has no line -----END PRIVATE KEY-----", cut + "-----END PRIVATE KEY-----", "k"},
		"half of END":           {cut + "-----END PRI", "k", "is cut off, it has no line -----END PRIVATE KEY-----", ec, "k"},
		"half of BEGIN":         {"-----BEGIN PRIVATE KEY", "k", "is cut off in the line that begins with -----BEGIN", ec, "k"},
		"no BEGIN":              {strings.TrimPrefix(ec, "-----BEGIN PRIVATE KEY-----"), "k", "without the line -----BEGIN PRIVATE KEY----- before it", ec, "k"},
		"other END":             {strings.Replace(ec, "END PRIVATE", "END RSA PRIVATE", 1), "k", "begins with -----BEGIN PRIVATE KEY----- and ends with -----END RSA PRIVATE KEY-----", ec, "k"},
		"two keys":              {ec + pkcs1(rsaKey()), "k", "has 2 private keys: keep the one", pkcs1(rsaKey()), "k"},
		"dashes":                {strings.ReplaceAll(ec, "-----", "—–"), "k", "has other dashes around BEGIN", ec, "k"},
		"invisible":             {hidden, "k", "has a zero-width space (U+200B) at line 2, position 3, which no key in PEM has: take it out", ec, "k"},
		"invisible marker":      {strings.ReplaceAll(ec, "PRIVATE KEY", "PRIVATE\u200b KEY"), "k", "has a zero-width space (U+200B) at position 19 and a zero-width space", ec, "k"},
		"invisible BEGIN":       {strings.Replace(ec, "BEGIN", "BEGIN\u200b", 1), "k", "has a zero-width space (U+200B) at position 11, which no key in PEM has: take", ec, "k"},
		"invisible END":         {strings.Replace(ec, "END P", "END\u200b P", 1), "k", "has a zero-width space (U+200B) at line 5, position 9, which no key in PEM has", ec, "k"},
		"invisible dashes":      {strings.Replace(ec, "-----BEGIN", "---\u200b--BEGIN", 1), "k", "has a zero-width space (U+200B) at position 4", ec, "k"},
		"UTF-16":                {"\xff\xfe-\x00-\x00", "k", "is UTF-16: save it again as UTF-8", ec, "k"},
		"UTF-16 in base64":      {encode("\xff\xfe-\x00-\x00-\x00-\x00-\x00B\x00E\x00"), "k", "is UTF-16: save it again as UTF-8", encode(ec), "k"},
		"PGP":                   {inPEM("PGP PRIVATE KEY BLOCK", []byte("x")), "k", `has "PGP PRIVATE KEY BLOCK" and no private key`, ec, "k"},
		"an empty set":          {`{"keys":[]}`, "k", "is a JWK set without a private key", ownJWK, ""},
		"short RSA":             {pkcs8(t, short), "k", "is an RSA key of 1024 bits, of which okta wants 2048 or more: create one", pkcs8(t, rsaKey()), "k"},
		"Ed25519":               {pkcs8(t, ed), "k", "is a key of the type Ed25519", ec, "k"},
		"Ed25519, JWK":          {jwkOf(t, ed, "own"), "", "is a key of the type Ed25519", ownJWK, ""},
		"P-224":                 {sec1(t, ecKey(t, elliptic.P224())), "k", "is an EC key on the curve P-224, and okta takes P-256, P-384 and P-521", ec, "k"},
		"no kid":                {ec, "", "oauth.key_id is missing", ec, "k"},
		"JWK without kid":       {jwkOf(t, key, ""), "", "oauth.key_id is missing", jwkOf(t, key, ""), "k"},
		"JWK, another kid":      {ownJWK, "k", `is a JWK of the kid "own", and oauth.key_id is "k": leave oauth.key_id out if the JWK is right, else take the member kid out`, ownJWK, ""},
		"JWK, kid taken out":    {ownJWK, "k", "take the member kid out of the JWK", with(t, ownJWK, map[string]any{"kid": nil}), "k"},
		"JWK, another alg":      {with(t, ownJWK, map[string]any{"alg": "RS256"}), "", `names the algorithm "RS256"`, with(t, ownJWK, map[string]any{"alg": "ES256"}), ""},
		"JWK, PSS":              {with(t, rsaJWK, map[string]any{"alg": "PS256"}), "", "set its member alg to RS256, or leave that out", with(t, rsaJWK, map[string]any{"alg": nil}), ""},
		"JWK, encryption":       {with(t, rsaJWK, map[string]any{"use": "enc"}), "", "is a JWK for encryption", rsaJWK, ""},
		"JWK, a number":         {with(t, ownJWK, map[string]any{"kid": 2026}), "", "is a JWK whose member kid is not text: write its value in quotation marks", with(t, ownJWK, map[string]any{"kid": "2026"}), ""},
		"JWK, no primes":        {with(t, rsaJWK, map[string]any{"p": nil, "q": nil, "dp": nil, "dq": nil, "qi": nil}), "", "without its primes, the members p and q", rsaJWK, ""},
		"JWK, secp256k1":        {with(t, ownJWK, map[string]any{"crv": "secp256k1"}), "", "is an EC key on the curve secp256k1", ownJWK, ""},
		"public JWK":            {jwkOf(t, key.Public(), "own"), "", "is a public JWK: use the private one, which has the member d", ownJWK, ""},
		"symmetric JWK":         {jwkOf(t, []byte("SECRETWORD"), "k"), "", "is a symmetric JWK", ownJWK, ""},
		"JWK set, two":          {`{"keys":[` + other + "," + ownJWK + `]}`, "", `is a JWK set with 2 private keys, of the kids "other", "own": set oauth.key_id`, `{"keys":[` + other + "," + ownJWK + `]}`, "own"},
		"JWK set, not named":    {`{"keys":[` + other + "," + ownJWK + `]}`, "k", `not one of them has the kid "k" of oauth.key_id`, `{"keys":[` + other + "," + ownJWK + `]}`, "other"},
		"JWK set, public":       {`{"keys":[` + jwkOf(t, key.Public(), "own") + `]}`, "", "is a JWK set without a private key", ownJWK, ""},
		"JWK in YAML":           {"kty: EC\nd: SECRETWORD\n", "k", "is a JWK in YAML: write it as JSON", ownJWK, ""},
		"JWK without quotes":    {"{kty: EC, d: SECRETWORD}", "k", "without the quotation marks of JSON", ownJWK, ""},
		"JWK of Python":         {strings.ReplaceAll(ownJWK, `"`, `'`), "", "without the quotation marks of JSON", ownJWK, ""},
		"JWK with backslashes":  {strings.ReplaceAll(ownJWK, `"`, `\"`), "", "is a JWK with a backslash before each quotation mark: take the backslashes out", ownJWK, ""},
		"JWK, cut off":          {ownJWK[:len(ownJWK)-10], "", "is a JWK that is cut off", ownJWK, ""},
		"JWK with a comma":      {strings.Replace(ownJWK, "}", ",}", 1), "", "is not valid JSON from byte", ownJWK, ""},
		"other JSON":            {`{"d":"SECRETWORD"}`, "k", "is a JSON document and not a JWK, which has the member kty", ownJWK, ""},
		"JWK off its own curve": {`{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","d":"SECRETWORD"}`, "k", "with members that are missing or don't fit together", ownJWK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, place := range []secret.Place{value, file} {
				_, err := Read(place, tc.text, tc.keyID)
				require.Error(t, err)
				if place == value {
					require.ErrorContains(t, err, tc.says)
				}
				assert.NotContains(t, err.Error(), "SECRETWORD")
				assert.NotContains(t, err.Error(), "\n")
				cause, remedy, found := strings.Cut(err.Error(), ": ")
				assert.True(t, found && !strings.Contains(remedy, ": "), "what is wrong: what to do: %v", err)
				assert.True(t, strings.HasPrefix(cause, place.String()+" ") || strings.HasPrefix(cause, "oauth.key_id "), "%v", err)
				if tc.remedy != "" {
					_, err = Read(place, tc.remedy, tc.remedyKeyID)
					require.NoError(t, err, "the remedy helps")
				}
			}
		})
	}
}

// Whatever a key file holds, it is refused in words, and never with a panic or its content.
func FuzzKeys(f *testing.F) {
	f.Add([]byte(pkcs8(f, p256())), "k")
	f.Add([]byte(strings.ReplaceAll(pkcs8(f, p256()), "\n", `\n`)), "k")
	f.Add([]byte(encode(pkcs8(f, p256()))), "k")
	f.Add([]byte(`{"keys":[`+jwkOf(f, p256(), "own")+`]}`), "")
	f.Add([]byte(`{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","d":"AAAA"}`), "")
	f.Add([]byte("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----"), "k")
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\n"), "k")
	f.Fuzz(func(t *testing.T, text []byte, keyID string) {
		_, err := Read(value, string(text), keyID)
		if err != nil && len(text) > 60 && strings.Contains(err.Error(), string(text)) {
			t.Fatal("the error repeats the key")
		}
	})
}
