// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

func load(t *testing.T, settings map[string]any) (*Config, error) {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	err := confmap.Validate(cfg)
	requireSentences(t, err)
	return cfg, err
}

// change sets settings to values, and takes those out whose value is nil.
func change(settings, to map[string]any) {
	for key, value := range to {
		if settings[key] = value; value == nil {
			delete(settings, key)
		}
	}
}

// smallest is the smallest configuration that works.
func smallest() map[string]any {
	return map[string]any{"org_url": "https://acme.okta.com", "api_token": "00abc"}
}

func TestEveryKeyIsRead(t *testing.T) {
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	sub, err := conf.Sub(metadata.Type.String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, sub.Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))

	storage, elector := component.MustNewID("file_storage"), component.MustNewID("k8s_leader_elector")
	want := createDefaultConfig().(*Config)
	want.OrgURL = "https://acme.okta.com"
	want.APIToken = "00synthetic"
	want.PollInterval = 20 * time.Second
	want.InitialDelay = 3 * time.Second
	want.StartAt = "-24h"
	want.EndAt = "2026-11-21T10:30:00+01:00"
	want.Filter = `eventType sw "user."`
	want.Q = "jane doe"
	want.PageSize = 500
	want.Storage = &storage
	want.K8sLeaderElector = &elector
	want.StartupCheck = checkFail
	want.PermanentErrors = permanentDrop
	want.RateLimit.Reserve = 0.5
	want.Retry.InitialInterval = 2 * time.Second
	want.Retry.MaxInterval = 2 * time.Minute
	want.Retry.Multiplier = 2
	want.Retry.RandomizationFactor = 0.1
	want.HTTP.Timeout = 45 * time.Second
	want.HTTP.Headers.Set("x-team", configopaque.String("platform"))
	want.Body = bodyOriginal
	want.IncludeLogRecordOriginal = true
	want.DerivedAttributes = false
	want.ReplayAttribute = false
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"okta.org.domain": map[string]any{"enabled": false}, "service.name": map[string]any{"enabled": false},
	}).Unmarshal(&want.ResourceAttributes))
	assert.Equal(t, want, cfg)
}

func TestEveryKeyOfOAuthIsRead(t *testing.T) {
	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	for name, want := range map[string]OAuthConfig{
		"service_app": {ClientID: "0oa1b2c3", PrivateKeyFile: "/run/secrets/okta.pem", KeyID: "my-key-2026", Scopes: []string{"okta.logs.read", "okta.users.read"}, DPoP: "required"},
		"jwk": {ClientID: "0oa1b2c3", DPoP: "auto", Scopes: []string{"okta.logs.read"},
			PrivateKey: `{"kty":"EC","kid":"synthetic","crv":"P-256","x":"cv2jbF7k2MVm64Rjm8oQkg3bwx4fYCZmh_cMumI34WA","y":"75XwOFv0GikKPUE5h7keGUyhiLYusJvhx3h7zIUuNRA","d":"eqTqbF0fo7_JZHlbvKYo_QaZNPJQexCL-5Do443sDVw"}`},
		"integration":      {ClientID: "0oa4d5e6", ClientSecret: "synthetic", Scopes: []string{"okta.logs.read"}, DPoP: "disabled"},
		"integration_file": {ClientID: "0oa4d5e6", ClientSecretFile: "/run/secrets/okta-secret", Scopes: []string{"okta.logs.read"}, DPoP: "auto"},
	} {
		t.Run(name, func(t *testing.T) {
			sub, err := conf.Sub(metadata.Type.String() + "/" + name)
			require.NoError(t, err)
			cfg := createDefaultConfig().(*Config)
			require.NoError(t, sub.Unmarshal(cfg))
			require.True(t, cfg.OAuth.HasValue())
			assert.Equal(t, want, *cfg.OAuth.Get())
			require.NoError(t, confmap.Validate(cfg))
		})
	}
}

func TestBadValuesOfOAuthSayWhatToWriteInstead(t *testing.T) {
	for name, tc := range map[string]struct {
		change map[string]any
		says   string
	}{
		"no client":        {map[string]any{"client_id": nil}, "set it to the Client ID on the app's page General"},
		"white space":      {map[string]any{"client_id": "0oa 1"}, "set it to the Client ID on the app's page General"},
		"neither":          {map[string]any{"private_key_file": nil, "key_id": nil}, "set private_key_file or private_key for a service app, client_secret_file or client_secret for an API service integration"},
		"key and secret":   {map[string]any{"client_secret": "secret"}, "oauth.private_key_file and oauth.client_secret are set together: keep one of them"},
		"two keys":         {map[string]any{"private_key": "secret"}, "oauth.private_key and oauth.private_key_file are set together: keep one of them"},
		"two secrets":      {map[string]any{"private_key_file": nil, "client_secret": "secret", "client_secret_file": "x"}, "oauth.client_secret and oauth.client_secret_file are set together: keep one of them"},
		"not a key":        {map[string]any{"private_key_file": nil, "private_key": "secret"}, "oauth.private_key is neither PEM nor a JWK but a single word: use oauth.client_secret"},
		"no kid":           {map[string]any{"private_key_file": nil, "key_id": nil, "private_key": ecSigningKey(t).pem}, "oauth.key_id is missing: set it to the kid"},
		"kid of a secret":  {map[string]any{"private_key_file": nil, "client_secret": "secret"}, "oauth.key_id is set beside a client secret: leave it out"},
		"secret in quotes": {map[string]any{"private_key_file": nil, "key_id": nil, "client_secret": "secret word"}, "set it to the secret alone"},
		"no scope":         {map[string]any{"scopes": []string{}}, "leave it out, or set it to [okta.logs.read]"},
		"scopes in one":    {map[string]any{"scopes": []string{"okta.logs.read okta.users.read"}}, "use one scope for each item"},
		"dpop":             {map[string]any{"dpop": "on"}, `oauth.dpop is "on": use auto, required or disabled`},
	} {
		t.Run(name, func(t *testing.T) {
			oauth := map[string]any{"client_id": "0oa1b2c3", "private_key_file": "/run/secrets/okta.pem", "key_id": "k"}
			change(oauth, tc.change)
			_, err := load(t, map[string]any{"org_url": "https://acme.okta.com", "oauth": oauth})
			require.ErrorContains(t, err, tc.says)
			assert.NotContains(t, strings.ReplaceAll(err.Error(), "client_secret", ""), `"secret`)
			assert.Equal(t, 1, strings.Count(err.Error(), "\n")+1, "one sentence for one mistake: %v", err)
		})
	}
	_, err := load(t, map[string]any{"org_url": "https://acme.okta.com", "oauth": map[string]any{"scopes": []string{}, "dpop": "x"}})
	for _, key := range []string{"client_id", "private_key_file", "scopes", "dpop"} {
		assert.ErrorContains(t, err, key, "all at once")
	}
}

func TestDefaults(t *testing.T) {
	cfg, err := load(t, smallest())
	require.NoError(t, err)
	assert.Equal(t, 10*time.Second, cfg.PollInterval)
	assert.Equal(t, "end", cfg.StartAt)
	assert.Equal(t, 1000, cfg.PageSize)
	assert.Equal(t, time.Second, cfg.Retry.InitialInterval)
	assert.Equal(t, time.Minute, cfg.Retry.MaxInterval)
	assert.Zero(t, cfg.Retry.MaxElapsedTime, "it never gives up")
	assert.Equal(t, time.Minute, cfg.HTTP.Timeout, "above Okta's own 30 s")
	assert.InDelta(t, 0.2, cfg.RateLimit.Reserve, 0)
	assert.Equal(t, "message", cfg.Body)
}

func TestBadValuesSayWhatToWriteInstead(t *testing.T) {
	for name, tc := range map[string]struct {
		key   string
		value any
		says  string
	}{
		"no org_url":        {"org_url", nil, "org_url is missing: set it to the org's own address, such as https://acme.okta.com"},
		"http":              {"org_url", "http://acme.okta.com", `use https://acme.okta.com`},
		"no slashes":        {"org_url", "https:acme.okta.com", "use https://acme.okta.com"},
		"another scheme":    {"org_url", "ftp://acme.okta.com", "use https://acme.okta.com"},
		"the console":       {"org_url", "https://acme-admin.okta.com", "use https://acme.okta.com"},
		"a preview console": {"org_url", "https://Acme-Admin.OktaPreview.com/", "use https://acme.oktapreview.com"},
		"a path":            {"org_url", "https://acme.okta.com/api/v1", "use https://acme.okta.com"},
		"a query":           {"org_url", "https://acme.okta.com?x=1", "use https://acme.okta.com"},
		"a user":            {"org_url", "https://me:secret@acme.okta.com", "set api_token"},
		"the example":       {"org_url", "https://{yourOktaDomain}", "use the org's own address"},
		"not a URL":         {"org_url", "https://a b:secret@", "use the org's own address"},
		"no credential":     {"api_token", nil, "set api_token, api_token_file, oauth or http.auth"},
		"two credentials":   {"api_token_file", "/token", "api_token and api_token_file are set together: keep one of them"},
		"three credentials": {"http", map[string]any{"auth": map[string]any{"authenticator": "bearertokenauth"}}, "api_token and http.auth are set together"},
		"token and oauth":   {"oauth", map[string]any{"client_id": "0oa1", "client_secret": "x"}, "api_token and oauth are set together: keep one of them"},
		"compression":       {"http", map[string]any{"compression": "gzip"}, "okta does not read compressed requests"},
		"a proxy":           {"http", map[string]any{"proxy_url": "http://user:00secret word@proxy\x7f:3128"}, "http.proxy_url is not the address of a proxy"},
		"a proof":           {"http", map[string]any{"headers": map[string]any{"DPoP": "x"}}, "set oauth.dpop"},
		"the scheme too":    {"api_token", "SSWS 00abc", "without the word SSWS"},
		"poll_interval":     {"poll_interval", "10ms", "use 1s or more"},
		"initial_delay":     {"initial_delay", "-1s", "use 0s or more"},
		"start_at":          {"start_at", "yesterday", "use end, beginning, a time such as 2026-11-21T00:00:00Z, or a look-back such as -24h"},
		"look forward":      {"start_at", "24h", "look-back such as -24h"},
		"a day":             {"start_at", "2026-11-31", "a time such as"},
		"end_at":            {"end_at", "tomorrow", "use a time such as 2026-11-21T00:00:00Z, or a date, or leave it out to follow the log"},
		"from the end":      {"end_at", "2026-11-21", "end_at is set and start_at is end: set start_at to where the replay begins"},
		"no page":           {"page_size", 0, "use 1 to 1000"},
		"a large page":      {"page_size", 1001, "use 1 to 1000"},
		"published":         {"filter", `eventType eq "x" and (published gt "2026-11-21T00:00:00Z")`, "set start_at instead"},
		"a copied filter":   {"filter", "eventType%20eq%20%22user.session.start%22", `percent-encoded, as in a URL: use eventType eq "user.session.start"`},
		"published, copied": {"filter", "published%20gt%20%222026-11-21T00:00:00Z%22", "set start_at instead"},
		"a long filter":     {"filter", `actor.id eq "` + strings.Repeat("é", 1400) + `"`, "filter and q make a URL of 8"},
		"copied keywords":   {"q", "user%20session", "use user session"},
		"copied and long":   {"q", strings.Repeat("%C3%A9", 40), "use " + strings.Repeat("é", 40)},
		"many keywords":     {"q", "a b c d e f g h i j k", "use 10 or fewer, such as a b c d e f g h i j"},
		"a long keyword":    {"q", strings.Repeat("x", 41), "use 40 characters or fewer"},
		"reserve of all":    {"rate_limit", map[string]any{"reserve": 1}, "a share from 0 to below 1"},
		"negative reserve":  {"rate_limit", map[string]any{"reserve": -0.1}, "a share from 0 to below 1"},
		"no retry":          {"retry", map[string]any{"enabled": false}, "leave it out"},
		"giving up":         {"retry", map[string]any{"max_elapsed_time": "5m"}, "leave it out"},
		"fast retry":        {"retry", map[string]any{"initial_interval": "1ms"}, "use 100ms or more"},
		"shrinking retry":   {"retry", map[string]any{"multiplier": 0.5}, "use 1 or more"},
		"retry upside down": {"retry", map[string]any{"max_interval": "500ms"}, "use retry.initial_interval (1s) or more"},
		"endpoint":          {"http", map[string]any{"endpoint": "https://acme.okta.com"}, "set org_url"},
		"no timeout":        {"http", map[string]any{"timeout": "0s"}, "a time above 30s"},
		"authorization":     {"http", map[string]any{"headers": map[string]any{"authorization": "SSWS 00secret"}}, "set api_token"},
		"accept-encoding":   {"http", map[string]any{"headers": map[string]any{"Accept-Encoding": "br"}}, "leave it out"},
		"startup_check":     {"startup_check", "on", `startup_check is "on": use warn, fail or off`},
		"body":              {"body", "json", "use message or original"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := smallest()
			change(settings, map[string]any{tc.key: tc.value})
			_, err := load(t, settings)
			require.ErrorContains(t, err, tc.says)
			assert.NotContains(t, err.Error(), "secret")
			assert.NotContains(t, err.Error(), "00abc")
			assert.Equal(t, 1, strings.Count(err.Error(), "\n")+1, "one sentence for one mistake: %v", err)
		})
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	_, err := load(t, map[string]any{"org_url": "http://acme.okta.com", "poll_interval": "0s", "page_size": 0, "body": "x", "start_at": "x"})
	require.Error(t, err)
	for _, key := range []string{"org_url", "credential", "poll_interval", "page_size", "body", "start_at"} {
		assert.ErrorContains(t, err, key)
	}
}

func TestGoodValues(t *testing.T) {
	for name, changes := range map[string]map[string]any{
		"a slash":           {"org_url": "https://acme.okta.com/"},
		"a custom domain":   {"org_url": "https://login.example.com"},
		"a port":            {"org_url": "https://acme.okta.com:8443"},
		"loopback":          {"org_url": "http://127.0.0.1:8085"},
		"loopback, IPv6":    {"org_url": "http://[::1]:8085"},
		"localhost":         {"org_url": "http://localhost:8085"},
		"admin in the name": {"org_url": "https://acme-administration.okta.com"},
		"a token file":      {"api_token": nil, "api_token_file": "/run/secrets/okta"},
		"a service app":     {"api_token": nil, "oauth": map[string]any{"client_id": "0oa1", "private_key_file": "/run/secrets/okta.pem"}},
		"an integration":    {"api_token": nil, "oauth": map[string]any{"client_id": "0oa1", "client_secret": "x"}},
		"an authenticator":  {"api_token": nil, "http": map[string]any{"auth": map[string]any{"authenticator": "bearertokenauth"}}},
		"published as text": {"filter": `displayMessage co "published eq"`},
		"a time":            {"start_at": "2026-11-21T00:00:00+01:00"},
		"a replay":          {"start_at": "2026-11-20", "end_at": "2026-11-21T00:00:00+01:00"},
		"a long replay":     {"start_at": "beginning", "end_at": "2026-11-21"},
		"a late replay":     {"start_at": "-72h", "end_at": "2026-11-21T00:00:00.5Z"},
		"keywords":          {"q": "a b c d e f g h i " + strings.Repeat("é", 40)},
		"a long filter":     {"filter": `actor.id eq "` + strings.Repeat("x", 7500) + `"`},
		"no reserve":        {"rate_limit": map[string]any{"reserve": 0}},
	} {
		t.Run(name, func(t *testing.T) {
			settings := smallest()
			change(settings, changes)
			_, err := load(t, settings)
			assert.NoError(t, err)
		})
	}
}

func TestBadRangesSayWhatToWriteInstead(t *testing.T) {
	hook := map[string]any{"endpoint": "127.0.0.1:8088", "secret": "a-synthetic-secret"}
	for name, tc := range map[string]struct {
		changes map[string]any
		says    []string
	}{
		"upside down":        {map[string]any{"start_at": "2026-11-21", "end_at": "2026-11-20"}, []string{"set end_at to a time after start_at"}},
		"one day":            {map[string]any{"start_at": "2026-11-21", "end_at": "2026-11-21"}, []string{"a date is its beginning in UTC"}},
		"with an event hook": {map[string]any{"start_at": "2026-11-20", "end_at": "2026-11-21", "event_hook": hook}, []string{"end_at is set beside event_hook: leave event_hook out, or end_at"}},
		"a hook alone":       {map[string]any{"start_at": "2026-11-20", "end_at": "2026-11-21", "event_hook": hook, "api_token": nil}, []string{"end_at is set beside event_hook"}},
		"both are none":      {map[string]any{"start_at": "x", "end_at": "y"}, []string{`start_at is "x"`, `end_at is "y"`}},
	} {
		t.Run(name, func(t *testing.T) {
			changed := smallest()
			change(changed, tc.changes)
			_, err := load(t, changed)
			for _, says := range tc.says {
				require.ErrorContains(t, err, says)
			}
			assert.Equal(t, len(tc.says), len(settings.Mistakes(err)), "one sentence for one mistake: %v", err)
		})
	}
}
