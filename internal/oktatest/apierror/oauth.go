// SPDX-License-Identifier: Apache-2.0

package apierror

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

// Challenge is the answer to an OAuth problem on a resource: the cause is in WWW-Authenticate and the body is empty
// (seen on real orgs). scheme is Bearer or DPoP. The http in the quoted URLs is Okta's.
func Challenge(status int, scheme, code, description string, r *http.Request) *Error {
	algorithms := ""
	if strings.EqualFold(scheme, "DPoP") {
		algorithms = `algs="RS256 RS384 RS512 ES256 ES384 ES512", `
	}
	challenge := fmt.Sprintf(
		`%s %sauthorization_uri="http://%s/oauth2/v1/authorize", realm="http://%s", scope=%q, error=%q, error_description=%q, resource=%q`,
		scheme, algorithms, r.Host, r.Host, api.NeededScope(r), code, description, r.URL.Path)
	return &Error{Status: status, NoBody: true, Header: http.Header{"Www-Authenticate": {challenge}}}
}

// OAuthBody is the JSON error object of the token endpoint (RFC 6749 §5.2).
func OAuthBody(code, description string) []byte {
	raw, err := json.Marshal(struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}{code, description})
	if err != nil { // strings always marshal
		panic(err)
	}
	return raw
}
