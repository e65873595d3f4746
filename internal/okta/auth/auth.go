// SPDX-License-Identifier: Apache-2.0

// Package auth adds Okta credentials to requests, as an [http.RoundTripper] around the transport
// that reaches the org, so that the client above it does not know which kind is in use.
package auth // import "github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"go.opentelemetry.io/collector/config/configopaque"
)

// TokenSource returns the API token to use for the next request.
type TokenSource func() (configopaque.String, error)

// StaticToken is a token from the configuration.
func StaticToken(token configopaque.String) TokenSource {
	return func() (configopaque.String, error) { return token, nil }
}

// TokenFile is a token in a file. It is read for every request: that is cheap beside the request,
// and a token that was replaced, by whatever way, is in use at once.
func TokenFile(path string) TokenSource {
	return func() (configopaque.String, error) {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("read api_token_file: %w", err)
		}
		token := bytes.TrimSpace(text)
		if len(token) == 0 {
			return "", fmt.Errorf("api_token_file %s is empty: write the API token into it", path)
		}
		if bytes.ContainsAny(token, " \t\r\n") {
			return "", fmt.Errorf("api_token_file %s holds more than a token: write the API token, and nothing else, into it", path)
		}
		return configopaque.String(token), nil
	}
}

// SSWS returns a transport that sends Okta API tokens (Okta's own scheme, SSWS) to the org, and
// sends nothing at all anywhere else.
func SSWS(org *url.URL, token TokenSource, next http.RoundTripper) http.RoundTripper {
	return &ssws{org: org, token: token, next: next}
}

type ssws struct {
	org   *url.URL
	token TokenSource
	next  http.RoundTripper
}

// RoundTrip sends a copy of the request, with the credential, on its way.
func (s *ssws) RoundTrip(req *http.Request) (*http.Response, error) {
	// The credential goes to the org's own scheme, host and port only.
	if req.URL.Scheme != s.org.Scheme || req.URL.Host != s.org.Host {
		return nil, errors.New("refused to send the API token to a host that is not the org's")
	}
	token, err := s.token()
	if err != nil {
		return nil, err
	}
	signed := req.Clone(req.Context())
	signed.Header.Set("Authorization", "SSWS "+string(token))
	return s.next.RoundTrip(signed)
}

// CloseIdleConnections lets [http.Client.CloseIdleConnections] reach the transport below.
func (s *ssws) CloseIdleConnections() {
	if next, ok := s.next.(interface{ CloseIdleConnections() }); ok {
		next.CloseIdleConnections()
	}
}
