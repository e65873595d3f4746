// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// Secret returns a secret for the next use of it: an API token, a client secret or a private key. What is returned is
// concealed from then on ([wire.Conceal], [wire.ConcealPassing]). Its error is an [*oktaerr.Error].
type Secret func() (configopaque.String, error)

// Static is a secret from the configuration.
func Static(secret configopaque.String) Secret {
	wire.Conceal(string(secret))
	return func() (configopaque.String, error) { return secret, nil }
}

// TokenFile is an API token or a client secret in a file; setting is the configuration's name for
// it. The file is read for every use: that is cheap beside the request that follows, and a secret that was
// replaced, in whatever way (Kubernetes swaps a symbolic link), is in use at once.
func TokenFile(setting, path string) Secret {
	return func() (configopaque.String, error) {
		text, err := readSecret(setting, path)
		if err != nil {
			return "", err
		}
		if bytes.ContainsAny(text, " \t\r\n") {
			return "", unusable(fmt.Errorf("%s %s holds more than one word: write the secret, and nothing else, into it", setting, path))
		}
		wire.ConcealPassing(string(text))
		return configopaque.String(text), nil
	}
}

// KeyFile is a private key in a file, or another secret that may hold spaces, which is read for every use like that of
// [TokenFile].
func KeyFile(setting, path string) Secret {
	return func() (configopaque.String, error) {
		text, err := readSecret(setting, path)
		wire.ConcealPassing(string(text))
		return configopaque.String(text), err
	}
}

// readSecret reads a file without the white space around its content.
func readSecret(setting, path string) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // the configuration names the file
	if err != nil {
		return nil, unusable(fmt.Errorf("open %s: %w", setting, err))
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxSecretBytes+1))
	switch {
	case err != nil:
		return nil, unusable(fmt.Errorf("read %s: %w", setting, err))
	case len(text) > maxSecretBytes:
		return nil, unusable(fmt.Errorf("%s %s is larger than %d KiB, which no secret is", setting, path, maxSecretBytes>>10))
	}
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return nil, unusable(fmt.Errorf("%s %s is empty: write the secret into it", setting, path))
	}
	return text, nil
}

// unusable says that a secret can't be used. A file that is just being replaced is complete a moment later, so the
// failure counts as temporary and is retried like an unavailable server.
func unusable(err error) error {
	return &oktaerr.Error{Kind: oktaerr.Unavailable, Cause: oktaerr.CauseCredentialFile, Err: err}
}
