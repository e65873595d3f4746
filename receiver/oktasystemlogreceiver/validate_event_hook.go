// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/config/confignet"
	"golang.org/x/net/http/httpguts"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

// Okta's bounds of an event hook (Okta, Event Hooks API; event hooks: limits).
const (
	maxHookURL   = 1024
	maxHookName  = 255
	maxHookTypes = 300
)

// reservedHeaders are headers that every request has for another purpose.
var reservedHeaders = []string{"accept", "connection", "content-length", "content-type", "host", "transfer-encoding", "user-agent", "x-okta-verification-challenge"}

func (cfg *Config) validateEventHook() error {
	if !cfg.EventHook.HasValue() {
		return nil
	}
	hook := cfg.EventHook.Get()
	var errs []error
	switch address := hook.NetAddr.Endpoint; {
	case cfg.isEmptied("event_hook.endpoint"):
	case address == "":
		errs = append(errs, errors.New("event_hook.endpoint is missing: set it to the address to listen on, such as 0.0.0.0:8088"))
	case !isHostPort(address) && hook.NetAddr.Transport == confignet.TransportTypeTCP:
		errs = append(errs, fmt.Errorf("event_hook.endpoint is %s, which is no address with a port: set it to one such as 0.0.0.0:8088", wire.Quote(address)))
	}
	if !strings.HasPrefix(hook.Path, "/") || strings.ContainsAny(hook.Path, "?# ") {
		errs = append(errs, fmt.Errorf("event_hook.path is %s: use a path such as /okta/hook", wire.Quote(hook.Path)))
	}
	if !httpguts.ValidHeaderFieldName(hook.Header) || slices.Contains(reservedHeaders, strings.ToLower(hook.Header)) {
		errs = append(errs, fmt.Errorf("event_hook.header is %s: leave it out, or use a header of its own such as X-Okta-Hook", wire.Quote(hook.Header)))
	}
	if hook.MaxRequestBodySize <= 0 {
		errs = append(errs, fmt.Errorf("event_hook.max_request_body_size is %d, which no delivery fits into: use some MiB, or leave it out", hook.MaxRequestBodySize))
	}
	errs = append(errs, cfg.validateHookSecret(hook))
	if hook.ConfirmWithin < cfg.PollInterval {
		errs = append(errs, fmt.Errorf("event_hook.confirm_within is %s: use poll_interval (%s) or more", hook.ConfirmWithin, cfg.PollInterval))
	}
	return errors.Join(append(errs, cfg.validateRegister(hook))...)
}

// minHookSecret is how many bytes the secret of an event hook has at least: it is all that tells Okta from others.
const minHookSecret = 16

func errShortHookSecret(setting string, length int) error {
	return fmt.Errorf("%s has %d bytes, which can be guessed: use %d or more, such as those that openssl rand -hex 32 prints, and set the hook's authentication field to the same",
		setting, length, minHookSecret)
}

func (cfg *Config) validateHookSecret(hook *EventHookConfig) error {
	value := string(hook.Secret)
	switch {
	case value == "" && hook.SecretFile == "" && cfg.isEmptied("event_hook.secret", "event_hook.secret_file"):
		return nil
	case value == "" && hook.SecretFile == "":
		return errors.New("event_hook has no secret: set secret_file or secret to the value of the hook's authentication field, long and random")
	case value != "" && hook.SecretFile != "":
		return errors.New("event_hook.secret and event_hook.secret_file are set together: keep one of them")
	case value == "":
		return secret.CheckPath("event_hook.secret_file", hook.SecretFile, "event_hook.secret")
	case cfg.isEmptied("event_hook.secret"):
		return nil
	}
	value, err := secret.HeaderValue.Read(secret.Place{Setting: "event_hook.secret"}, value)
	if err == nil && len(value) < minHookSecret {
		err = errShortHookSecret("event_hook.secret", len(value))
	}
	return err
}

func (cfg *Config) validateRegister(hook *EventHookConfig) error {
	if !hook.Register.HasValue() {
		return nil
	}
	register := hook.Register.Get()
	var errs []error
	if cfg.lacksCredential() {
		errs = append(errs, errors.New("event_hook.register is set and no credential is: set oauth or api_token, or create the hook in the Admin Console"))
	}
	if cfg.OAuth.HasValue() && !slices.Contains(cfg.OAuth.Get().Scopes, scopeHooksManage) {
		errs = append(errs, fmt.Errorf("event_hook.register takes more than oauth.scopes has: grant the app %s and %s, and set oauth.scopes to [%s, %s, %s]",
			scopeHooksRead, scopeHooksManage, scopeLogs, scopeHooksRead, scopeHooksManage))
	}
	if !cfg.isEmptied("event_hook.register.public_url") && !isPublicURL(register.PublicURL) {
		errs = append(errs, errors.New("event_hook.register.public_url is no https address: set it to where okta reaches the hook, such as https://otel.example.com/okta/hook"))
	}
	if n := utf8.RuneCountInString(register.Name); n == 0 || n > maxHookName {
		errs = append(errs, fmt.Errorf("event_hook.register.name has %d characters: use 1 to %d", n, maxHookName))
	}
	if n := len(register.EventTypes); n == 0 || n > maxHookTypes {
		errs = append(errs, fmt.Errorf("event_hook.register.event_types has %d types: use 1 to %d, or leave it out", n, maxHookTypes))
	}
	return errors.Join(errs...)
}

func isHostPort(address string) bool {
	_, _, err := net.SplitHostPort(address)
	return err == nil
}

// isPublicURL reports whether Okta takes an address as that of an event hook.
func isPublicURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Hostname() != "" && len(text) <= maxHookURL &&
		(u.Scheme == "https" || u.Scheme == "http" && orgurl.IsLoopback(u.Hostname()))
}
