// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
)

func TestEveryKeyOfTheEventHookIsRead(t *testing.T) {
	doorbell := defaultEventHook()
	doorbell.NetAddr.Endpoint = "0.0.0.0:8088"
	doorbell.TLS = configoptional.Some(configtls.ServerConfig{Config: configtls.Config{CertFile: "/run/secrets/tls.crt", KeyFile: "/run/secrets/tls.key"}})
	doorbell.Path = "/hooks/okta"
	doorbell.Header = "X-Okta-Hook"
	doorbell.SecretFile = "/run/secrets/okta-hook"
	doorbell.ConfirmWithin = 20 * time.Minute
	doorbell.DeliverUnconfirmed = true
	doorbell.MaxRequestBodySize = 1 << 20
	doorbell.ReadHeaderTimeout, doorbell.ReadTimeout, doorbell.WriteTimeout = 2*time.Second, 4*time.Second, 4*time.Second
	doorbell.CompressionAlgorithms = []string{"", "gzip"}
	doorbell.Register = configoptional.Some(EventHookRegisterConfig{
		PublicURL: "https://otel.example.com/hooks/okta", Name: "collectors of acme",
		EventTypes: []string{"user.session.start", "user.account.lock"},
	})
	hookOnly := defaultEventHook()
	hookOnly.NetAddr.Endpoint = "127.0.0.1:8088"
	hookOnly.Secret = "a-synthetic-secret"

	conf, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	for name, want := range map[string]EventHookConfig{"doorbell": doorbell, "hook_only": hookOnly} {
		t.Run(name, func(t *testing.T) {
			sub, err := conf.Sub(metadata.Type.String() + "/" + name)
			require.NoError(t, err)
			cfg := createDefaultConfig().(*Config)
			require.NoError(t, sub.Unmarshal(cfg))
			require.NoError(t, confmap.Validate(cfg))
			assert.Equal(t, want, *cfg.EventHook.Get())
			assert.Equal(t, name == "hook_only", cfg.hookOnly())
		})
	}
}

func TestMistakesInTheEventHookAreNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(hook map[string]any)
		says   string
	}{
		"no endpoint":    {func(h map[string]any) { delete(h, "endpoint") }, "event_hook.endpoint is missing"},
		"no secret":      {func(h map[string]any) { delete(h, "secret") }, "event_hook has no secret"},
		"short secret":   {func(h map[string]any) { h["secret"] = "fifteen bytes.." }, "event_hook.secret has 15 bytes, which can be guessed: use 16 or more"},
		"two secrets":    {func(h map[string]any) { h["secret_file"] = "x" }, "event_hook.secret and event_hook.secret_file are set together"},
		"line break":     {func(h map[string]any) { h["secret"] = "a\nb" }, "event_hook.secret has 2 lines, the first of which ends at position 2, and a value of a header is one line"},
		"space around":   {func(h map[string]any) { h["secret"] = " fifteen bytes..\n" }, "event_hook.secret has 15 bytes"},
		"quotes":         {func(h map[string]any) { h["secret"] = `"a-synthetic-secret"` }, "event_hook.secret is in quotes"},
		"no port":        {func(h map[string]any) { h["endpoint"] = 8088 }, `event_hook.endpoint is "8088", which is no address with a port: set it to one such as 0.0.0.0:8088`},
		"path":           {func(h map[string]any) { h["path"] = "okta" }, "event_hook.path is \"okta\""},
		"path and query": {func(h map[string]any) { h["path"] = "/okta?a" }, "event_hook.path is"},
		"no header":      {func(h map[string]any) { h["header"] = "a b" }, "event_hook.header is \"a b\""},
		"taken header":   {func(h map[string]any) { h["header"] = "content-type" }, "event_hook.header is"},
		"no body":        {func(h map[string]any) { h["max_request_body_size"] = 0 }, "event_hook.max_request_body_size is 0, which no delivery fits into"},
		"less than none": {func(h map[string]any) { h["max_request_body_size"] = -1 }, "event_hook.max_request_body_size is -1"},
		"impatient":      {func(h map[string]any) { h["confirm_within"] = "1s" }, "event_hook.confirm_within is 1s: use poll_interval (10s) or more"},
		"no public_url":  {register(nil), "event_hook.register.public_url is no https address"},
		"plain http":     {register(map[string]any{"public_url": "http://otel.example.com/"}), "event_hook.register.public_url is no https address"},
		"long url":       {register(map[string]any{"public_url": "https://a/" + strings.Repeat("x", 1024)}), "event_hook.register.public_url is no https address"},
		"no name":        {register(map[string]any{"public_url": "https://a/", "name": ""}), "event_hook.register.name has 0 characters: use 1 to 255"},
		"no types":       {register(map[string]any{"public_url": "https://a/", "event_types": []string{}}), "event_hook.register.event_types has 0 types"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := smallest()
			hook := map[string]any{"endpoint": "127.0.0.1:8088", "secret": "a-synthetic-secret"}
			tc.change(hook)
			settings["event_hook"] = hook
			_, err := load(t, settings)
			require.ErrorContains(t, err, tc.says)
			assert.NotContains(t, err.Error(), "synthetic")
		})
	}
}

func register(settings map[string]any) func(map[string]any) {
	return func(hook map[string]any) {
		if settings == nil {
			settings = map[string]any{"name": "otel"}
		}
		hook["register"] = settings
	}
}

func TestRegistrationTakesACredentialAndItsScope(t *testing.T) {
	hook := map[string]any{"endpoint": "127.0.0.1:8088", "secret": "a-synthetic-secret", "register": map[string]any{"public_url": "https://a/"}}
	_, err := load(t, map[string]any{"org_url": "https://acme.okta.com", "event_hook": hook})
	require.ErrorContains(t, err, "event_hook.register is set and no credential is")

	oauth := map[string]any{"client_id": "0oa1", "client_secret": "s"}
	_, err = load(t, map[string]any{"org_url": "https://acme.okta.com", "oauth": oauth, "event_hook": hook})
	require.ErrorContains(t, err, "set oauth.scopes to [okta.logs.read, okta.eventHooks.read, okta.eventHooks.manage]")
	oauth["scopes"] = []string{"okta.logs.read", "okta.eventHooks.read", "okta.eventHooks.manage"}
	_, err = load(t, map[string]any{"org_url": "https://acme.okta.com", "oauth": oauth, "event_hook": hook})
	require.NoError(t, err)
}

func TestNoCredentialAndNoEventHook(t *testing.T) {
	_, err := load(t, map[string]any{"org_url": "https://acme.okta.com"})
	require.ErrorContains(t, err, "no credential is set")
}
