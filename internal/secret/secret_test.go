// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// okta is an API token as Okta writes them, and word what no error may hold.
const (
	word = "SECRETWORD"
	okta = "00" + word + word + word + word
)

// places are the two ways to give a secret.
func places() []Place {
	return []Place{{Setting: "api_token"}, {Setting: "api_token_file", Path: "/run/secrets/okta"}}
}

func inUTF16(text string, mark, big bool) string {
	var b strings.Builder
	if mark {
		text = byteOrderMark + text
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		high, low := byte(unit>>8), byte(unit)
		if !big {
			high, low = low, high
		}
		b.WriteByte(high)
		b.WriteByte(low)
	}
	return b.String()
}

// latin1 is what becomes of bytes that are read as Latin-1.
func latin1(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

func TestWhatSurroundsASecretIsLeftOut(t *testing.T) {
	for _, surrounded := range []string{"", "\n", "\r\n", " ", "\t", "\ufeff", "\ufeff\r\n", "\n \ufeff ", "\v\f", "\u00a0", "\u2028", "\u0085"} {
		for _, place := range places() {
			for kind, text := range map[Kind]string{Token: okta, ClientSecret: word, HeaderValue: "Basic " + word} {
				got, err := kind.Read(place, surrounded+text+strings.TrimLeft(surrounded, "\ufeff"))
				if strings.Contains(strings.TrimLeft(surrounded, "\ufeff"), "\ufeff") {
					continue // behind the secret it is no mark of an encoding
				}
				require.NoError(t, err, "%q", surrounded)
				assert.Equal(t, text, got)
			}
		}
	}
}

func TestSecretsThatAreTaken(t *testing.T) {
	for kind, texts := range map[Kind][]string{
		Token: {okta, "x", "00abc", "00-_abc", "00abc==", "a.b.c", "00synthetic", "token", strings.Repeat("x", 3), strings.Repeat("0", 2000), "abc!#$%&()*+,;<>?@^~", "SSWSabc", "Bearerabc", "SSWS00abc", "REDACTEDabc", "a..b", "a**b", "__a", "TOKEN", "$abc!", "vaultabc"},
		ClientSecret: {
			"x", "secret", word, `a"b'c` + "`d", "a=b", "a=b=", "{a}", "[a", `{"a`, "$a$b", "$uperSecret1234", "MySecretWord=1234", "secretly:1234", "100%%sure", "a$HOME", "/a/b+c==", "+/a/b", "<a", "a>b", "Key=abc", "a:b:c", "#abc", "00abc",
			`!"#$%&'()*+,-./:;<=>?@[\]^_{|}~`, `"abc`, "abc'", "C:abc", "user:pass",
			"a...b", "***ab", `ab\n`, `\ufeffab`, "OKTA_SECRET", "$okta_secret", "__ab__", "#{ab}#", "vault:ab", "env:AB", "$HOME/tok", "@/run/x", "SSWS00abc",
		},
		HeaderValue: {"Basic YWxhZGRpbjpvcGVu", "Bearer abc", "two words", "pässword of ours", "a=b; c=d", `{"a": 1}`, "a\tb", "SSWS x", "user:" + word, "Token=abc"},
	} {
		for _, text := range texts {
			for _, place := range places() {
				got, err := kind.Read(place, text)
				require.NoError(t, err, "%s as %s", text, nouns[kind])
				assert.Equal(t, text, got)
			}
		}
	}
}

func TestWhatNoSecretIs(t *testing.T) {
	const all, most, token = 0, 1, 2 // kinds, by what they can't be
	key := "-----BEGIN PRIVATE KEY-----\n" + word + "\n-----END PRIVATE KEY-----\n"
	for name, tc := range map[string]struct {
		text  string
		kinds int
		says  string
		// remedy is what the sentence says to make of text; "" where that is another setting or a variable.
		remedy string
	}{
		"empty":                     {"", all, "is empty: ", okta},
		"a byte order mark alone":   {"\ufeff\r\n", all, "is empty: ", okta},
		"too long":                  {strings.Repeat(word, 10000), all, "is larger than 64 KiB, which no secret is: ", okta},
		"UTF-16, little":            {inUTF16(okta, true, false), all, "is UTF-16: save it again as UTF-8", okta},
		"UTF-16, big":               {inUTF16(okta+"\r\n", true, true), all, "is UTF-16: save it again as UTF-8", okta},
		"UTF-16, little, no mark":   {inUTF16(okta+"\r\n", false, false), all, "is UTF-16: ", okta},
		"UTF-16, big, no mark":      {inUTF16(okta+"\n", false, true), all, "is UTF-16: ", okta},
		"UTF-16 as Latin-1":         {latin1(inUTF16(okta, true, false)), all, "is UTF-16 that was read as Latin-1: ", okta},
		"UTF-16 as Latin-1, big":    {latin1(inUTF16(okta, true, true)), all, "is UTF-16 that was read as Latin-1: ", okta},
		"UTF-16 as UTF-8":           {strings.ToValidUTF8(inUTF16(okta, true, false)[:1], "\ufffd") + "\ufffd" + inUTF16(okta, false, false), all, "is UTF-16 that was read as UTF-8: ", okta},
		"UTF-32":                    {"\xff\xfe\x00\x000\x00\x00\x000\x00\x00\x00", all, "is UTF-32: ", okta},
		"ASCII as UTF-16":           {"\u3030\u4153\u4553", all, "is ASCII that was read as UTF-16: ", okta},
		"a mark as Latin-1":         {latin1("\ufeff" + okta), all, "is UTF-8 with a byte order mark that was read as Latin-1: ", okta},
		"a NUL":                     {"00abc\x00", all, "has a NUL (U+0000) at position 6, which no ", "00abc"},
		"a control character":       {"00a\x1bbc", all, "has a control character (U+001B) at position 4", "00abc"},
		"a zero-width space":        {"00ab\u200bc", all, "has a zero-width space (U+200B) at position 5, which no ", "00abc"},
		"a zero-width joiner":       {"\u200d00abc", all, "has a zero-width joiner (U+200D) at position 1", "00abc"},
		"a soft hyphen":             {"00ab\u00adc", all, "has a soft hyphen (U+00AD) at position 5", "00abc"},
		"a word joiner":             {"00abc\u2060", all, "has a word joiner (U+2060) at position 6", "00abc"},
		"a mark in the middle":      {"00a\ufeffbc", all, "has a byte order mark (U+FEFF) at position 4", "00abc"},
		"a direction mark":          {"\u202a00abc\u202c", all, "has a direction mark (U+202A) at position 1 and a direction mark (U+202C) at position 7", "00abc"},
		"a variation selector":      {"00abc\ufe0f", all, "has a character that can't be seen (U+FE0F) at position 6", "00abc"},
		"a blank of Braille":        {"00a\u2800bc", all, "has a character that can't be seen (U+2800) at position 4", "00abc"},
		"a lost character":          {"00a\ufffdbc", all, "has a character that was lost in another encoding (U+FFFD) at position 4", "00abc"},
		"a byte of Latin-1":         {"00a\xe4bc", all, "has a byte that is not UTF-8 (0xE4) at position 4", "00abc"},
		"a no-break space":          {"00a\u00a0bc", all, "has a no-break space (U+00A0) at position 4", "00abc"},
		"an ideographic space":      {"00a\u3000bc", all, "has a space that is not ASCII (U+3000) at position 4", "00abc"},
		"many":                      {"\u200b0\u200b0\u200b0\u200b0\u200b0", all, "at position 1, a zero-width space (U+200B) at position 3, a zero-width space (U+200B) at position 5 and 2 more, which no", "00000"},
		"a Cyrillic letter":         {"00\u0430bc", most, "has a character that is not ASCII (U+0430) at position 3", "00bc"},
		"a dash":                    {"00ab\u2013c", most, "has a dash (U+2013) at position 5", "00abc"},
		"an ellipsis":               {"00ab\u2026", most, "is shortened or hidden at position 5, so that a part of it is missing: copy all of it", okta},
		"an ellipsis inside":        {"00ab\u2026cd", most, "is shortened or hidden at position 5, so that a part of it is missing: copy all of it", okta},
		"bullets":                   {"\n00aB••••", most, "is shortened or hidden at line 2, position 5", okta},
		"bullets of a header":       {"ab ••••", all, "is shortened or hidden at position 4", ""},
		"asterisks":                 {"00aB****cDeF", token, "is shortened or hidden at position 5", okta},
		"dots":                      {"00aBcD...", token, "is shortened or hidden at position 7", okta},
		"an escape":                 {`00abc\n`, token, `has the escape \n at position 6, which nothing here replaces with its character: take it out`, "00abc"},
		"escapes of Windows":        {`00abc\r\n`, token, `has the escape \r\n at position 6`, "00abc"},
		"an escape before":          {`\n00abc`, token, `has the escape \n at position 1`, "00abc"},
		"an escaped mark":           {"\n" + `\ufeff00abc`, token, `has the escape \ufeff at line 2, position 1`, "00abc"},
		"an escaped space":          {`00a\u200bbc`, token, `has the escape \u200b at position 4`, "00abc"},
		"an escape in quotes":       {`"00abc\n"`, token, "is in quotes, from position 1 to its end", `00abc`},
		"a space":                   {"00abc SECRETWORD", most, "has a space at position 6, where ", "00abc"},
		"a tab":                     {"  00abc\tSECRETWORD", most, "has a tab at position 8, where ", "00abc"},
		"a comment":                 {"00abc # SECRETWORD", most, "has a space at position 6 and a space at position 8, where ", "00abc"},
		"two lines":                 {"\n00abc\r\nSECRETWORD\r\n", all, "has 2 lines, the first of which ends at line 2, position 6, and ", "00abc"},
		"a comment above":           {"# of SECRETWORD\n00abc", all, "has 2 lines, the first of which ends at position 16", "00abc"},
		"quotes behind spaces":      {"  `00abc`", all, "is in quotes, from position 3 to its end", "00abc"},
		"quotes below a line":       {"\n'00abc'", all, "is in quotes, from line 2, position 1 to its end", "00abc"},
		"quotes":                    {`"00abc"`, all, "is in quotes, from position 1 to its end", "00abc"},
		"single quotes":             {"'00abc'\n", all, "is in quotes", "00abc"},
		"typographic quotes":        {"“00abc”", all, "is in quotes", "00abc"},
		"German quotes":             {"„00abc“", all, "is in quotes", "00abc"},
		"backticks":                 {"`00abc`", all, "is in quotes", "00abc"},
		"escaped quotes":            {`\"00abc\"`, all, "is in quotes", "00abc"},
		"quotes in quotes":          {`"'00abc'"`, all, "is in quotes", "00abc"},
		"a quotation mark":          {`00abc"`, token, `has a quotation mark (U+0022) at position 6, which no API token has: take it out`, "00abc"},
		"a line of .env":            {"OKTA_API_TOKEN=00abc", all, "is a line that gives a name a value, with an equals sign at position 15: ", "00abc"},
		"a line below others":       {"\n\n OKTA_API_TOKEN=00abc", all, "with an equals sign at line 3, position 16: ", "00abc"},
		"a unit of systemd":         {"Environment=OKTA_TOKEN=00abc", all, "is a line that gives a name a value, with an equals sign at position 23: ", "00abc"},
		"a quoted unit of systemd":  {`Environment="OKTA_TOKEN=00abc"`, all, "with an equals sign at position 24: ", "00abc"},
		"Go":                        {`token := "00abc"`, most, "is a line that gives a name a value, with the sign := at position 7: ", "00abc"},
		"Ruby":                      {"token => '00abc'", most, "with the sign => at position 7: ", "00abc"},
		"TOML":                      {"[okta]\ntoken = \"00abc\"\n", most, "is a document of TOML or INI, and takes ", "00abc"},
		"a quoted line of .env":     {`OKTA_API_TOKEN="00abc"`, all, "is a line that gives a name a value, with an equals sign at position 15: ", "00abc"},
		"export":                    {"export OKTA_API_TOKEN=00abc", all, "with an equals sign at position 22", "00abc"},
		"PowerShell":                {`$env:OKTA_API_TOKEN = "00abc"`, all, "with an equals sign at position 21", "00abc"},
		"YAML":                      {"api_token: 00abc", most, "with a colon at position 10", "00abc"},
		"YAML without a space":      {"api_token:00abc", token, "with a colon at position 10", "00abc"},
		"a short name":              {"T=00abc", token, "with an equals sign at position 2", "00abc"},
		"a line of JSON":            {`"api_token": "00abc",`, most, "is a line that gives a name a value", "00abc"},
		"JSON":                      {`{"token": "00abc"}`, most, "is a JSON document, and takes ", "00abc"},
		"a list of JSON":            {`["00abc"]`, most, "is a JSON document, and takes ", "00abc"},
		"broken JSON":               {`{"token": "00abc"`, token, "is a JSON document, and takes ", "00abc"},
		"SSWS":                      {"SSWS 00abc", most, "begins with the word SSWS, which is added by itself: ", "00abc"},
		"ssws":                      {"ssws: 00abc", most, "begins with the word ssws, which is added by itself: ", "00abc"},
		"SSWS without a space":      {"SSWS" + okta, most, "begins with the word SSWS, which is added by itself: ", okta},
		"SSWS of a URL":             {"SSWS%2000abc", most, "begins with the word SSWS, which is added by itself: ", "00abc"},
		"Bearer":                    {"Bearer 00abc", most, "begins with the word Bearer, which is added by itself: ", "00abc"},
		"DPoP":                      {"DPoP\t00abc", most, "begins with the word DPoP, which is added by itself: ", "00abc"},
		"a header":                  {"Authorization: SSWS 00abc", most, "begins with the word SSWS, which is added by itself: ", "00abc"},
		"a header without a scheme": {"Authorization: 00abc", most, "begins with the word Authorization, which is added by itself: ", "00abc"},
		"an example":                {"<token>", all, "is what an example has in the place of ", "00abc"},
		"a quoted example":          {`"<your token>"`, all, "is what an example has in the place of ", "00abc"},
		"REPLACE_ME":                {"REPLACE_ME", all, "is what an example has in the place of ", "00abc"},
		"your token":                {"your-api-token", all, "is what an example has in the place of ", "00abc"},
		"a mask":                    {"********", all, "is what an example has in the place of ", "00abc"},
		"xxxx":                      {"XXXXXXXX", all, "is what an example has in the place of ", "00abc"},
		"null":                      {"null", all, "is what an example has in the place of ", "00abc"},
		"a variable":                {"${OKTA_API_TOKEN}", all, " variable", ""},
		"a variable of ours":        {"${env:OKTA_API_TOKEN}", all, " variable", ""},
		"a variable of a shell":     {"$OKTA_API_TOKEN", all, " variable", ""},
		"a variable of Windows":     {"%OKTA_API_TOKEN%", all, " variable", ""},
		"a variable of a template":  {"{{ .Values.token }}", all, " variable", ""},
		"a command of a shell":      {"$(cat token)", all, " variable", ""},
		"a variable in lower case":  {"$okta_token", token, " variable", "00abc"},
		"a name of a variable":      {"OKTA_API_TOKEN", token, " variable", "00abc"},
		"a variable of env:":        {"env:OKTA_TOKEN", token, " variable", "00abc"},
		"a variable of a pipeline":  {"__TOKEN__", token, " variable", "00abc"},
		"a variable of a release":   {"#{Token}#", token, " variable", "00abc"},
		"redacted":                  {"REDACTED", all, "is what an example has in the place of ", okta},
		"1Password":                 {"op://vault/okta/token", all, "is a reference to a secret in another store, which nothing here looks up: ", "00abc"},
		"AWS":                       {"arn:aws:secretsmanager:eu-west-1:123456789012:secret:okta", all, "is a reference to a secret in another store", "00abc"},
		"Azure":                     {"@Microsoft.KeyVault(SecretUri=https://a.vault.azure.net/secrets/okta)", all, "is a reference to a secret in another store", "00abc"},
		"Google":                    {"projects/a/secrets/okta/versions/1", all, "is a reference to a secret in another store", "00abc"},
		"Vault":                     {"vault:secret/data/okta#token", token, "is a reference to a secret in another store", "00abc"},
		"a path of a variable":      {"$HOME/tok", token, " a path, and takes ", ""},
		"a path of braces":          {"${HOME}/tok", token, " a path, and takes ", ""},
		"a path of a profile":       {`%USERPROFILE%\tok`, token, " a path, and takes ", ""},
		"a path of curl":            {"@/run/okta", token, " a path, and takes ", ""},
		"a path":                    {"/etc/otel/token", all, " a path, and takes ", ""},
		"a path from here":          {"./token", all, " a path, and takes ", ""},
		"a path of Windows":         {`C:\okta\token`, all, " a path, and takes ", ""},
		"a path of a share":         {`\\server\okta\token`, all, " a path, and takes ", ""},
		"a URL of a file":           {"file:///etc/otel/token", all, ", and takes ", ""},
		"a home":                    {"~/token", all, " a path, and takes ", ""},
		"a path without a dot":      {"secrets/token", token, " a path, and takes ", ""},
		"a bare name":               {"token.txt", token, " a path, and takes ", ""},
		"PEM":                       {key, all, "is a key or certificate in PEM, and takes ", "00abc"},
		"PEM in one line":           {strings.ReplaceAll(key, "\n", `\n`), all, "is a key or certificate in PEM, and takes ", "00abc"},
		"a JWK":                     {`{"kty": "EC", "d": "SECRETWORD"}`, all, "is a JWK, and takes ", "00abc"},
		"an address":                {"https://acme.okta.com", most, "is an address, and takes ", "00abc"},
		"a Client ID":               {"0oa1b2c3d4e5f6g7h8i9", most, "is a Client ID, and takes ", "00abc"},
		"an access token":           {"eyJhbGciOiJS.eyJpc3MiOiJo.c2ln", token, "is an access token, and takes an API token: use http.auth", "00abc"},
		"an empty line of .env":     {"OKTA_API_TOKEN=", most, "with an equals sign at position 15", "00abc"},
		"SSWS and no-break space":   {"SSWS\u00a000abc", most, "begins with the word SSWS", "00abc"},
		"HTML":                      {"<!DOCTYPE html><p>SECRETWORD</p>", all, "is a page of HTML or XML, and takes ", "00abc"},
		"base64":                    {base64.StdEncoding.EncodeToString([]byte(okta + "\n")), token, "is the base64 of an API token: decode it", okta},
	} {
		t.Run(name, func(t *testing.T) {
			kinds := map[int][]Kind{all: {Token, ClientSecret, HeaderValue}, most: {Token, ClientSecret}, token: {Token}}[tc.kinds]
			for _, kind := range kinds {
				for _, place := range places() {
					_, err := kind.Read(place, tc.text)
					require.ErrorContains(t, err, tc.says, nouns[kind])
					assert.NotContains(t, err.Error(), word)
					assert.NotContains(t, err.Error(), "00abc")
					assert.NotContains(t, err.Error(), "\n")
					cause, remedy, found := strings.Cut(err.Error(), ": ")
					assert.True(t, found && strings.HasPrefix(cause, place.String()+" ") && !strings.Contains(remedy, ": "), "what is wrong: what to do: %v", err)
					if tc.remedy != "" {
						_, err = kind.Read(place, tc.remedy)
						require.NoError(t, err, "the remedy helps")
					}
				}
			}
		})
	}
}

// The setting that a sentence names in the place of the one that is wrong.
func TestOtherSettings(t *testing.T) {
	for text, says := range map[string]string{
		"~/token":              "set api_token_file to the whole path instead, without ~, which only a shell replaces",
		"$HOME/token":          "set api_token_file to the whole path instead, without the variable, which only a shell replaces",
		"@/run/token":          "set api_token_file to what follows the sign @ instead",
		"OKTA_API_TOKEN":       "write ${env:NAME} for the environment variable NAME",
		"./token":              "set api_token_file to that path instead",
		"-----BEGIN X-----":    "use oauth.private_key for the private key of an app, or set it to the token alone",
		"${OKTA_API_TOKEN}":    "write ${env:NAME} for the environment variable NAME",
		"SSWS 00abc":           "set it to the token alone, without the word SSWS",
		`{"kty":"EC","d":"x"}`: "use oauth.private_key for",
	} {
		_, err := Token.Read(places()[0], text)
		assert.ErrorContains(t, err, says)
	}
	for text, says := range map[string]string{
		"./token":           "write the token alone into the file, and nothing else",
		"-----BEGIN X-----": "use oauth.private_key_file for the private key of an app, or write the token alone into the file",
		"${OKTA_API_TOKEN}": "holds a variable, which nothing replaces in a file: write the token alone into the file",
	} {
		_, err := Token.Read(places()[1], text)
		assert.ErrorContains(t, err, says)
	}
}

func TestFilesAreRead(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "token")
	place := Place{Setting: "api_token_file", Path: path}
	_, err := Token.ReadFile(place)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "put the file there, or correct the path")
	// Modes are no concern: Kubernetes mounts secrets with 0644, and Windows has none.
	for _, mode := range []os.FileMode{0o600, 0o644, 0o666, 0o400} {
		require.NoError(t, os.WriteFile(path, []byte("\ufeff"+okta+"\r\n"), mode))
		require.NoError(t, os.Chmod(path, mode))
		got, err := Token.ReadFile(place)
		require.NoError(t, err)
		assert.Equal(t, okta, got)
		require.NoError(t, os.Remove(path))
	}
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("x", 10<<20)), 0o600))
	text, err := place.ReadFile()
	require.NoError(t, err)
	assert.Len(t, text, MaxBytes+1, "no more is read than it takes to refuse it")
	_, err = Token.ReadFile(place)
	require.ErrorContains(t, err, "is larger than 64 KiB")
	_, err = Token.ReadFile(Place{Setting: "api_token_file", Path: folder})
	require.ErrorContains(t, err, "is a directory: name the file in it that holds the secret")
}

// Whatever a place holds, it is read or refused in words that repeat nothing of it.
func FuzzSecrets(f *testing.F) {
	for _, text := range []string{okta, "SSWS " + okta, `"` + okta + `"`, "A=" + okta, "./" + okta, "\ufeff" + okta + "\r\n", inUTF16(okta, true, false), "{" + okta, "<" + okta + ">"} {
		f.Add(text, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, kind uint8) {
		for _, place := range places() {
			got, err := Kind(kind%3).Read(place, text)
			if err == nil {
				require.NotEmpty(t, got)
				require.Contains(t, text, got)
				require.NotContains(t, got, "\n")
				require.NotContains(t, got, "\x00")
				continue
			}
			if at := strings.Index(text, okta); at >= 0 {
				require.NotContains(t, err.Error(), okta)
			}
			require.NotContains(t, err.Error(), "\n")
		}
	})
}
