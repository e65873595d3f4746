// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// checkAddress refuses a request to any other scheme, host or port than the org's: credentials go nowhere else.
func checkAddress(req *http.Request, org *url.URL) error {
	if req.URL.Scheme == org.Scheme && req.URL.Host == org.Host {
		return nil
	}
	closeBody(req)
	return &oktaerr.Error{
		Kind: oktaerr.Misdirected, Cause: oktaerr.CauseAddress,
		Err: errors.New("refused to send the credential to a host that is not the org's"),
	}
}

// closeBody closes the body of a request that is not sent, as a RoundTripper must.
func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

func closeIdleConnections(transport http.RoundTripper) {
	if t, ok := transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
