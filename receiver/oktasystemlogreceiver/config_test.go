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
)

func load(t *testing.T, settings map[string]any) (*Config, error) {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	return cfg, confmap.Validate(cfg)
}

// smallest is the smallest configuration that works.
func smallest() map[string]any {
	return map[string]any{"org_url": "https://acme.okta.com", "api_token": "00abc"}
}

func TestEveryKeyIsRead(t *testing.T) {
	conf, err := confmaptest.LoadConf(filepath.Join("..", "..", "testdata", "config", "every_key.yaml"))
	require.NoError(t, err)
	sub, err := conf.Sub(metadata.Type.String())
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, sub.Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))

	storage := component.MustNewID("file_storage")
	want := createDefaultConfig().(*Config)
	want.OrgURL = "https://acme.okta.com"
	want.APIToken = "00synthetic"
	want.PollInterval = 20 * time.Second
	want.InitialDelay = 3 * time.Second
	want.StartAt = "-24h"
	want.Filter = `eventType sw "user."`
	want.Q = "jane doe"
	want.PageSize = 500
	want.Storage = &storage
	want.RateLimit.Reserve = 0.5
	want.Retry.InitialInterval = 2 * time.Second
	want.Retry.MaxInterval = 2 * time.Minute
	want.HTTP.Timeout = 45 * time.Second
	want.HTTP.Headers.Set("x-team", configopaque.String("platform"))
	want.Body = bodyOriginal
	want.IncludeLogRecordOriginal = true
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"okta.org.domain": map[string]any{"enabled": false},
	}).Unmarshal(&want.ResourceAttributes))
	assert.Equal(t, want, cfg)
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
		"no org_url":        {"org_url", "", "org_url is missing: set it to the org's own address, such as https://acme.okta.com"},
		"http":              {"org_url", "http://acme.okta.com", `use https://acme.okta.com`},
		"no scheme":         {"org_url", "acme.okta.com", "use the org's own address"},
		"another scheme":    {"org_url", "ftp://acme.okta.com", "use https://acme.okta.com"},
		"the console":       {"org_url", "https://acme-admin.okta.com", "use https://acme.okta.com"},
		"a preview console": {"org_url", "https://Acme-Admin.OktaPreview.com/", "use https://Acme.OktaPreview.com"},
		"a path":            {"org_url", "https://acme.okta.com/api/v1", "use https://acme.okta.com"},
		"a query":           {"org_url", "https://acme.okta.com?x=1", "use https://acme.okta.com"},
		"a user":            {"org_url", "https://me:secret@acme.okta.com", "set api_token"},
		"the example":       {"org_url", "https://{yourOktaDomain}", "use the org's own address"},
		"not a URL":         {"org_url", "https://a b:secret@", "use the org's own address"},
		"no credential":     {"api_token", "", "set api_token, api_token_file, oauth or http.auth"},
		"two credentials":   {"api_token_file", "/token", "api_token and api_token_file are set together: keep one of them"},
		"three credentials": {"http", map[string]any{"auth": map[string]any{"authenticator": "bearertokenauth"}}, "api_token and http.auth are set together"},
		"the scheme too":    {"api_token", "SSWS 00abc", "without the word SSWS"},
		"poll_interval":     {"poll_interval", "10ms", "use 1s or more"},
		"initial_delay":     {"initial_delay", "-1s", "use 0s or more"},
		"start_at":          {"start_at", "yesterday", "use end, beginning, a time such as 2026-11-21T00:00:00Z, or a look-back such as -24h"},
		"look forward":      {"start_at", "24h", "look-back such as -24h"},
		"a date":            {"start_at", "2026-11-21", "a time such as"},
		"no page":           {"page_size", 0, "use 1 to 1000"},
		"a large page":      {"page_size", 1001, "use 1 to 1000"},
		"published":         {"filter", `eventType eq "x" and (published gt "2026-11-21T00:00:00Z")`, "set start_at instead"},
		"many keywords":     {"q", "a b c d e f g h i j k", "use 10 or fewer"},
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
		"body":              {"body", "json", "use message or original"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := smallest()
			settings[tc.key] = tc.value
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
	for name, change := range map[string]map[string]any{
		"a slash":           {"org_url": "https://acme.okta.com/"},
		"a custom domain":   {"org_url": "https://login.example.com"},
		"a port":            {"org_url": "https://acme.okta.com:8443"},
		"loopback":          {"org_url": "http://127.0.0.1:8085"},
		"loopback, IPv6":    {"org_url": "http://[::1]:8085"},
		"localhost":         {"org_url": "http://localhost:8085"},
		"admin in the name": {"org_url": "https://acme-administration.okta.com"},
		"a token file":      {"api_token": "", "api_token_file": "/run/secrets/okta"},
		"an authenticator":  {"api_token": "", "http": map[string]any{"auth": map[string]any{"authenticator": "bearertokenauth"}}},
		"published as text": {"filter": `displayMessage co "published eq"`},
		"a time":            {"start_at": "2026-11-21T00:00:00+01:00"},
		"keywords":          {"q": "a b c d e f g h i " + strings.Repeat("é", 40)},
		"no reserve":        {"rate_limit": map[string]any{"reserve": 0}},
	} {
		t.Run(name, func(t *testing.T) {
			settings := smallest()
			for k, v := range change {
				settings[k] = v
			}
			_, err := load(t, settings)
			assert.NoError(t, err)
		})
	}
}
