// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"strings"
)

// Challenge returns error and error_description of the WWW-Authenticate header, with which Okta refuses access tokens
// and DPoP proofs, and whether there is such a header at all. Of several challenges the first one that names an
// error counts.
func Challenge(h http.Header) (code, description string, challenged bool) {
	for _, challenge := range h.Values("WWW-Authenticate") {
		if code = Printable(challengeParam(challenge, "error"), 40); code != "" {
			return code, Printable(challengeParam(challenge, "error_description"), 500), true
		}
		challenged = challenged || challenge != ""
	}
	return "", "", challenged
}

// challengeParam reads one parameter of a WWW-Authenticate challenge (RFC 9110, section 11.6.1).
func challengeParam(challenge, name string) string {
	_, params, _ := strings.Cut(strings.TrimSpace(challenge), " ")
	for params != "" {
		var param string
		param, params = cut(params, ',')
		key, value, _ := strings.Cut(param, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}
