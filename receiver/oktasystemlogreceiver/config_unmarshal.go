// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

var (
	_ confmap.Unmarshaler = (*Config)(nil)
	_ confmap.Marshaler   = Config{}
)

// neverEmpty are the settings that may be left out, or have a default, and that nobody sets to nothing on purpose. The
// Collector turns a variable that is not set into nothing, so that api_token: ${env:UNSET} would look like no
// api_token at all. Of settings with a few values, such as body, nothing is refused as a value anyway.
var neverEmpty = []string{
	"org_url", "api_token", "api_token_file", "start_at", "filter", "q", "storage", "k8s_leader_elector",
	"oauth::client_id", "oauth::private_key", "oauth::private_key_file", "oauth::key_id",
	"oauth::client_secret", "oauth::client_secret_file",
	"http::proxy_url", "http::auth::authenticator",
	"event_hook::endpoint", "event_hook::secret", "event_hook::secret_file", "event_hook::register::public_url",
}

// inNumbers are the times that are not asked for a unit: a number other than 0 is refused whatever its unit.
var inNumbers = []string{"retry.max_elapsed_time"}

// foreignKeys are keys that other collectors have for an Okta log (the inputs of observIQ, Vector, Elastic and Splunk),
// and what this receiver calls the same; and names of OAuth 2.0 and of other programs below the top.
var foreignKeys = map[string]string{ //nolint:gosec // names of settings, and no credentials
	"okta_domain": "org_url", "domain": "org_url", "url": "org_url", "org": "org_url", "host": "org_url",
	"endpoint": "org_url or event_hook.endpoint",
	"api_key":  "api_token", "token": "api_token", "apikey": "api_token",
	"interval": "poll_interval", "scrape_interval_secs": "poll_interval", "polling_interval": "poll_interval",
	"collection_interval": "poll_interval", "frequency": "poll_interval",
	"initial_interval": "start_at or retry.initial_interval", "start_time": "start_at", "start_date": "start_at", "since": "start_at",
	"limit": "page_size", "batch_size": "page_size",
	"timeout": "http.timeout", "scrape_timeout_secs": "http.timeout", "proxy": "http.proxy_url", "proxy_url": "http.proxy_url",
	"tls": "http.tls", "headers": "http.headers", "auth": "http.auth", "storage_id": "storage",
	"client": "oauth.client_id", "scope": "oauth.scopes", "public_key": "oauth.private_key", "webhook": "event_hook", "hook": "event_hook",
	"oauth.id": "oauth.client_id", "oauth.client": "oauth.client_id", "oauth.secret": "oauth.client_secret", "oauth.secret_file": "oauth.client_secret_file",
	"oauth.kid": "oauth.key_id", "oauth.key": "oauth.private_key", "oauth.key_file": "oauth.private_key_file", "oauth.private_key_path": "oauth.private_key_file",
	"oauth.scope": "oauth.scopes", "oauth.domain": "org_url", "oauth.issuer": "org_url", "oauth.token_url": "org_url",
	"http.proxy": "http.proxy_url", "http.ca_file": "http.tls.ca_file", "http.insecure_skip_verify": "http.tls.insecure_skip_verify",
	"event_hook.listen": "event_hook.endpoint", "event_hook.listen_address": "event_hook.endpoint", "event_hook.address": "event_hook.endpoint",
	"event_hook.url": "event_hook.register.public_url", "event_hook.uri": "event_hook.register.public_url", "event_hook.token": "event_hook.secret",
	"event_hook.register.url": "event_hook.register.public_url", "event_hook.register.events": "event_hook.register.event_types",
}

// Unmarshal reads the configuration, notes what is wrong with settings as they are written for Validate to report with
// everything else, and takes times and dates for start_at, which YAML makes of text that is not quoted.
func (cfg *Config) Unmarshal(conf *confmap.Conf) error {
	if conf == nil {
		return nil
	}
	cfg.emptied = nil
	for _, key := range neverEmpty {
		if !conf.IsSet(key) {
			continue
		}
		value := conf.Get(key)
		if text, isText := value.(string); value == nil || isText && strings.TrimSpace(text) == "" {
			cfg.emptied = append(cfg.emptied, strings.ReplaceAll(key, confmap.KeyDelimiter, "."))
			if key == "storage" || key == "k8s_leader_elector" || key == "http::auth::authenticator" {
				conf.Delete(key) // an ID can't be read of it
			}
		}
	}
	if at, isTime := conf.Get("start_at").(time.Time); isTime {
		if err := conf.Merge(confmap.NewFromStringMap(map[string]any{"start_at": at.Format(time.RFC3339Nano)})); err != nil {
			return fmt.Errorf("start_at: %w", err)
		}
	}
	cfg.noteMiswritten(conf)
	if err := conf.Unmarshal(cfg); err != nil && len(cfg.miswritten) == 0 {
		// What else is wrong is said with it. Beside a mistake that is known it may be the same one again.
		cfg.miswritten = append(cfg.miswritten, fmt.Errorf("the settings can't be read, %q: correct what is named there, the README lists the keys of the receiver", wire.Printable(readable(err), maxDecoderText)))
	}
	return nil
}

// maxDecoderText bounds what is repeated of an error of the Collector's decoder, in bytes.
const maxDecoderText = 1 << 10

// readable is an error of the Collector's decoder in one line, without the words that each of its levels begins with.
func readable(err error) string {
	text := strings.ReplaceAll(err.Error(), "decoding failed due to the following error(s):", "")
	return strings.TrimPrefix(strings.Join(strings.Fields(text), " "), "'' ")
}

// noteMiswritten notes what can't be read as it is written, and takes it out: what can be read is.
func (cfg *Config) noteMiswritten(conf *confmap.Conf) {
	cfg.miswritten, cfg.meant = nil, nil
	for _, mistake := range settings.Check(conf, Config{}, foreignKeys, inNumbers) {
		cfg.miswritten, cfg.meant = append(cfg.miswritten, mistake.Err), append(cfg.meant, mistake.Meant...)
		conf.Delete(mistake.Key)
	}
}

// isEmptied reports whether one of some settings is set to nothing, or written under another name, which is one mistake
// and is reported as such.
func (cfg *Config) isEmptied(settings ...string) bool {
	return slices.ContainsFunc(settings, func(name string) bool {
		return slices.Contains(cfg.emptied, name) || slices.Contains(cfg.meant, name)
	})
}

// lacksCredential reports whether no credential is set, and none was meant to be.
func (cfg *Config) lacksCredential() bool {
	meant := slices.ContainsFunc(cfg.meant, func(name string) bool {
		return strings.HasPrefix(name+".", "oauth.") || strings.HasPrefix(name+".", "http.auth.")
	})
	return len(cfg.credentials()) == 0 && !meant && !cfg.isEmptied("api_token", "api_token_file", "http.auth.authenticator")
}

func (cfg *Config) validateEmptied() error {
	var errs []error
	for _, name := range cfg.emptied {
		errs = append(errs, fmt.Errorf("%s is set to nothing: if it comes from an environment variable, set that variable, else leave the key out", name))
	}
	return errors.Join(errs...)
}

// Marshal writes the configuration as print-config and others show it, without the password of a proxy. Its receiver is
// no pointer, since confmap looks at values.
func (cfg Config) Marshal(conf *confmap.Conf) error {
	type plain Config // without this method
	shown := plain(cfg)
	if proxy, err := settings.ProxyURL("http.proxy_url", shown.HTTP.ProxyURL); err == nil {
		shown.HTTP.ProxyURL = proxy.Redacted()
	} else if shown.HTTP.ProxyURL != "" {
		shown.HTTP.ProxyURL = "[REDACTED]"
	}
	return conf.Marshal(shown)
}
