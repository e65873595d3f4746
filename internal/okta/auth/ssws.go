// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"net/http"
	"net/url"
)

// SSWS returns a transport that sends Okta API tokens (Okta's own scheme, SSWS) to the org, and
// sends nothing at all anywhere else.
func SSWS(org *url.URL, token Secret, next http.RoundTripper) http.RoundTripper {
	return &ssws{org: org, token: token, next: next}
}

type ssws struct {
	org   *url.URL
	token Secret
	next  http.RoundTripper
}

// RoundTrip sends a copy of the request with the credential.
func (s *ssws) RoundTrip(req *http.Request) (*http.Response, error) {
	// The credential goes to the org's own scheme, host and port only.
	if err := checkAddress(req, s.org); err != nil {
		return nil, err
	}
	token, err := s.token()
	if err != nil {
		closeBody(req)
		return nil, err
	}
	signed := req.Clone(req.Context())
	signed.Header.Set("Authorization", "SSWS "+string(token))
	return s.next.RoundTrip(signed)
}

// CloseIdleConnections lets [http.Client.CloseIdleConnections] reach the transport below.
func (s *ssws) CloseIdleConnections() { closeIdleConnections(s.next) }
