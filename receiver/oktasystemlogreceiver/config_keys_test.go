// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

// Keys of other collectors, slips and times without a unit are answered, with what is wrong beside them.
func TestKeysThatAreNotOurs(t *testing.T) {
	_, err := resolve(t, "okta_domain: acme.okta.com\napi_key: 00synthetic\ninterval: 1m\npoll-interval: 30\nfiltre: x\npage_size: 5000\ninitial_delay: 10\n")
	require.Error(t, err)
	assert.Equal(t, `"api_key" is not a key of this receiver: use api_token
"filtre" is not a key of this receiver: did you mean filter?
initial_delay is 10, which has no unit: use 10s for seconds, or ms, m or h
"interval" is not a key of this receiver: use poll_interval
"okta_domain" is not a key of this receiver: use org_url
"poll-interval" is not a key of this receiver: did you mean poll_interval?
page_size is 5000: use 1 to 1000`, err.Error())
	cfg, err := resolve(t, "org_url: acme.okta.com\napi_token: 00synthetic\npoll_interval: 30s\nfilter: x\npage_size: 1000\ninitial_delay: 10s\n")
	require.NoError(t, err, "with all of the remedies")
	assert.Equal(t, 10*time.Second, cfg.InitialDelay)
}

// Each key that a foreign one is answered with is one that the configuration has, and none is foreign that it has.
func TestForeignKeysAreAnsweredWithKeysOfOurs(t *testing.T) {
	known := settings.Paths(Config{})
	for key, meant := range foreignKeys {
		assert.NotContains(t, known, key)
		for setting := range strings.SplitSeq(meant, " or ") {
			assert.Contains(t, known, setting, key)
		}
	}
}

// However they are written, with dots, nested or in camel case.
func TestForeignKeysAsTheyAreWritten(t *testing.T) {
	for written, want := range map[string]string{
		"var.url: x":             `"var.url" is not a key of this receiver: use org_url`,
		"var: {url: x}":          `"var.url" is not a key of this receiver: use org_url`,
		"var: {api_key: x}":      `"var.api_key" is not a key of this receiver: use api_token`,
		"request: {url: x}":      `"request.url" is not a key of this receiver: use org_url`,
		"request.url: x":         `"request.url" is not a key of this receiver: use org_url`,
		"OktaDomain: x":          `"OktaDomain" is not a key of this receiver: use org_url`,
		"OktaUrl: x":             `"OktaUrl" is not a key of this receiver: use org_url`,
		"oktaURL: x":             `"oktaURL" is not a key of this receiver: use org_url`,
		"collectUrl: x":          `"collectUrl" is not a key of this receiver: use org_url`,
		"StartTime: x":           `"StartTime" is not a key of this receiver: use start_at`,
		"apiKey: x":              `"apiKey" is not a key of this receiver: use api_token`,
		"ClientID: x":            `"ClientID" is not a key of this receiver: use oauth.client_id (client_id below oauth)`,
		"keyword_filter: x":      `"keyword_filter" is not a key of this receiver: use q or filter`,
		"retry_on_failure: {}":   `"retry_on_failure" is not a key of this receiver: use retry`,
		"ssl: {ca: x}":           `"ssl" is not a key of this receiver: use http.tls (tls below http)`,
		"jwk_file: x":            `"jwk_file" is not a key of this receiver: use oauth.private_key_file (private_key_file below oauth)`,
		"kid: x":                 `"kid" is not a key of this receiver: use oauth.key_id (key_id below oauth)`,
		"event_hook: {port: 80}": `"port" is not a key of event_hook: use event_hook.endpoint (endpoint below event_hook)`,
		"event_hook: {host: x}":  `"host" is not a key of event_hook: use event_hook.endpoint (endpoint below event_hook)`,
		"auth: {oauth2: {okta: {jwk_file: x}, client.id: y}}": `"auth.oauth2.client.id" is not a key of this receiver: use oauth.client_id (client_id below oauth)
"auth.oauth2.okta.jwk_file" is not a key of this receiver: use oauth.private_key_file (private_key_file below oauth)`,
		"auth.oauth2.okta.jwk_pem: x":   `"auth.oauth2.okta.jwk_pem" is not a key of this receiver: use oauth.private_key (private_key below oauth)`,
		"auth: {authenticator: x}":      `"auth" is not a key of this receiver: use http.auth (auth below http)`,
		"preserve_original_event: true": `"preserve_original_event" is not a key of this receiver: use include_log_record_original`,
	} {
		_, err := resolve(t, written+"\n")
		require.ErrorContains(t, err, want+"\n", written)
	}
}

// What is wrong below the top is answered as at the top, all of it at once and beside what has wrong values.
func TestKeysBelowTheTopThatAreNotOurs(t *testing.T) {
	_, err := resolve(t, `
org_url: https://acme.okta.com/x
client_id: 0oa1
oauth: {clientid: 0oa1, kid: k, private_key_path: /key, scopes: okta.logs.read}
http: {proxyurl: "http://proxy:3128", timeout: 60, tls: {cafile: /ca}}
rate_limit: {reservee: 0.2}
retry: {max_intervall: 60s, initial_interval: 5}
event_hook: {endpoint: 127.0.0.1:8088, token: a-synthetic-secret, register: {publicurl: x}}
resource_attributes: {okta.org.domain: {enable: true}}
`)
	require.Error(t, err)
	assert.Equal(t, `"client_id" is not a key of this receiver: use oauth.client_id (client_id below oauth)
"publicurl" is not a key of event_hook.register: did you mean event_hook.register.public_url?
"token" is not a key of event_hook: use event_hook.secret (secret below event_hook)
"proxyurl" is not a key of http: did you mean http.proxy_url?
http.timeout is 60, which has no unit: use 60s for seconds, or ms, m or h
"cafile" is not a key of http.tls: did you mean http.tls.ca_file?
"clientid" is not a key of oauth: did you mean oauth.client_id?
"kid" is not a key of oauth: use oauth.key_id (key_id below oauth)
"private_key_path" is not a key of oauth: use oauth.private_key_file (private_key_file below oauth)
"reservee" is not a key of rate_limit: did you mean rate_limit.reserve?
"enable" is not a key of resource_attributes.okta.org.domain: did you mean resource_attributes.okta.org.domain.enabled?
retry.initial_interval is 5, which has no unit: use 5s for seconds, or ms, m or h
"max_intervall" is not a key of retry: did you mean retry.max_interval?
org_url has more than scheme and host: use https://acme.okta.com`, err.Error())
	_, err = resolve(t, `
org_url: https://acme.okta.com
oauth: {client_id: 0oa1, key_id: k, private_key_file: /key, scopes: okta.logs.read}
http: {proxy_url: "http://proxy:3128", timeout: 60s, tls: {ca_file: /ca}}
rate_limit: {reserve: 0.2}
retry: {max_interval: 60s, initial_interval: 5s}
event_hook: {endpoint: 127.0.0.1:8088, secret: a-synthetic-secret}
resource_attributes: {okta.org.domain: {enabled: true}}
`)
	require.NoError(t, err, "with all of the remedies")
}

func TestASettingThatIsSetToNothingIsAMistake(t *testing.T) {
	t.Setenv("OKTA_TEST_EMPTY", "")
	for _, key := range neverEmpty {
		for _, value := range []string{`""`, `" "`, "", "${env:OKTA_TEST_UNSET}", "${env:OKTA_TEST_EMPTY}", `"${env:OKTA_TEST_UNSET}"`, "${env:OKTA_TEST_UNSET:-}"} {
			rest := "poll_interval: 0s\n"
			if !strings.HasPrefix(key, "org_url") {
				rest += "org_url: https://acme.okta.com\n"
			}
			_, err := resolve(t, rest+setting(key, value))
			name := strings.ReplaceAll(key, "::", ".")
			require.ErrorContains(t, err, name+" is empty, as when the environment variable that it comes from is not set: set that variable, or leave the key out", "%q", value)
			require.ErrorContains(t, err, "poll_interval is 0s", "with all other mistakes")
			require.Equal(t, 1, strings.Count(err.Error(), name+" is"), "once: %v", err)
		}
	}
}

func TestASettingThatIsSetToNothingIsOneMistake(t *testing.T) {
	for key, rest := range map[string]string{
		"org_url":                          "api_token: x",
		"api_token":                        "org_url: https://acme.okta.com",
		"api_token_file":                   "org_url: https://acme.okta.com",
		"start_at":                         "org_url: https://acme.okta.com\napi_token: x",
		"end_at":                           "org_url: https://acme.okta.com\napi_token: x",
		"storage":                          "org_url: https://acme.okta.com\napi_token: x",
		"filter":                           "org_url: https://acme.okta.com\napi_token: x",
		"http::proxy_url":                  "org_url: https://acme.okta.com\napi_token: x",
		"http::auth::authenticator":        "org_url: https://acme.okta.com",
		"oauth::client_id":                 "  client_secret: x\norg_url: https://acme.okta.com",
		"oauth::client_secret":             "  client_id: x\norg_url: https://acme.okta.com",
		"oauth::private_key_file":          "  client_id: x\norg_url: https://acme.okta.com",
		"event_hook::endpoint":             "  secret: sixteen-bytes-xx\norg_url: https://acme.okta.com\napi_token: x",
		"event_hook::secret":               "  endpoint: localhost:1\norg_url: https://acme.okta.com\napi_token: x",
		"event_hook::secret_file":          "  endpoint: localhost:1\norg_url: https://acme.okta.com\napi_token: x",
		"event_hook::register::public_url": "    name: x\n  secret: sixteen-bytes-xx\n  endpoint: localhost:1\norg_url: https://acme.okta.com\napi_token: x",
	} {
		_, err := resolve(t, setting(key, "${env:OKTA_TEST_UNSET}")+rest)
		name := strings.ReplaceAll(key, "::", ".")
		says := name + " is empty, as when the environment variable that it comes from is not set: set that variable, or leave the key out"
		if roles[key] == settings.Secret {
			says += "; if it is set, YAML takes its value for nothing, as it does with what begins with # or &: write it into a file and set " + name + "_file to its path"
		}
		assert.EqualError(t, err, says)
	}
}
