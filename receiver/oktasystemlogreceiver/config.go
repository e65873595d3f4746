// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"errors"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
)

// What the log record's body is made of.
const (
	bodyMessage  = "message"  // Okta's displayMessage
	bodyOriginal = "original" // the event's JSON text, byte for byte
)

// What permanent_errors can be.
const (
	permanentIsolate = "isolate" // find the event that is refused for good, and give it up alone after several tries
	permanentDrop    = "drop"    // give up at once what is refused for good
)

// What startup_check can be.
const (
	checkWarn = "warn" // log the first step that fails, in the background
	checkFail = "fail" // refuse to start when a step fails
	checkOff  = "off"  // ask nothing
)

// scopeLogs is the OAuth scope that reading the System Log takes.
const scopeLogs = "okta.logs.read"

// Config is the configuration of one receiver, which reads the System Log of one org.
type Config struct {
	// OrgURL is the org's own address, such as https://acme.okta.com; without a scheme it is taken as https.
	OrgURL string `mapstructure:"org_url"`

	// APIToken is an Okta API token. Exactly one of APIToken, APITokenFile, OAuth and HTTP.Auth is set;
	// none of them when there is nothing but an EventHook.
	APIToken configopaque.String `mapstructure:"api_token"`
	// APITokenFile is a file that holds an Okta API token; it is read again for every request.
	APITokenFile string `mapstructure:"api_token_file"`
	// OAuth is an OAuth 2.0 app of the org.
	OAuth configoptional.Optional[OAuthConfig] `mapstructure:"oauth"`

	// PollInterval is how long to wait for new events once all were read.
	PollInterval time.Duration `mapstructure:"poll_interval"`
	// InitialDelay is how long to wait before the first request to the System Log, but for those of a
	// startup_check that is to fail.
	InitialDelay time.Duration `mapstructure:"initial_delay"`
	// StartAt is where to begin when no position is stored: end (when the receiver first started), beginning, an
	// RFC 3339 time or a date, quoted or not, or a look-back such as -24h.
	StartAt string `mapstructure:"start_at"`
	// EndAt makes the receiver read what was published from StartAt up to this time, once, and then rest: an RFC 3339
	// time or a date, quoted or not. Without it the log is followed.
	EndAt string `mapstructure:"end_at"`

	// Filter is Okta's filter, a SCIM expression.
	Filter string `mapstructure:"filter"`
	// Q is Okta's q, keywords that all must match.
	Q string `mapstructure:"q"`
	// PageSize is how many events to ask for at a time, 1 to 1000.
	PageSize int `mapstructure:"page_size"`

	// Storage is the component ID of the storage extension that keeps the position. Without one the
	// position lives in memory.
	Storage *component.ID `mapstructure:"storage"`

	// K8sLeaderElector is the component ID of an extension that elects one of several replicas, such as contrib's
	// k8s_leader_elector: only the elected one polls. Without one this receiver always does.
	K8sLeaderElector *component.ID `mapstructure:"k8s_leader_elector"`

	// StartupCheck is what happens when the connection does not work at the start: warn (a line in the
	// log), fail (the collector does not start) or off (nothing is checked).
	StartupCheck string `mapstructure:"startup_check"`

	// PermanentErrors is what becomes of events that the pipeline refuses for good: isolate (each is found and
	// given up alone, after several tries, while others are accepted) or drop (they are given up at once).
	PermanentErrors string `mapstructure:"permanent_errors"`

	// RateLimit is how the receiver shares Okta's rate limit with the org's other clients.
	RateLimit RateLimitConfig `mapstructure:"rate_limit"`
	// Retry is how fast failed requests and refused deliveries are tried again; they never give up.
	Retry configretry.BackOffConfig `mapstructure:"retry"`
	// HTTP is how the org is reached: timeout, tls, proxy_url, headers, auth and more.
	HTTP confighttp.ClientConfig `mapstructure:"http"`

	// EventHook is where an event hook of the org delivers to, which makes events arrive sooner.
	EventHook configoptional.Optional[EventHookConfig] `mapstructure:"event_hook"`

	// Body is what the log record's body is made of: message or original.
	Body string `mapstructure:"body"`
	// IncludeLogRecordOriginal adds the event's JSON text as the attribute log.record.original.
	IncludeLogRecordOriginal bool `mapstructure:"include_log_record_original"`
	// DerivedAttributes adds attributes of what stands inside strings and lists: risk, behaviors, targets by type,
	// threats, the category of the event type and more.
	DerivedAttributes bool `mapstructure:"derived_attributes"`
	// ReplayAttribute marks the records of a replay, which EndAt asks for, with the attribute okta.replay.
	ReplayAttribute bool `mapstructure:"replay_attribute"`
	// ResourceAttributes switches the attributes of the resource on and off.
	ResourceAttributes metadata.ResourceAttributesConfig `mapstructure:"resource_attributes"`

	// emptied are the settings that are set to nothing.
	emptied []string
	// miswritten says what is wrong with the settings as they were written, and meant are the keys that some of them
	// were likely to be.
	miswritten []error
	meant      []string

	// prevent unkeyed literal initialization
	_ struct{}
}

// OAuthConfig is an OAuth 2.0 app of the org: a service app with a private key, or an API service
// integration with a client secret.
type OAuthConfig struct {
	// ClientID is the app's client id.
	ClientID string `mapstructure:"client_id"`

	// PrivateKey is a private key of the app, RSA or EC, PEM, DER, JWK or JWK set, in the shapes that package privatekey
	// reads. Exactly one of PrivateKey, PrivateKeyFile, ClientSecret and ClientSecretFile is set.
	PrivateKey configopaque.String `mapstructure:"private_key"`
	// PrivateKeyFile is a file that holds the private key; it is read again for every access token.
	PrivateKeyFile string `mapstructure:"private_key_file"`
	// KeyID is the kid by which the app knows the key. A JWK's own kid is the default, and another one is refused.
	KeyID string `mapstructure:"key_id"`

	// ClientSecret is a secret of the app.
	ClientSecret configopaque.String `mapstructure:"client_secret"`
	// ClientSecretFile is a file that holds the secret; it is read again for every access token.
	ClientSecretFile string `mapstructure:"client_secret_file"`

	// Scopes are what the access token is asked to allow.
	Scopes []string `mapstructure:"scopes"`
	// DPoP is whether access tokens are bound to a key: auto, required or disabled.
	DPoP string `mapstructure:"dpop"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// RateLimitConfig is how the receiver shares Okta's rate limit with the org's other clients.
type RateLimitConfig struct {
	// Reserve is the share, 0 to below 1, of every rate limit window that is left to them.
	Reserve float64 `mapstructure:"reserve"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func createDefaultConfig() component.Config {
	backOff := configretry.NewDefaultBackOffConfig()
	backOff.InitialInterval = time.Second
	backOff.MaxInterval = time.Minute
	backOff.MaxElapsedTime = 0 // it never gives up

	http := confighttp.NewDefaultClientConfig()
	// Okta ends a query by itself after 30 s, and says so: wait long enough to hear it.
	http.Timeout = time.Minute

	return &Config{
		OAuth: configoptional.Default(OAuthConfig{
			Scopes: []string{scopeLogs},
			DPoP:   string(auth.DPoPAuto),
		}),
		PollInterval:       10 * time.Second,
		StartAt:            poll.StartAtEnd,
		PageSize:           okta.MaxPageSize,
		StartupCheck:       checkWarn,
		PermanentErrors:    permanentIsolate,
		RateLimit:          RateLimitConfig{Reserve: 0.2},
		Retry:              backOff,
		HTTP:               http,
		EventHook:          configoptional.Default(defaultEventHook()),
		Body:               bodyMessage,
		DerivedAttributes:  true,
		ReplayAttribute:    true,
		ResourceAttributes: metadata.DefaultResourceAttributesConfig(),
	}
}

// query is which events of the System Log the configuration asks for.
func (cfg *Config) query() okta.Query {
	return okta.Query{Filter: cfg.Filter, Search: cfg.Q, PageSize: cfg.PageSize}
}

// validateRange checks start_at and end_at.
func (cfg *Config) validateRange() error {
	var errs []error
	startAt, err := poll.ParseStartAt(cfg.StartAt)
	if err != nil && !cfg.isEmptied("start_at") {
		errs = append(errs, err)
	}
	if cfg.EndAt == "" || cfg.isEmptied("end_at") {
		return errors.Join(errs...)
	}
	if _, err := poll.ParseEndAt(cfg.EndAt, startAt); err != nil {
		errs = append(errs, err)
	}
	if cfg.EventHook.HasValue() {
		errs = append(errs, errors.New("end_at is set beside event_hook: leave event_hook out, or end_at, an event hook announces new events and a replay reads old ones"))
	}
	return errors.Join(errs...)
}

// credentials names the credentials that are set; there must be one.
func (cfg *Config) credentials() (set []string) {
	if cfg.APIToken != "" {
		set = append(set, "api_token")
	}
	if cfg.APITokenFile != "" {
		set = append(set, "api_token_file")
	}
	if cfg.OAuth.HasValue() {
		set = append(set, "oauth")
	}
	if cfg.HTTP.Auth.HasValue() {
		set = append(set, "http.auth")
	}
	return set
}

// hookOnly reports whether there is no credential to poll with, so that only the hook brings events.
func (cfg *Config) hookOnly() bool {
	return cfg.EventHook.HasValue() && len(cfg.credentials()) == 0
}
