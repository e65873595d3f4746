// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"net/http"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// isOktas reports whether an answer bears a mark of Okta's: a request id, an error object, or the challenge of an OAuth
// error. Each of Okta's own servers sends the first; what stands in front of them may strip headers.
func (e *Error) isOktas(resp *http.Response) bool {
	_, _, challenged := wire.Challenge(resp.Header)
	return e.RequestID != "" || e.Code != "" || challenged
}

// blameStranger puts the blame of a refusal on what has answered in Okta's place, where that was not Okta: neither the
// credential nor its role nor org_url is known to be wrong. Such a refusal may pass by itself.
func (e *Error) blameStranger(resp *http.Response) {
	switch {
	case e.isOktas(resp) || e.Kind == RateLimited:
	case e.Status == http.StatusProxyAuthRequired:
		e.Kind, e.Cause = Unavailable, CauseProxy
	case e.Status/100 == 4 && e.Status != http.StatusRequestTimeout, e.Status == http.StatusNetworkAuthenticationRequired:
		e.Kind, e.Cause = Unavailable, CauseNotOkta
	}
}

// isJSON reports whether an answer says that it is JSON.
func isJSON(resp *http.Response) bool {
	return strings.Contains(resp.Header.Get("Content-Type"), "json")
}
