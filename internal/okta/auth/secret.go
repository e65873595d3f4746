// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

// Secret returns a secret for the next use of it: an API token, a client secret or a private key. What is returned is
// concealed from then on ([wire.Conceal], [wire.ConcealPassing]). Its error is an [*oktaerr.Error].
type Secret func() (configopaque.String, error)

// Static is a secret from the configuration, which is valid. What files may have around a secret is left out here as
// well.
func Static(value configopaque.String) Secret {
	value = configopaque.String(secret.Trim(string(value)))
	wire.Conceal(string(value))
	return func() (configopaque.String, error) { return value, nil }
}

// File is an API token or a client secret in a file; setting is the configuration's name for it. The file is read for
// every use: that is cheap beside the request that follows, and a secret that was replaced, in whatever way (Kubernetes
// swaps a symbolic link), is in use at once.
func File(kind secret.Kind, setting, path string) Secret {
	return func() (configopaque.String, error) {
		text, err := kind.ReadFile(secret.Place{Setting: setting, Path: path})
		if err != nil {
			return "", unusable(err)
		}
		wire.ConcealPassing(text)
		return configopaque.String(text), nil
	}
}

// keyFile is the whole content of a file with a private key.
func keyFile(place secret.Place) Secret {
	return func() (configopaque.String, error) {
		text, err := place.ReadFile()
		if err != nil {
			return "", unusable(err)
		}
		wire.ConcealPassing(secret.Trim(text))
		return configopaque.String(text), nil
	}
}

// unusable says that a secret can't be used. A file that is just being replaced is complete a moment later, so the
// failure counts as temporary and is retried like an unavailable server.
func unusable(err error) error {
	return &oktaerr.Error{Kind: oktaerr.Unavailable, Cause: oktaerr.CauseCredentialFile, Err: err}
}
