// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
	"github.com/otel-okta/okta-systemlog-receiver/internal/privatekey"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

const (
	// minPollInterval keeps polling below one request a second, 60 in a rate limit window.
	minPollInterval = time.Second

	// Okta's bounds of q (System Log query reference).
	maxKeywords      = 10
	maxKeywordLength = 40

	// maxURL is how long the URL of a request may be, in bytes. Okta names no bound; 8,000 is what each program on the way
	// is asked to accept (RFC 9110, section 4.1), and what common servers do (8 KiB for the line of the request).
	maxURL = 8000
	// roomForPosition is what the next links of Okta add, the parameter after among them, in bytes; they have some tens.
	roomForPosition = 200
)

// publishedFilter matches published used as an attribute of a filter.
var publishedFilter = regexp.MustCompile(`(?i)(^|[\s(])published\s+(eq|ne|co|sw|ew|pr|gt|ge|lt|le)\b`)

// clientID matches what a Client ID consists of (Okta, Apps API: settings of an OAuth client).
var clientID = regexp.MustCompile(`^[A-Za-z0-9$_.+!*'(),-]+$`)

// quotedText matches the string values of a filter.
var quotedText = regexp.MustCompile(`"(\\.|[^"\\])*"`)

// Validate reports everything that is wrong with the configuration at once, each thing in one
// sentence that says what to write instead.
func (cfg *Config) Validate() error {
	return settings.Join(metadata.Type.String(),
		errors.Join(cfg.miswritten...),
		cfg.validateEmptied(),
		cfg.validateOrgURL(),
		cfg.validateCredential(),
		cfg.validateOAuth(),
		cfg.validateTimes(),
		cfg.validateRange(),
		cfg.validateQuery(),
		cfg.validateRateLimit(),
		cfg.validateRetry(),
		cfg.validateHTTP(),
		cfg.validateOutput(),
		cfg.validateStartupCheck(),
		cfg.validatePermanentErrors(),
		cfg.validateEventHook(),
		cfg.validateLeaderElector(),
	)
}

func (cfg *Config) validateLeaderElector() error {
	switch {
	case cfg.K8sLeaderElector == nil:
		return nil
	case cfg.hookOnly() && cfg.lacksCredential():
		return errors.New("k8s_leader_elector is set without a credential: remove it, replicas that only listen for an event hook need no lease, but a storage each")
	case cfg.Storage == nil && !cfg.isEmptied("storage"):
		return errors.New("k8s_leader_elector is set without storage: set storage to an extension whose data all replicas reach, else each of them begins at start_at when it is elected")
	}
	return nil
}

func (cfg *Config) validateCredential() error {
	set := cfg.credentials()
	switch {
	case cfg.hookOnly():
		return nil
	case cfg.lacksCredential():
		return errors.New("no credential is set: set api_token, api_token_file, oauth or http.auth")
	case len(set) > 1:
		return fmt.Errorf("%s are set together: keep one of them", strings.Join(set, " and "))
	case cfg.APIToken != "" && !cfg.isEmptied("api_token"):
		_, err := secret.Token.Read(secret.Place{Setting: "api_token"}, string(cfg.APIToken))
		return err
	}
	return secret.CheckPath("api_token_file", cfg.APITokenFile, "api_token")
}

func (cfg *Config) validateTimes() error {
	var errs []error
	if cfg.PollInterval < minPollInterval {
		errs = append(errs, fmt.Errorf("poll_interval is %s: use %s or more, Okta allows 20 to 120 requests a minute for the whole org", cfg.PollInterval, minPollInterval))
	}
	if cfg.InitialDelay < 0 {
		errs = append(errs, fmt.Errorf("initial_delay is %s: use 0s or more", cfg.InitialDelay))
	}
	return errors.Join(errs...)
}

func (cfg *Config) validateQuery() error {
	var errs []error
	if cfg.PageSize < 1 || cfg.PageSize > okta.MaxPageSize {
		errs = append(errs, fmt.Errorf("page_size is %d: use 1 to %d", cfg.PageSize, okta.MaxPageSize))
	}
	filter, err := settings.Filter("filter", cfg.Filter)
	if publishedFilter.MatchString(quotedText.ReplaceAllString(filter, `""`)) {
		err = errors.New("filter names published, which okta refuses: set start_at instead")
	}
	q, wrong := settings.Keywords("q", cfg.Q)
	meant := okta.Query{Filter: filter, Search: q, PageSize: cfg.PageSize}
	return errors.Join(append(errs, err, wrong, settings.Bounds("q", q, maxKeywords, maxKeywordLength), validateLength(cfg.OrgURL, meant))...)
}

// validateLength refuses what makes a URL that is longer than what is in between accepts: it would answer each request
// with 414, and after the first page, when the position is in it, at the latest.
func validateLength(org string, query okta.Query) error {
	length := len(strings.TrimSpace(org)) + len(query.Since(time.Time{}).String()) + roomForPosition
	if length <= maxURL {
		return nil
	}
	return fmt.Errorf("filter and q make a URL of %d bytes, encoded: make them at least %d bytes shorter, since proxies and servers accept %d, and leave events out behind the receiver, as with a filter processor",
		length, length-maxURL, maxURL)
}

func (cfg *Config) validateRateLimit() error {
	if r := cfg.RateLimit.Reserve; !(r >= 0 && r < 1) {
		return fmt.Errorf("rate_limit.reserve is %g: use a share from 0 to below 1, such as 0.2", r)
	}
	return nil
}

func (cfg *Config) validateHTTP() error {
	var errs []error
	if cfg.HTTP.Endpoint != "" {
		errs = append(errs, errors.New("http.endpoint is set: leave it out and set org_url"))
	}
	if cfg.HTTP.Timeout <= 0 {
		errs = append(errs, fmt.Errorf("http.timeout is %s: use a time above 30s, after which okta ends a query by itself", cfg.HTTP.Timeout))
	}
	settings.Negative(cfg.HTTP, func(key string, value time.Duration) {
		if key != "timeout" { // as above
			errs = append(errs, fmt.Errorf("http.%s is %s: use 0s or more", key, value))
		}
	})
	if cfg.HTTP.Compression.IsCompressed() {
		errs = append(errs, errors.New("http.compression is set: leave it out, okta does not read compressed requests"))
	}
	if cfg.HTTP.ProxyURL != "" && !cfg.isEmptied("http.proxy_url") {
		errs = append(errs, cfg.validateProxy())
	}
	for name := range cfg.HTTP.Headers.Iter {
		switch strings.ToLower(name) {
		case "authorization":
			errs = append(errs, errors.New("http.headers sets Authorization: leave it out and set api_token, api_token_file or oauth"))
		case "dpop":
			errs = append(errs, errors.New("http.headers sets DPoP: leave it out and set oauth.dpop"))
		case "accept-encoding":
			errs = append(errs, errors.New("http.headers sets Accept-Encoding: leave it out, gzip is asked for and unpacked already"))
		}
	}
	return errors.Join(errs...)
}

func (cfg *Config) validateProxy() error {
	if _, err := settings.ProxyURL("http.proxy_url", cfg.HTTP.ProxyURL); err != nil {
		return err
	}
	if org, err := orgurl.Parse(cfg.OrgURL); err == nil && org.Scheme == "http" {
		return errors.New("http.proxy_url is set beside an org_url with http: the credential would go to the proxy in clear text: leave http.proxy_url out")
	}
	return nil
}

func (cfg *Config) validateOutput() error {
	if cfg.Body != bodyMessage && cfg.Body != bodyOriginal {
		return fmt.Errorf("body is %s: use %s or %s", wire.Quote(cfg.Body), bodyMessage, bodyOriginal)
	}
	return nil
}

func (cfg *Config) validateStartupCheck() error {
	switch cfg.StartupCheck {
	case checkWarn, checkFail, checkOff:
		return nil
	default:
		return fmt.Errorf("startup_check is %s: use %s, %s or %s", wire.Quote(cfg.StartupCheck), checkWarn, checkFail, checkOff)
	}
}

func (cfg *Config) validatePermanentErrors() error {
	switch cfg.PermanentErrors {
	case permanentIsolate, permanentDrop:
		return nil
	default:
		return fmt.Errorf("permanent_errors is %s: use %s or %s", wire.Quote(cfg.PermanentErrors), permanentIsolate, permanentDrop)
	}
}

func (cfg *Config) validateOAuth() error {
	if !cfg.OAuth.HasValue() {
		return nil
	}
	o := cfg.OAuth.Get()
	var errs []error
	if !cfg.isEmptied("oauth.client_id") && !clientID.MatchString(o.ClientID) {
		errs = append(errs, errors.New("oauth.client_id is missing or holds what no Client ID does: set it to the Client ID on the app's page General, such as 0oa1b2c3"))
	}
	errs = append(errs, cfg.validateKeyOrSecret(o), o.validateScopes())
	switch auth.DPoP(o.DPoP) {
	case auth.DPoPAuto, auth.DPoPRequired, auth.DPoPDisabled:
	default:
		errs = append(errs, fmt.Errorf("oauth.dpop is %s: use %s, %s or %s", wire.Quote(o.DPoP), auth.DPoPAuto, auth.DPoPRequired, auth.DPoPDisabled))
	}
	return errors.Join(errs...)
}

// validateKeyOrSecret reads a private key that the configuration holds. Files are not read: they may
// come later, or change.
func (cfg *Config) validateKeyOrSecret(o *OAuthConfig) error {
	var set []string
	for _, setting := range []struct{ name, value string }{
		{"oauth.private_key", string(o.PrivateKey)},
		{"oauth.private_key_file", o.PrivateKeyFile},
		{"oauth.client_secret", string(o.ClientSecret)},
		{"oauth.client_secret_file", o.ClientSecretFile},
	} {
		if setting.value != "" {
			set = append(set, setting.name)
		}
	}
	switch {
	case len(set) == 0 && cfg.isEmptied("oauth.private_key", "oauth.private_key_file", "oauth.client_secret", "oauth.client_secret_file"):
		return nil
	case len(set) == 0:
		return errors.New("oauth has no key and no secret: set private_key_file or private_key for a service app, client_secret_file or client_secret for an API service integration")
	case len(set) > 1:
		return fmt.Errorf("%s are set together: keep one of them", strings.Join(set, " and "))
	case o.PrivateKey != "":
		_, err := privatekey.Read(secret.Place{Setting: "oauth.private_key"}, string(o.PrivateKey), o.KeyID)
		if cfg.isEmptied("oauth.private_key") || cfg.isEmptied("oauth.key_id") && errors.Is(err, privatekey.ErrNoID) {
			return nil
		}
		return err
	case o.PrivateKeyFile == "" && o.KeyID != "":
		return errors.New("oauth.key_id is set beside a client secret: leave it out, it belongs to a private key")
	case o.ClientSecret != "" && !cfg.isEmptied("oauth.client_secret"):
		_, err := secret.ClientSecret.Read(secret.Place{Setting: "oauth.client_secret"}, string(o.ClientSecret))
		return err
	}
	return errors.Join(
		secret.CheckPath("oauth.private_key_file", o.PrivateKeyFile, "oauth.private_key"),
		secret.CheckPath("oauth.client_secret_file", o.ClientSecretFile, "oauth.client_secret"),
	)
}

func (o *OAuthConfig) validateScopes() error {
	if len(o.Scopes) == 0 {
		return fmt.Errorf("oauth.scopes is empty: leave it out, or set it to [%s]", scopeLogs)
	}
	for _, scope := range o.Scopes {
		if scope == "" || strings.ContainsAny(scope, " \t\r\n") {
			return fmt.Errorf("oauth.scopes holds %s: use one scope for each item, such as [%s]", wire.Quote(scope), scopeLogs)
		}
	}
	return nil
}

func (cfg *Config) validateOrgURL() error {
	if cfg.isEmptied("org_url") {
		return nil
	}
	_, err := orgurl.Parse(cfg.OrgURL)
	return err
}
