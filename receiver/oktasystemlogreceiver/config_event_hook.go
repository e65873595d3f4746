// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"time"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

// Scopes of the Event Hooks API.
const (
	scopeHooksRead   = "okta.eventHooks.read"
	scopeHooksManage = "okta.eventHooks.manage"
)

// EventHookConfig is where an event hook of the org delivers to.
type EventHookConfig struct {
	// ServerConfig is the HTTP server: endpoint, tls and more. Okta wants https with a certificate that
	// it trusts, which an ingress in front may have as well.
	confighttp.ServerConfig `mapstructure:",squash"`

	// Path is the URL path of the hook.
	Path string `mapstructure:"path"`
	// Header is the name of the header that carries the secret.
	Header string `mapstructure:"header"`
	// Secret is the header's value. Exactly one of Secret and SecretFile is set.
	Secret configopaque.String `mapstructure:"secret"`
	// SecretFile is a file that holds the header's value; it is read again for every request.
	SecretFile string `mapstructure:"secret_file"`

	// ConfirmWithin is for how long the System Log may be read without an announced event in it.
	ConfirmWithin time.Duration `mapstructure:"confirm_within"`
	// DeliverUnconfirmed delivers events that did not come in time from what the hook said of them.
	DeliverUnconfirmed bool `mapstructure:"deliver_unconfirmed"`

	// Register creates the event hook in the org, or brings it in line.
	Register configoptional.Optional[EventHookRegisterConfig] `mapstructure:"register"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// EventHookRegisterConfig is the event hook as it should be in the org.
type EventHookRegisterConfig struct {
	// PublicURL is the address that Okta delivers to, https.
	PublicURL string `mapstructure:"public_url"`
	// EventTypes are the types of event that the hook sends.
	EventTypes []string `mapstructure:"event_types"`
	// Name is the hook's name. Receivers with the same name share one hook.
	Name string `mapstructure:"name"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func defaultEventHook() EventHookConfig {
	server := confighttp.NewDefaultServerConfig()
	// The endpoint is public: nobody may hold a connection for long without saying something, and
	// nothing is unpacked, which Okta does not ask for, before its sender has proved to be Okta.
	server.ReadHeaderTimeout = 5 * time.Second
	server.ReadTimeout = 10 * time.Second
	server.WriteTimeout = 10 * time.Second
	server.MaxRequestBodySize = 4 << 20
	server.CompressionAlgorithms = []string{""}
	return EventHookConfig{
		ServerConfig:  server,
		Path:          "/okta/hook",
		Header:        "Authorization",
		ConfirmWithin: 10 * time.Minute,
		Register: configoptional.Default(EventHookRegisterConfig{
			EventTypes: hooks.UsualTypes(),
			Name:       "OpenTelemetry Collector (okta_systemlog)",
		}),
	}
}

// desired is the event hook as it should be in the org, without its secret; ok is false when the receiver
// does not register it.
func (cfg *EventHookConfig) desired() (hook hooks.Desired, ok bool) {
	if !cfg.Register.HasValue() {
		return hooks.Desired{}, false
	}
	register := cfg.Register.Get()
	return hooks.Desired{Name: register.Name, URL: register.PublicURL, EventTypes: register.EventTypes, Header: cfg.Header}, true
}

// hookSecret returns what reads the secret.
func hookSecret(cfg *EventHookConfig) func() (configopaque.String, error) {
	if cfg.SecretFile == "" {
		return auth.Static(cfg.Secret)
	}
	// It may hold spaces: "Basic YWxh…" does.
	place := secret.Place{Setting: "event_hook.secret_file", Path: cfg.SecretFile}
	return func() (configopaque.String, error) {
		value, err := secret.HeaderValue.ReadFile(place)
		wire.ConcealPassing(value)
		if err == nil && len(value) < minHookSecret {
			err = errShortHookSecret(place.Setting, len(value))
		}
		if err != nil {
			return "", err
		}
		return configopaque.String(value), nil
	}
}
