// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// der is what begins as a key in DER does.
const der = "\x30\x82\x01\x55" + word + word + word + word + word + word

func TestPathsThatAreNone(t *testing.T) {
	const pem = "-----BEGIN PRIVATE KEY-----\n" + word + word + word + word
	const itself = "is the secret itself, and takes the path of a file that holds it: set api_token to it instead"
	for path, tc := range map[string]struct{ says, remedy string }{
		okta:                          {itself, ""},
		"SSWS " + okta:                {itself, ""},
		"SSWS%20" + okta:              {itself, ""},
		`"` + okta + `"`:              {itself, ""},
		`"` + okta:                    {itself, ""},
		"OKTA_API_TOKEN=" + okta:      {itself, ""},
		"api_token: " + okta:          {itself, ""},
		"-----BEGIN PRIVATE KEY-----": {itself, ""},
		`{"kty": "EC"}`:               {itself, ""},
		`[{"kty": "EC"}]`:             {itself, ""},
		`"{\"kty\": \"EC\"}"`:         {itself, ""},
		`'{"kty": "EC"}'`:             {itself, ""},
		base64.StdEncoding.EncodeToString([]byte(okta)):                                          {itself, ""},
		base64.StdEncoding.EncodeToString([]byte(der)):                                           {itself, ""},
		base64.StdEncoding.EncodeToString([]byte(pem)):                                           {itself, ""},
		base64.StdEncoding.EncodeToString([]byte(pem))[:60] + "\n" + strings.Repeat("a1B", 20):   {itself, ""},
		base64.StdEncoding.EncodeToString([]byte(`{"kty":"EC","d":"` + strings.Repeat(word, 4))): {itself, ""},
		hex.EncodeToString([]byte(der)):                                                          {itself, ""},
		hex.EncodeToString([]byte(pem)):                                                          {itself, ""},
		"eyJhbGciOiJS." + word + ".c2ln":                                                         {itself, ""},
		strings.Repeat(word, 30):                                                                 {"has a name of more than 255 bytes, which no file has: write the path of a file, or set api_token to the secret", "/etc/token"},
		"${TOKEN_FILE}":                                                                          {"is a variable that nothing has replaced", "/etc/token"},
		"{{ .Values.file }}":                                                                     {"is a variable that nothing has replaced", "/etc/token"},
		"/etc/token\n":                                                                           {"has white space around it", "/etc/token"},
		"/etc/to\u200bken":                                                                       {"characters that can't be seen", "/etc/token"},
		`"/etc/token"`:                                                                           {"is in quotes", "/etc/token"},
		"~/token":                                                                                {"begins with ~, which only a shell replaces: write the whole path", "/home/ada/token"},
		"$HOME/token":                                                                            {"begins with a variable, which only a shell replaces: write the whole path", "/home/ada/token"},
		"${HOME}/token":                                                                          {"begins with a variable", "/home/ada/token"},
		`%USERPROFILE%\token`:                                                                    {"begins with a variable", `C:\Users\okta\token`},
		"@/run/token":                                                                            {"begins with the sign @, which curl takes before a path: write the path alone", "/run/token"},
	} {
		err := CheckPath("api_token_file", path, "api_token")
		require.ErrorContains(t, err, tc.says, path)
		assert.NotContains(t, err.Error(), word)
		assert.NoError(t, CheckPath("api_token_file", tc.remedy, "api_token"))
	}
	for _, path := range []string{
		"", "token", "./token", "/run/secrets/okta token", `C:\okta\token`, "/ünï/token", "/proc/self/fd/3", "token of okta.txt", "/secrets/" + okta,
		"MIGRATION/projects/okta-collector/configuration/secrets/key", strings.Repeat("x", 255),
	} {
		assert.NoError(t, CheckPath("api_token_file", path, "api_token"), path)
	}
}

// The path is what is left of a URL without what the sentence names.
func TestURLsOfFiles(t *testing.T) {
	for url, path := range map[string]string{
		"file:///etc/token": "/etc/token", "file:/etc/token": "/etc/token", "file://etc/token": "/etc/token", "FILE:///etc/token": "/etc/token",
		"file:token": "token", "file:./token": "./token", "file:///C:/okta/token": "C:/okta/token", "file:C:/okta/token": "C:/okta/token",
	} {
		err := CheckPath("api_token_file", url, "api_token")
		require.ErrorContains(t, err, "is a URL: write the path alone, without ")
		_, prefix, _ := strings.Cut(err.Error(), "without ")
		assert.Equal(t, path, strings.TrimPrefix(url, prefix), url)

		_, err = Token.Read(places()[0], url)
		if strings.Contains(url, "://") {
			require.ErrorContains(t, err, "set api_token_file to the path in it instead, without "+prefix)
		}
	}
}

// A file that can't be opened is named by its setting and the reason. Its path is repeated where it can't be a secret.
func TestPathsThatAreRepeated(t *testing.T) {
	for path, repeated := range map[string]bool{
		"/run/secrets/okta/token": true, "./none/okta.pem": true, `C:\okta\none`: true, "/etc/none/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9/key": true,
		word: false, okta: false, "/etc/none/" + okta: false, "s3cr3t": false, "s3cr3t/Word": false, "/s3cr3t": false, "SSWS " + okta: false,
		"MIIEvQIBADANBgkqhkiG9w0/" + word: false, "/wABAgMEBQYHCAkKCwwN/" + word: false, strings.Repeat(word, 100): false, "./" + strings.Repeat("x", 65): false,
		"/etc/none/0123456789abcdef0123456789abcdef": false, "/etc/none/aB3dE6gH9jK2mN5pQ8rT": false, "/etc/" + strings.Repeat("none/", 40): false,
		"token\x00" + word: false, "": false,
	} {
		_, err := Place{Setting: "api_token_file", Path: path}.ReadFile()
		require.ErrorContains(t, err, "api_token_file ", path)
		assert.ErrorContains(t, err, " can't be read: ")
		if repeated {
			assert.ErrorContains(t, err, path)
			assert.ErrorContains(t, err, ": put the file there, or correct the path")
		} else if path != "" {
			assert.NotContains(t, err.Error(), path)
			assert.NotContains(t, err.Error(), word)
		}
		assert.Equal(t, 2, strings.Count(err.Error(), ": "), "%v", err)
	}
	// What follows the opening of the file does not repeat it, either.
	folder := filepath.Join(t.TempDir(), word)
	require.NoError(t, os.Mkdir(folder, 0o700))
	_, err := Place{Setting: "api_token_file", Path: folder}.ReadFile()
	require.ErrorContains(t, err, "is a directory")
	file := filepath.Join(folder, okta)
	require.NoError(t, os.WriteFile(file, []byte("SSWS 00abc"), 0o600))
	_, err = Token.ReadFile(Place{Setting: "api_token_file", Path: file})
	require.ErrorContains(t, err, "api_token_file begins with the word SSWS")
}

func TestWhatIsLikelyASecretInThePlaceOfAPath(t *testing.T) {
	for text, want := range map[string]bool{
		okta: true, "SSWS " + okta: true, "-----BEGIN PRIVATE KEY-----": true, `{"kty":"EC"}`: true,
		"aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7b": true, strings.Repeat("0a", 20): true,
		"": false, "/run/secrets/" + okta: false, "/aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7b": false, "token.txt": false, `C:\okta\acme`: false,
	} {
		assert.Equal(t, want, IsLikelySecret(text), text)
	}
}
