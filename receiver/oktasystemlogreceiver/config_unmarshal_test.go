// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"

	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

// resolve reads YAML as a collector does, with environment variables, and validates it.
func resolve(t *testing.T, text string) (*Config, error) {
	t.Helper()
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs:              []string{"yaml:" + text},
		ProviderFactories: []confmap.ProviderFactory{envprovider.NewFactory(), fileprovider.NewFactory(), yamlprovider.NewFactory()},
		DefaultScheme:     "env",
	})
	require.NoError(t, err)
	conf, err := resolver.Resolve(t.Context())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	if err := conf.Unmarshal(cfg); err != nil {
		return nil, err
	}
	err = confmap.Validate(cfg)
	requireSentences(t, err)
	return cfg, errors.Join(settings.Mistakes(err)...)
}

// setting is YAML that sets one key, below those that lead to it, to a value.
func setting(key, value string) string {
	path := strings.Split(key, "::")
	text := ""
	for i, name := range path {
		text += strings.Repeat("  ", i) + name + ":"
		if i < len(path)-1 {
			text += "\n"
		}
	}
	return text + " " + value + "\n"
}

func TestTimesWithoutAUnit(t *testing.T) {
	for _, key := range []string{
		"poll_interval", "initial_delay", "retry::initial_interval", "retry::max_interval", "http::timeout", "http::idle_conn_timeout",
		"http::http2_ping_timeout", "http::tls::reload_interval", "event_hook::confirm_within",
	} {
		good := "org_url: acme.okta.com\napi_token: 00synthetic\n"
		if strings.HasPrefix(key, "event_hook") {
			good += "event_hook: {endpoint: 127.0.0.1:8088, secret: a-synthetic-secret, confirm_within: %s}\n"
		} else {
			good += setting(key, "%s")
		}
		for _, value := range []string{"60", `"60"`, "60.5"} {
			_, err := resolve(t, strings.Replace(good, "%s", value, 1))
			number := strings.Trim(value, `"`)
			remedy := number + "s"
			good := strings.Replace(good, "initial_interval: %s", "initial_interval: %s\n  max_interval: 2m", 1)
			require.ErrorContains(t, err, strings.ReplaceAll(key, "::", ".")+" is "+number+", which has no unit: use "+remedy+" for seconds")
			_, err = resolve(t, strings.Replace(good, "%s", remedy, 1))
			require.NoError(t, err, key)
		}
	}
}

func TestValuesThatAreNotWhatAKeyTakes(t *testing.T) {
	for written, says := range map[string]string{
		"oauth: abcSECRET":                "oauth is a text: write its keys below it, indented: client_id, client_secret",
		"http: [timeout]":                 "http is a list: write its keys below it, indented: auth,",
		"org_url: [https://a.okta.com]":   "org_url is a list: write its one item alone",
		"api_token: [abcSECRET]":          "api_token is a list: write its one item alone",
		"api_token: {token: abcSECRET}":   "api_token is a mapping: write one text behind the colon",
		"page_size: a lot":                `page_size is "a lot": write a whole number`,
		"poll_interval: [10s]":            "poll_interval is a list: write a time such as 10s",
		"poll_interval: 1 minute":         `poll_interval is "1 minute": use 1m`,
		"filter: {eventType: x}":          "filter is a mapping: write one text",
		"storage: [file_storage]":         "storage is a list: write the id of an extension",
		"start_at: [end]":                 "start_at is a list: write its one item alone",
		"event_hook: 127.0.0.1:8088":      "event_hook is a text: write its keys below it",
		"rate_limit: 0.2":                 "rate_limit is a number: write its keys below it, indented: reserve",
		"retry: false":                    "retry is true or false: write its keys below it",
		"http: {headers: abcSECRET}":      "http.headers is a text: write a mapping",
		"http: {middlewares: [{idd: x}]}": `"idd" is not a key of http.middlewares[0]: did you mean http.middlewares[0].id?`,
		"oauth: {scopes: {a: b}}":         "oauth.scopes is a mapping: write a list of texts",
		"body: [message]":                 "body is a list",
	} {
		_, err := resolve(t, written+"\ninitial_delay: -1s\n")
		require.ErrorContains(t, err, says, written)
		require.ErrorContains(t, err, "initial_delay is -1s", "with what else is wrong: %s", written)
		assert.NotContains(t, err.Error(), "SECRET")
		assert.NotContains(t, err.Error(), "decod")
	}
	// A variable that holds a number is a text where one is wanted.
	t.Setenv("OKTA_TEST_NUMBER", "00123456")
	cfg, err := resolve(t, "org_url: acme.okta.com\napi_token: ${env:OKTA_TEST_NUMBER}")
	require.NoError(t, err)
	assert.Equal(t, "00123456", string(cfg.APIToken))
}

// Without its token the receiver would take what event hooks bring, and lose the rest, in silence.
func TestATokenThatIsSetToNothingIsNotHookOnly(t *testing.T) {
	const hook = "event_hook: {endpoint: 127.0.0.1:8088, secret: a-synthetic-secret}\n"
	_, err := resolve(t, "org_url: https://acme.okta.com\napi_token: ${env:OKTA_TEST_UNSET}\n"+hook)
	require.ErrorContains(t, err, "api_token is empty, as when the environment variable that it comes from is not set: set that variable, or leave the key out")
	require.Len(t, settings.Mistakes(err), 1)
	cfg, err := resolve(t, "org_url: https://acme.okta.com\n"+hook)
	require.NoError(t, err)
	assert.True(t, cfg.hookOnly())
}

// YAML takes for nothing what begins so, and a file has it as it is.
func TestSecretsThatYAMLTakesForNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	for _, secret := range []string{"#abc1", "&abc1", "---"} {
		t.Setenv("OKTA_TEST_SECRET", secret)
		_, err := resolve(t, "org_url: acme.okta.com\noauth: {client_id: x, client_secret: \"${env:OKTA_TEST_SECRET}\"}")
		require.ErrorContains(t, err, "and set oauth.client_secret_file to its path", secret)
		require.NoError(t, os.WriteFile(file, []byte(secret), 0o600))
		cfg, err := resolve(t, "org_url: acme.okta.com\noauth: {client_id: x, client_secret_file: "+file+"}")
		require.NoError(t, err)
		assert.Empty(t, configurationSteps(cfg))
	}
}

// What the Collector makes of a secret in a variable, which the documentation says, and a file does not.
func TestSecretsThatAVariableChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	for secret, becomes := range map[string]string{"a$$bc1": "a$bc1", "$$abc1": "$abc1", "a${env:OKTA_TEST_UNSET}b": "ab"} {
		t.Setenv("OKTA_TEST_SECRET", secret)
		cfg, err := resolve(t, "org_url: acme.okta.com\noauth: {client_id: x, client_secret: \"${env:OKTA_TEST_SECRET}\"}")
		require.NoError(t, err, secret)
		assert.Equal(t, becomes, string(cfg.OAuth.Get().ClientSecret))
		require.NoError(t, os.WriteFile(file, []byte(secret), 0o600))
		cfg, err = resolve(t, "org_url: acme.okta.com\noauth: {client_id: x, client_secret_file: "+file+"}")
		require.NoError(t, err)
		assert.Empty(t, configurationSteps(cfg), "the file has it")
	}
}

// What the Collector's own validation of retry finds is said once, by the setting's name and with what to do.
func TestMistakesOfRetryAreSaidOnce(t *testing.T) {
	for written, want := range map[string]string{
		"{max_elapsed_time: 1d}":                               `retry.max_elapsed_time is "1d": leave it out`,
		`{max_elapsed_time: "30"}`:                             `retry.max_elapsed_time is "30": leave it out`,
		"{max_elapsed_time: PT10S}":                            `retry.max_elapsed_time is "PT10S": leave it out`,
		"{max_elapsed_time: 30}":                               "retry.max_elapsed_time is set: leave it out, a page that is given up would be lost",
		"{max_elapsed_time: -5}":                               "retry.max_elapsed_time is set: leave it out, a page that is given up would be lost",
		"{max_elapsed_time: -5s}":                              "retry.max_elapsed_time is set: leave it out, a page that is given up would be lost",
		"{max_elapsed_time: 5m}":                               "retry.max_elapsed_time is set: leave it out, a page that is given up would be lost",
		"{initial_interval: -1s}":                              "retry.initial_interval is -1s: use 100ms or more",
		"{max_interval: -1s}":                                  "retry.max_interval is -1s: use retry.initial_interval (1s) or more",
		"{multiplier: -1}":                                     "retry.multiplier is -1: use 1 or more, or the waits would shrink to nothing",
		"{multiplier: -1, max_elapsed_time: 5s}\npage_size: 0": "retry.max_elapsed_time is set: leave it out, a page that is given up would be lost\nretry.multiplier is -1: use 1 or more, or the waits would shrink to nothing\npage_size is 0: use 1 to 1000",
		"{randomization_factor: 2}":                            "retry: 'randomization_factor' must be within [0, 1]",
	} {
		_, err := resolve(t, "org_url: acme.okta.com\napi_token: 00abc\nretry: "+written)
		require.EqualError(t, err, want, written)
	}
	_, err := resolve(t, "org_url: acme.okta.com\napi_token: 00abc\nretry: {max_elapsed_time: 0}")
	require.NoError(t, err)
}

// What is not said beside another mistake would be found only after that is corrected.
func TestAnIDThatIsAMappingIsSaidBesideOthers(t *testing.T) {
	for _, key := range []string{"storage", "k8s_leader_elector"} {
		_, err := resolve(t, "org_url: acme.okta.com\napi_token: 00abc\npage_sizes: 5\n"+key+": {a: b}")
		require.ErrorContains(t, err, key+" is a mapping: write the id of an extension")
		require.Len(t, settings.Mistakes(err), 2)
	}
	_, err := resolve(t, "org_url: acme.okta.com\napi_token: 00abc\nhttp: {idle_conn_timeout: -5s}")
	require.EqualError(t, err, "http.idle_conn_timeout is -5s: use 0s or more")
}

func TestStartAtTakesTimesAndDatesOfYAML(t *testing.T) {
	t.Setenv("OKTA_TEST_DATE", "2026-11-21")
	t.Setenv("OKTA_TEST_TIME", "2026-11-21T10:30:00.5+01:00")
	for written, want := range map[string]string{
		"2026-11-21T00:00:00Z":        "2026-11-21T00:00:00Z",
		"2026-11-21T10:30:00+01:00":   "2026-11-21T09:30:00Z",
		"2026-11-21 10:30:00":         "2026-11-21T10:30:00Z",
		"2026-11-21":                  "2026-11-21T00:00:00Z",
		`"2026-11-21"`:                "2026-11-21T00:00:00Z",
		`"2026-11-21T10:30:00+01:00"`: "2026-11-21T09:30:00Z",
		"2026-11-21T10:30:00.125Z":    "2026-11-21T10:30:00.125Z",
		"${env:OKTA_TEST_DATE}":       "2026-11-21T00:00:00Z",
		"${env:OKTA_TEST_TIME}":       "2026-11-21T09:30:00.5Z",
		"-24h":                        "2026-12-24T00:00:00Z",
		"end":                         "2026-12-25T00:00:00Z",
	} {
		cfg, err := resolve(t, "org_url: acme.okta.com\napi_token: x\nstart_at: "+written)
		require.NoError(t, err, written)
		startAt, err := poll.ParseStartAt(cfg.StartAt)
		require.NoError(t, err, written)
		now := time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC)
		assert.Equal(t, want, startAt.Configured(now).Format(time.RFC3339Nano), written)
		if written == "end" || written == "-24h" {
			continue
		}
		cfg, err = resolve(t, "org_url: acme.okta.com\napi_token: x\nstart_at: beginning\nend_at: "+written)
		require.NoError(t, err, written)
		startAt, err = poll.ParseStartAt(cfg.StartAt)
		require.NoError(t, err)
		endAt, err := poll.ParseEndAt(cfg.EndAt, startAt)
		require.NoError(t, err, written)
		assert.Equal(t, want, endAt.UTC().Format(time.RFC3339Nano), written)
	}
}

// What stands in an environment variable as a whole is looked at as well.
func TestSectionsFromTheEnvironment(t *testing.T) {
	t.Setenv("OKTA_TEST_OAUTH", "{clientid: a, client_secret: b}")
	t.Setenv("OKTA_TEST_HTTP", "{timeout: 60, proxyurl: x}")
	_, err := resolve(t, "org_url: acme.okta.com\noauth: ${env:OKTA_TEST_OAUTH}\nhttp: ${env:OKTA_TEST_HTTP}\ninitial_delay: -1s")
	require.EqualError(t, err, `"proxyurl" is not a key of http: did you mean http.proxy_url?
http.timeout is 60, which has no unit: use 60s for seconds, or ms, m or h
"clientid" is not a key of oauth: did you mean oauth.client_id?
initial_delay is -1s: use 0s or more`)
	t.Setenv("OKTA_TEST_HTTP", "{timeout: 60s, tls: {min_version: '1.2'}}")
	_, err = resolve(t, "org_url: acme.okta.com\napi_token: x\nhttp: ${env:OKTA_TEST_HTTP}")
	require.NoError(t, err)
}

// A credential that is put in the place of something else is in no message: a Collector writes them to its log.
func TestSecretsInWrongPlacesAreNotRepeated(t *testing.T) {
	token := "00" + strings.Repeat("aB3_-xSECRET", 4)[:40]
	const start = "initial_delay: -1s\n"
	for _, written := range []string{
		"{api_token:TOKEN, page_size: 0}", "{TOKEN: x, page_size: 0}", "{oauth: {client_secret:TOKEN}}", "{oauth: {TOKEN: x}}", "{http: {TOKEN: x}}",
		"org_url: TOKEN", "org_url: https://TOKEN", "org_url: SSWS TOKEN", "org_url: TOKEN.okta.com", "q: TOKEN", "q: a%20TOKEN", "q: a b c d e f g h i j k TOKEN",
		"q: TOKEN%20" + strings.Repeat("x ", 10), "filter: TOKEN", "filter: eventType eq 'TOKEN'", "start_at: TOKEN", "start_at: SSWS TOKEN", "oauth: {scopes: ['SSWS TOKEN']}",
		"oauth: {key_id: TOKEN, client_secret: x}", "oauth: {dpop: TOKEN}", "body: TOKEN", "startup_check: TOKEN", "permanent_errors: TOKEN", "page_size: TOKEN", "poll_interval: TOKEN",
		"storage: TOKEN", "storage: {TOKEN: x}", "k8s_leader_elector: SSWS TOKEN", "http: {proxy_url: TOKEN}", "http: {proxy_url: 'u:TOKEN:proxy:1'}", "http: {timeout: TOKEN}",
		"event_hook: {endpoint: TOKEN, path: TOKEN, header: 'SSWS TOKEN'}", "event_hook: {register: {public_url: TOKEN}}", "rate_limit: {reserve: TOKEN}", "http: {compression: TOKEN}",
		"http: {auth: {authenticator: TOKEN}}", "resource_attributes: {TOKEN: {enabled: true}}",
	} {
		text := strings.ReplaceAll(written, "TOKEN", token)
		if strings.HasPrefix(text, "{") {
			text = "{initial_delay: -1s, " + text[1:]
		} else {
			text = start + text
		}
		_, err := resolve(t, text)
		require.Error(t, err, written)
		assert.NotContains(t, strings.ToLower(err.Error()), "secret3", written)
		assert.NotContains(t, strings.ToLower(err.Error()), "xsecret", written)
		requireSentences(t, err)
	}
	_, err := resolve(t, "{org_url: acme.okta.com, api_token:hunter2, page_size:10}")
	require.EqualError(t, err, `api_token has no space behind its colon, so that YAML takes it with its value for one key: put a space there
page_size has no space behind its colon, so that YAML takes it with its value for one key: put a space there`)
	_, err = resolve(t, "{org_url: acme.okta.com, api_token: hunter2, page_size: 10}")
	require.NoError(t, err, "with all of the remedies")
}
