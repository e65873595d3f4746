// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

// ecJWK is the JWK of testdata/config.yaml.
const ecJWK = `{"kty":"EC","kid":"synthetic","crv":"P-256","x":"cv2jbF7k2MVm64Rjm8oQkg3bwx4fYCZmh_cMumI34WA","y":"75XwOFv0GikKPUE5h7keGUyhiLYusJvhx3h7zIUuNRA","d":"eqTqbF0fo7_JZHlbvKYo_QaZNPJQexCL-5Do443sDVw"}`

// Values, files that ${file:…} reads, and environment variables may have a byte order mark and white space around a
// secret, as *_file may.
func TestValuesAndFilesOfSecretsAreAlike(t *testing.T) {
	key := ecSigningKey(t).pem
	for name, tc := range map[string]struct{ setting, text, want string }{
		"api_token":     {"api_token", "00abc", "00abc"},
		"client secret": {"oauth::client_secret", `a"b'c={d}`, `a"b'c={d}`},
		"PEM":           {"oauth::private_key", key, strings.TrimSpace(key)},
		"PEM, one line": {"oauth::private_key", strings.ReplaceAll(key, "\n", `\n`), strings.ReplaceAll(key, "\n", `\n`)},
		"JWK":           {"oauth::private_key", ecJWK, ecJWK},
		"hook secret":   {"event_hook::secret", "a synthetic secret", "a synthetic secret"},
	} {
		t.Run(name, func(t *testing.T) {
			rest := "org_url: acme.okta.com\n"
			switch tc.setting {
			case "oauth::client_secret":
				rest = "  client_id: 0oa1\n" + rest
			case "oauth::private_key":
				rest = "  client_id: 0oa1\n  key_id: synthetic\n" + rest
			case "event_hook::secret":
				rest = "  endpoint: localhost:1\n" + rest
			}
			for _, around := range [][2]string{{"", ""}, {"", "\n"}, {"\ufeff", "\r\n"}, {"\n  ", "  \n"}} {
				text := around[0] + tc.text + around[1]
				path := filepath.Join(t.TempDir(), "secret")
				require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
				t.Setenv("OKTA_TEST_SECRET", text)
				quoted, err := json.Marshal(text)
				require.NoError(t, err)
				for _, value := range []string{"${env:OKTA_TEST_SECRET}", "${OKTA_TEST_SECRET}", string(quoted), `"${env:OKTA_TEST_SECRET}"`, "${file:" + path + "}"} {
					cfg, err := resolve(t, setting(tc.setting, strings.ReplaceAll(value, "$a", "$$a"))+rest)
					require.NoError(t, err, "%q as %s", text, value)
					assert.Equal(t, tc.want, secret.Trim(valueOf(cfg, tc.setting)))
				}
			}
		})
	}
}

func valueOf(cfg *Config, setting string) string {
	switch setting {
	case "api_token":
		return string(cfg.APIToken)
	case "oauth::client_secret":
		return string(cfg.OAuth.Get().ClientSecret)
	case "oauth::private_key":
		return string(cfg.OAuth.Get().PrivateKey)
	default:
		return string(cfg.EventHook.Get().Secret)
	}
}

func TestAJWKMayBeAMapping(t *testing.T) {
	t.Setenv("OKTA_TEST_D", "eqTqbF0fo7_JZHlbvKYo_QaZNPJQexCL-5Do443sDVw")
	t.Setenv("OKTA_TEST_KID", "2026-11-01")
	const start = "org_url: acme.okta.com\noauth:\n  client_id: 0oa1\n  private_key:\n    kty: EC\n    crv: P-256\n    d: ${env:OKTA_TEST_D}\n" +
		"    x: cv2jbF7k2MVm64Rjm8oQkg3bwx4fYCZmh_cMumI34WA\n    y: 75XwOFv0GikKPUE5h7keGUyhiLYusJvhx3h7zIUuNRA\n    key_ops: [sign]\n"
	for kid, says := range map[string]string{
		"synthetic": "", `"2026-11-01"`: "", "${env:OKTA_TEST_KID}": "",
		"2026-11-01": "oauth.private_key is a JWK whose member kid is not text: write its value in quotation marks",
		"0123":       "member kid is not text",
		"true":       "member kid is not text",
		"[a]":        "member kid is not text",
	} {
		_, err := resolve(t, start+"    kid: "+kid+"\n")
		if says == "" {
			require.NoError(t, err, kid)
			continue
		}
		require.ErrorContains(t, err, says)
	}
	_, err := resolve(t, "org_url: acme.okta.com\noauth: {client_id: 0oa1, private_key: "+ecJWK+"}")
	require.NoError(t, err, "JSON is a part of YAML")
	_, err = resolve(t, "org_url: acme.okta.com\noauth: {client_id: 0oa1, private_key: {keys: ["+ecJWK+"]}}")
	require.NoError(t, err, "a set")
	_, err = resolve(t, "org_url: acme.okta.com\noauth: {client_id: 0oa1, private_key: {file: ./okta.pem}}")
	require.EqualError(t, err, "oauth.private_key is a JSON document and not a JWK, which has the member kty: use the JWK as okta showed it, with the member d, or PEM")
}

// needed is what a configuration has beside a setting, so that nothing else is wrong with it.
func needed(key string) (below, rest string) {
	rest = "org_url: acme.okta.com\napi_token: 00abc\n"
	switch {
	case key == "org_url":
		rest = "api_token: 00abc\n"
	case key == "api_token", key == "api_token_file", key == "http::auth::authenticator":
		rest = "org_url: acme.okta.com\n"
	case strings.HasPrefix(key, "oauth::"):
		rest = "org_url: acme.okta.com\n"
		others := []string{"client_id: 0oa1", "private_key_file: /okta.pem", "key_id: k"}
		switch key {
		case "oauth::private_key_file":
			others = []string{"client_id: 0oa1", "key_id: k"}
		case "oauth::private_key", "oauth::client_secret", "oauth::client_secret_file":
			others = others[:1]
		case "oauth::client_id":
			others = others[1:]
		case "oauth::key_id":
			others = others[:2]
		}
		for _, other := range others {
			below += "  " + other + "\n"
		}
	case strings.HasPrefix(key, "event_hook::register::"):
		if key != "event_hook::register::public_url" {
			below = "    public_url: https://otel.example.com/\n"
		}
		below += "  endpoint: localhost:1\n  secret: a-synthetic-secret\n"
	case strings.HasPrefix(key, "event_hook::"):
		if key != "event_hook::endpoint" {
			below += "  endpoint: localhost:1\n"
		}
		if !strings.HasPrefix(key, "event_hook::secret") {
			below += "  secret: a-synthetic-secret\n"
		}
	case key == "k8s_leader_elector":
		rest += "storage: file_storage\n"
	}
	return below, rest
}

// What YAML makes of text without quotes is no text. The text is asked for and never guessed; a variable still has it.
func TestTextThatIsNoneToYAML(t *testing.T) {
	for key, role := range roles {
		below, rest := needed(key)
		for written, is := range map[string]string{
			"2026-11-01": "the date 2026-11-01", "2026-11-01T10:30:00Z": "the time 2026-11-01T10:30:00Z", "0123": "the number 83", "1e5": "the number 100000",
			"20261101": "the number 20261101", "0x1F": "the number 31", "true": "the truth value true", "1_000": "the number 1000", ".5": "the number 0.5",
		} {
			if slices.Contains(times, key) && strings.HasPrefix(written, "2026-11") {
				continue // it takes times and dates
			}
			if slices.Contains([]string{"event_hook::header", "org_url", "oauth::client_id"}, key) && strings.ContainsAny(written, ":.") {
				continue // no header, host or app is named so, with or without quotes
			}
			value, quoted := written, `"`+written+`"`
			switch lists[key] {
			case nil:
			case reflect.TypeFor[[]string]():
				value, quoted = "["+value+"]", "["+quoted+"]"
			default:
				value, quoted = "{x-team: "+value+"}", "{x-team: "+quoted+"}"
			}
			_, err := resolve(t, setting(key, value)+below+rest)
			name := settings.Name(key)
			require.ErrorContains(t, err, name, "%s: %s", key, value)
			require.Len(t, settings.Mistakes(err), 1, "one mistake: %v", err)
			switch role {
			case settings.Secret:
				require.ErrorContains(t, err, name+" is a number, a time or a truth value to YAML, as it has no quotes: put quotes around it, as it is written")
				require.NotContains(t, err.Error(), written)
			case settings.Free:
				if lists[key] == nil {
					require.ErrorContains(t, err, name+" is "+is+" to YAML, as it has no quotes: put quotes around it, as it is written")
				}
				_, err = resolve(t, setting(key, quoted)+below+rest)
				require.NoError(t, err, "with the remedy")
				t.Setenv("OKTA_TEST_TEXT", written)
				_, err = resolve(t, setting(key, strings.Replace(value, written, `"${env:OKTA_TEST_TEXT}"`, 1))+below+rest)
				require.NoError(t, err, "a variable has the text: %s", key)
			case settings.Address:
				require.ErrorContains(t, err, name+" is "+is+" to YAML, and takes an address: set it to the org's own address, such as https://acme.okta.com")
			case settings.ID:
				require.ErrorContains(t, err, "takes the id of an extension: set it to one such as file_storage")
			default:
				require.NotContains(t, err.Error(), "to YAML")
			}
		}
	}
}

// Each setting of ours that is text has its place among those that are looked at.
func TestAllTextsAreLookedAt(t *testing.T) {
	var walk func(reflect.Type, string)
	var found []string
	walk = func(of reflect.Type, below string) {
		for _, field := range reflect.VisibleFields(of) {
			name, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
			if name == "" || len(field.Index) > 1 {
				continue
			}
			switch kind := field.Type.Kind(); {
			case kind == reflect.String, kind == reflect.Slice, field.Type == reflect.TypeFor[*component.ID]():
				found = append(found, below+name)
			}
		}
	}
	walk(reflect.TypeFor[Config](), "")
	walk(reflect.TypeFor[OAuthConfig](), "oauth::")
	walk(reflect.TypeFor[EventHookConfig](), "event_hook::")
	walk(reflect.TypeFor[EventHookRegisterConfig](), "event_hook::register::")
	require.Greater(t, len(found), 20)
	for _, key := range found {
		assert.Contains(t, roles, key)
	}
	for key, role := range roles {
		opaque := reflect.TypeFor[configopaque.String]()
		assert.Equal(t, slices.Contains([]string{"api_token", "oauth::private_key", "oauth::client_secret", "event_hook::secret"}, key), role == settings.Secret, "%s, which is %s", key, opaque)
	}
}

func TestASectionWithNothingInIt(t *testing.T) {
	_, err := resolve(t, "org_url: acme.okta.com\noauth:\n")
	require.EqualError(t, err, "oauth is empty: set oauth.client_id and oauth.private_key_file or oauth.client_secret_file, or leave the key out")
	_, err = resolve(t, "org_url: acme.okta.com\noauth: ${env:OKTA_TEST_UNSET}\n")
	require.ErrorContains(t, err, "oauth is empty: ")
	_, err = resolve(t, "org_url: acme.okta.com\nevent_hook:\n")
	require.EqualError(t, err, "event_hook is empty: set event_hook.endpoint and event_hook.secret_file, or leave the key out")
	_, err = resolve(t, "org_url: acme.okta.com\noauth:\nevent_hook: {endpoint: localhost:1, secret: a-synthetic-secret}\n")
	require.ErrorContains(t, err, "oauth is empty: ", "events of the hook alone were not asked for")
	_, err = resolve(t, "org_url: acme.okta.com\noauth: {}\n")
	require.ErrorContains(t, err, "oauth is empty: ")
	_, err = resolve(t, "org_url: acme.okta.com\noauth:\napi_token: 00abc\n")
	require.EqualError(t, err, "oauth is empty: set oauth.client_id and oauth.private_key_file or oauth.client_secret_file, or leave the key out")
	_, err = resolve(t, "org_url: acme.okta.com\nevent_hook:\noauth:\n")
	require.Len(t, settings.Mistakes(err), 2, "%v", err)
}

// What an app is called comes from files and variables as its secret does.
func TestNamesOfAnAppHaveNothingAroundThem(t *testing.T) {
	t.Setenv("OKTA_TEST_CLIENT", "\ufeff0oa1b2c3\r\n")
	t.Setenv("OKTA_TEST_KID", " 2026-11-01\n")
	cfg, err := resolve(t, "org_url: acme.okta.com\noauth: {client_id: \"${env:OKTA_TEST_CLIENT}\", private_key_file: ./key, key_id: \"${env:OKTA_TEST_KID}\"}")
	require.NoError(t, err)
	assert.Equal(t, "0oa1b2c3", cfg.OAuth.Get().ClientID)
	assert.Equal(t, "2026-11-01", cfg.OAuth.Get().KeyID)
	for _, bad := range []string{"0oa\u200b1", `"0oa1"`, "<client id>", "%CLIENT%", "a b", "ID=0oa1", "0oa1\n0oa2"} {
		t.Setenv("OKTA_TEST_CLIENT", bad)
		_, err := resolve(t, "org_url: acme.okta.com\noauth: {client_id: \"${env:OKTA_TEST_CLIENT}\", private_key_file: ./key, key_id: k}")
		require.ErrorContains(t, err, "oauth.client_id is missing or holds what no Client ID does: set it to the Client ID on the app's page General")
	}
}

// The check reads the files with secrets, so that it says what to do about one before it asks Okta.
func TestCheckReadsTheFilesWithSecrets(t *testing.T) {
	folder := t.TempDir()
	file := func(text string) string {
		path := filepath.Join(folder, "secret")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	key := ecSigningKey(t).pem
	for name, tc := range map[string]struct{ text, cause, remedy, good string }{
		"api_token_file":            {`"00abc"`, "is in quotes", "write the token alone into the file", "\ufeff00abc\n"},
		"oauth.private_key_file":    {key[:len(key)/2], "is cut off", "copy all of the key", strings.ReplaceAll(key, "\n", `\n`)},
		"oauth.client_secret_file":  {"Bearer 00abc", "begins with the word Bearer", "without the word Bearer", "a=b\r\n"},
		"event_hook.secret_file":    {"short", "has 5 bytes, which can be guessed", "use 16 or more", "a-synthetic-secret\n"},
		"api_token_file, not there": {"", "can't be read: ", "put the file there, or correct the path", ""},
	} {
		t.Run(name, func(t *testing.T) {
			config := func(text string) *Config {
				path := file(text)
				if text == "" {
					require.NoError(t, os.Remove(path))
				}
				cfg := map[string]any{"org_url": "https://acme.okta.com"}
				switch setting, _, _ := strings.Cut(name, ","); setting {
				case "oauth.private_key_file":
					cfg["oauth"] = map[string]any{"client_id": "0oa1", "key_id": "k", "private_key_file": path}
				case "oauth.client_secret_file":
					cfg["oauth"] = map[string]any{"client_id": "0oa1", "client_secret_file": path}
				case "event_hook.secret_file":
					cfg["event_hook"] = map[string]any{"endpoint": "localhost:1", "secret_file": path}
				default:
					cfg["api_token_file"] = path
				}
				loaded, err := load(t, cfg)
				require.NoError(t, err, "the file may come later")
				return loaded
			}
			steps := configurationSteps(config(tc.text))
			require.Len(t, steps, 1)
			assert.Contains(t, steps[0].Cause, tc.cause)
			assert.Contains(t, steps[0].Remedy, tc.remedy)
			assert.NotContains(t, steps[0].Cause+steps[0].Remedy, "00abc")
			requireSentence(t, steps[0].Cause+": "+steps[0].Remedy)
			if tc.good != "" {
				assert.Empty(t, configurationSteps(config(tc.good)))
			}
		})
	}
}
