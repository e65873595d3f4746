// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"net/http"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

// Lagging answers a polling request with an empty page whose next link leads back to it, as if what was persisted since
// could not be read yet: the next request finds it. Requests for a span that ends, and those to other APIs, do not meet
// it.
func Lagging() Fault {
	lagging := onBody("lagging", "identity", func(w http.ResponseWriter, r *http.Request, caught *recorded) {
		if caught.status == http.StatusOK {
			changeNext(w.Header(), func(string) string { return "<" + api.Origin(r) + r.URL.RequestURI() + `>; rel="next"` })
			caught.body = []byte("[]")
		}
		api.Send(w, caught.status, caught.body)
	})
	lagging.Meets = func(r *http.Request) bool { return r.URL.Path == api.LogsPath && !r.URL.Query().Has("until") }
	return lagging
}

// ExpiredCredential refuses the credential of a request, as Okta refuses an API token or an access token that has
// expired.
func ExpiredCredential() Fault {
	return Fault{Name: "expired credential", Serve: func(w http.ResponseWriter, r *http.Request, answer http.Handler) {
		scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		met := Status(http.StatusUnauthorized, OktaError("E0000011", ""))
		if !strings.EqualFold(scheme, "SSWS") {
			met = WWWAuthenticate(http.StatusUnauthorized, scheme, "invalid_token", "The token has expired.")
		}
		met.Serve(w, r, answer)
	}}
}
