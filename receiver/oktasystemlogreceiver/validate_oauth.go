// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"errors"
	"fmt"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
)

func (cfg *Config) validateOAuth() error {
	if !cfg.OAuth.HasValue() {
		return nil
	}
	o := cfg.OAuth.Get()
	var errs []error
	if !cfg.isEmptied("oauth.client_id") && (o.ClientID == "" || strings.ContainsAny(o.ClientID, " \t\r\n")) {
		errs = append(errs, errors.New("oauth.client_id is missing or holds white space: set it to the Client ID on the app's page General, such as 0oa1b2c3"))
	}
	errs = append(errs, cfg.validateKeyOrSecret(o), o.validateScopes())
	switch auth.DPoP(o.DPoP) {
	case auth.DPoPAuto, auth.DPoPRequired, auth.DPoPDisabled:
	default:
		errs = append(errs, fmt.Errorf("oauth.dpop is %q: use %s, %s or %s", o.DPoP, auth.DPoPAuto, auth.DPoPRequired, auth.DPoPDisabled))
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
		if err := auth.CheckPrivateKey(string(o.PrivateKey), o.KeyID); err != nil {
			return fmt.Errorf("oauth.private_key: %w", err)
		}
	case o.PrivateKeyFile == "" && o.KeyID != "":
		return errors.New("oauth.key_id is set beside a client secret: leave it out, it belongs to a private key")
	case strings.ContainsAny(string(o.ClientSecret), " \t\r\n"):
		return errors.New("oauth.client_secret holds white space: set it to the secret alone")
	}
	return nil
}

func (o *OAuthConfig) validateScopes() error {
	if len(o.Scopes) == 0 {
		return fmt.Errorf("oauth.scopes is empty: leave it out, or set it to [%s]", scopeLogs)
	}
	for _, scope := range o.Scopes {
		if scope == "" || strings.ContainsAny(scope, " \t\r\n") {
			return fmt.Errorf("oauth.scopes holds %q: use one scope for each item, such as [%s]", scope, scopeLogs)
		}
	}
	return nil
}
