// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
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

// durations are the settings that are times.
var durations = []string{
	"poll_interval", "initial_delay", "retry::initial_interval", "retry::max_interval", "http::timeout", "http::idle_conn_timeout",
	"event_hook::confirm_within",
}

// foreignKeys are keys that other collectors have for an Okta log (the inputs of observIQ, Vector, Elastic and Splunk),
// and what this receiver calls the same.
var foreignKeys = map[string]string{
	"okta_domain": "org_url", "domain": "org_url", "url": "org_url", "org": "org_url", "host": "org_url", "endpoint": "org_url",
	"api_key": "api_token", "token": "api_token", "apikey": "api_token",
	"interval": "poll_interval", "scrape_interval_secs": "poll_interval", "polling_interval": "poll_interval",
	"collection_interval": "poll_interval", "frequency": "poll_interval",
	"initial_interval": "start_at", "start_time": "start_at", "start_date": "start_at", "since": "start_at",
	"limit": "page_size", "batch_size": "page_size",
	"timeout": "http.timeout", "scrape_timeout_secs": "http.timeout", "proxy": "http.proxy_url", "proxy_url": "http.proxy_url",
	"tls": "http.tls", "headers": "http.headers", "auth": "http.auth", "storage_id": "storage",
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
		if text, isText := value.(string); value == nil || isText && secret.Trim(text) == "" {
			cfg.emptied = append(cfg.emptied, settings.Name(key))
			if roles[key] == settings.ID {
				conf.Delete(key) // an ID can't be read of it
			}
		}
	}
	empty := cfg.noteEmptySections(conf)
	if err := settings.TakeMapping(conf, "oauth::private_key"); err != nil {
		return err
	}
	notText, meant := notTexts(conf)
	cfg.noteMiswritten(conf)
	cfg.miswritten, cfg.meant = append(cfg.miswritten, notText...), slices.Concat(cfg.meant, meant, empty)
	if at, isTime := conf.Get("start_at").(time.Time); isTime {
		if err := conf.Merge(confmap.NewFromStringMap(map[string]any{"start_at": at.Format(time.RFC3339Nano)})); err != nil {
			return fmt.Errorf("start_at: %w", err)
		}
	}
	if err := conf.Unmarshal(cfg); err != nil {
		return err
	}
	if o := cfg.OAuth.Get(); o != nil {
		// Files and variables have line breaks around these as well.
		o.ClientID, o.KeyID = secret.Trim(o.ClientID), secret.Trim(o.KeyID)
	}
	return nil
}

// noteMiswritten notes keys that are not ours and times without a unit, and takes them out: what can be read is.
func (cfg *Config) noteMiswritten(conf *confmap.Conf) {
	cfg.miswritten, cfg.meant = nil, nil
	unknown := settings.Unknown(conf.ToStringMap(), settings.Keys(Config{}), foreignKeys)
	for _, key := range slices.Sorted(maps.Keys(unknown)) {
		cfg.miswritten, cfg.meant = append(cfg.miswritten, unknown[key].Err), append(cfg.meant, unknown[key].Meant)
		conf.Delete(key)
	}
	for _, key := range durations {
		if err := settings.Unitless(strings.ReplaceAll(key, confmap.KeyDelimiter, "."), conf.Get(key)); err != nil {
			cfg.miswritten = append(cfg.miswritten, err)
			conf.Delete(key)
		}
	}
}

// isEmptied reports whether one of some settings is set to nothing, or written under another name, which is one mistake
// and is reported as such.
func (cfg *Config) isEmptied(settings ...string) bool {
	return slices.ContainsFunc(settings, func(name string) bool {
		return slices.Contains(cfg.emptied, name) || slices.Contains(cfg.meant, name)
	})
}

func (cfg *Config) validateEmptied() error {
	var errs []error
	for _, name := range cfg.emptied {
		if remedy, isSection := emptySections[name]; isSection {
			errs = append(errs, fmt.Errorf("%s is empty: %s, or leave the key out", name, remedy))
			continue
		}
		errs = append(errs, fmt.Errorf("%s is empty, as when the environment variable that it comes from is not set: set that variable, or leave the key out", name))
	}
	return errors.Join(errs...)
}

// Marshal writes the configuration as print-config and others show it, without the password of a proxy. Its receiver is
// no pointer, since confmap looks at values.
func (cfg Config) Marshal(conf *confmap.Conf) error {
	type plain Config // without this method
	shown := plain(cfg)
	if proxy, err := parseProxyURL(shown.HTTP.ProxyURL); err == nil {
		shown.HTTP.ProxyURL = proxy.Redacted()
	} else if shown.HTTP.ProxyURL != "" {
		shown.HTTP.ProxyURL = "[REDACTED]"
	}
	return conf.Marshal(shown)
}

// emptySections are the sections that are there when their key is, and what to do when nothing stands below it.
var emptySections = map[string]string{
	"oauth":      "set oauth.client_id and oauth.private_key_file or oauth.client_secret_file",
	"event_hook": "set event_hook.endpoint and event_hook.secret_file",
}

// noteEmptySections notes sections with nothing in them, and takes them out: their defaults alone would be many
// mistakes. It returns what they would have been, a credential or what makes one unnecessary.
func (cfg *Config) noteEmptySections(conf *confmap.Conf) (meant []string) {
	for _, key := range slices.Sorted(maps.Keys(emptySections)) {
		members, isSection := conf.Get(key).(map[string]any)
		if conf.IsSet(key) && (conf.Get(key) == nil || isSection && len(members) == 0) {
			cfg.emptied = append(cfg.emptied, key)
			meant = append(meant, "api_token")
			conf.Delete(key)
		}
	}
	return meant
}

// roles are the settings that are text, lists and mappings of text among them.
var roles = map[string]settings.Role{
	"api_token": settings.Secret, "oauth::private_key": settings.Secret, "oauth::client_secret": settings.Secret, "event_hook::secret": settings.Secret,

	"org_url": settings.Free, "api_token_file": settings.Free, "filter": settings.Free, "q": settings.Free,
	"oauth::client_id": settings.Free, "oauth::private_key_file": settings.Free, "oauth::key_id": settings.Free,
	"oauth::client_secret_file": settings.Free, "oauth::scopes": settings.Free,
	"http::headers": settings.Free, "event_hook::header": settings.Free, "event_hook::secret_file": settings.Free,
	"event_hook::register::name": settings.Free, "event_hook::register::event_types": settings.Free,

	"start_at": settings.Choice, "startup_check": settings.Choice, "permanent_errors": settings.Choice,
	"body": settings.Choice, "oauth::dpop": settings.Choice, "http::proxy_url": settings.Choice,
	"event_hook::path": settings.Choice, "event_hook::endpoint": settings.Choice, "event_hook::register::public_url": settings.Choice,

	"storage": settings.ID, "k8s_leader_elector": settings.ID, "http::auth::authenticator": settings.ID,
}

// lists are those of them that hold more than one text.
var lists = map[string]reflect.Type{
	"oauth::scopes":                     reflect.TypeFor[[]string](),
	"event_hook::register::event_types": reflect.TypeFor[[]string](),
	"http::headers":                     reflect.TypeFor[configopaque.MapList](),
}

// notTexts finds what should be text and is none to YAML, and takes it out.
func notTexts(conf *confmap.Conf) (mistakes []error, names []string) {
	for _, key := range slices.Sorted(maps.Keys(roles)) {
		as := reflect.TypeFor[string]()
		if lists[key] != nil {
			as = lists[key]
		}
		if _, isTime := conf.Get(key).(time.Time); isTime && key == "start_at" {
			continue // it is taken
		}
		if err := settings.NotText(conf, key, roles[key], as); err != nil {
			mistakes, names = append(mistakes, err), append(names, settings.Name(key))
			conf.Delete(key)
		}
	}
	return mistakes, names
}
