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

	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

var (
	_ confmap.Unmarshaler = (*Config)(nil)
	_ confmap.Marshaler   = Config{}
)

// Unmarshal reads the configuration, notes what is wrong with settings as they are written for Validate to report with
// everything else, and takes times and dates for start_at and end_at, which YAML makes of text that is not quoted.
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
	for _, key := range times {
		at, isTime := conf.Get(key).(time.Time)
		if !isTime {
			continue
		}
		if err := conf.Merge(confmap.NewFromStringMap(map[string]any{key: at.Format(time.RFC3339Nano)})); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	notText, meant := notTexts(conf)
	cfg.noteMiswritten(conf)
	cfg.miswritten, cfg.meant = append(cfg.miswritten, notText...), slices.Concat(cfg.meant, meant, empty)
	if err := conf.Unmarshal(cfg); err != nil && len(cfg.miswritten) == 0 {
		// What else is wrong is said with it. Beside a mistake that is known it may be the same one again: out of a section
		// that comes from a variable as a whole nothing can be taken.
		cfg.miswritten = append(cfg.miswritten, fmt.Errorf("the settings can't be read, %q: correct what is named there, the README lists the keys of the receiver", readable(err)))
	}
	cfg.noteRetry()
	if o := cfg.OAuth.Get(); o != nil {
		// Files and variables have line breaks around these as well.
		o.ClientID, o.KeyID = secret.Trim(o.ClientID), secret.Trim(o.KeyID)
	}
	return nil
}

// maxDecoderText bounds what is repeated of an error of the Collector's decoder, in bytes.
const maxDecoderText = 1 << 10

// readable is an error of the Collector's decoder in one line, without the words that each of its levels begins with.
func readable(err error) string {
	text := strings.ReplaceAll(err.Error(), "decoding failed due to the following error(s):", "")
	text = strings.TrimPrefix(strings.Join(strings.Fields(text), " "), "'' ")
	if wire.HoldsSecret(text) {
		return "a value that looks like a secret stands where it does not belong"
	}
	return wire.Printable(text, maxDecoderText)
}

// noteMiswritten notes what can't be read as it is written, and takes it out: what can be read is.
func (cfg *Config) noteMiswritten(conf *confmap.Conf) {
	cfg.miswritten, cfg.meant = nil, nil
	for _, mistake := range settings.Check(conf, Config{}, foreignKeys, unused) {
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
		if remedy, isSection := emptySections[name]; isSection {
			errs = append(errs, fmt.Errorf("%s is empty: %s, or leave the key out", name, remedy))
			continue
		}
		remedy := "set that variable, or leave the key out"
		if roles[strings.ReplaceAll(name, ".", confmap.KeyDelimiter)] == settings.Secret {
			remedy += "; if it is set, YAML takes its value for nothing, as it does with what begins with # or &: write it into a file and set " + name + "_file to its path"
		}
		errs = append(errs, fmt.Errorf("%s is empty, as when the environment variable that it comes from is not set: %s", name, remedy))
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

// notTexts finds what should be text and is none to YAML, and takes it out.
func notTexts(conf *confmap.Conf) (mistakes []error, names []string) {
	for _, key := range slices.Sorted(maps.Keys(roles)) {
		as := reflect.TypeFor[string]()
		if lists[key] != nil {
			as = lists[key]
		}
		if _, isTime := conf.Get(key).(time.Time); isTime && slices.Contains(times, key) {
			continue // it is taken
		}
		if err := settings.NotText(conf, key, roles[key], as); err != nil {
			mistakes, names = append(mistakes, err), append(names, settings.Name(key))
			conf.Delete(key)
		}
	}
	return mistakes, names
}

// noteRetry notes what is wrong with retry where the Collector's own validation would say the same again, or something
// that contradicts it, and takes the defaults instead.
func (cfg *Config) noteRetry() {
	if cfg.Retry.Validate() == nil {
		return
	}
	if err := cfg.validateRetry(); err != nil {
		cfg.miswritten = append(cfg.miswritten, settings.Mistakes(err)...)
		randomization := cfg.Retry.RandomizationFactor
		cfg.Retry = createDefaultConfig().(*Config).Retry
		cfg.Retry.RandomizationFactor = randomization
	}
}

func (cfg *Config) validateRetry() error {
	var errs []error
	if !cfg.Retry.Enabled {
		errs = append(errs, errors.New("retry.enabled is false: leave it out, a page that is not tried again would be lost"))
	}
	if cfg.Retry.MaxElapsedTime != 0 {
		errs = append(errs, errors.New("retry.max_elapsed_time is set: leave it out, a page that is given up would be lost"))
	}
	if cfg.Retry.InitialInterval < retry.MinInterval {
		errs = append(errs, fmt.Errorf("retry.initial_interval is %s: use %s or more", cfg.Retry.InitialInterval, retry.MinInterval))
	}
	if cfg.Retry.Multiplier < 1 {
		errs = append(errs, fmt.Errorf("retry.multiplier is %g: use 1 or more, or the waits would shrink to nothing", cfg.Retry.Multiplier))
	}
	if cfg.Retry.MaxInterval < cfg.Retry.InitialInterval {
		errs = append(errs, fmt.Errorf("retry.max_interval is %s: use retry.initial_interval (%s) or more", cfg.Retry.MaxInterval, cfg.Retry.InitialInterval))
	}
	return errors.Join(errs...)
}
