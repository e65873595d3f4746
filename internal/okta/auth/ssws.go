// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"net/http"
	"net/url"
)

// SSWS returns a transport that sends Okta API tokens (Okta's own scheme, SSWS) to the org, and
// sends nothing at all anywhere else.
func SSWS(org *url.URL, token Secret, next http.RoundTripper) http.RoundTripper {
	return &static{org: org, scheme: "SSWS", token: token, next: next}
}

// Bearer returns a transport that sends access tokens that somebody else has got, in the way of [SSWS].
func Bearer(org *url.URL, token Secret, next http.RoundTripper) http.RoundTripper {
	return &static{org: org, scheme: bearer, token: token, next: next}
}

// static sends a credential as it is.
type static struct {
	org    *url.URL
	scheme string
	token  Secret
	next   http.RoundTripper
}

// RoundTrip sends a copy of the request with the credential.
func (s *static) RoundTrip(req *http.Request) (*http.Response, error) {
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
	signed.Header.Set("Authorization", s.scheme+" "+string(token))
	return s.next.RoundTrip(signed)
}

// CloseIdleConnections lets [http.Client.CloseIdleConnections] reach the transport below.
func (s *static) CloseIdleConnections() { closeIdleConnections(s.next) }
