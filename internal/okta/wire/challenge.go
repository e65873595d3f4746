// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"strings"
)

// Challenge returns error and error_description of the WWW-Authenticate header, with which Okta refuses access tokens
// and DPoP proofs, and whether there is a challenge of the schemes that Okta has for these (Bearer and DPoP). Those of
// others, such as Negotiate, NTLM and Basic of a gateway, count for nothing. Of several challenges the first one that
// names an error counts.
func Challenge(h http.Header) (code, description string, challenged bool) {
	for _, line := range h.Values("WWW-Authenticate") {
		for _, challenge := range challenges(line) {
			if !strings.EqualFold(challenge.scheme, "Bearer") && !strings.EqualFold(challenge.scheme, "DPoP") {
				continue
			}
			if code = Printable(challenge.params["error"], 40); code != "" {
				return code, Printable(challenge.params["error_description"], 500), true
			}
			challenged = true
		}
	}
	return "", "", challenged
}

// challenge is one of a WWW-Authenticate header (RFC 9110, section 11.6.1). The names of its params are in lower case.
type challenge struct {
	scheme string
	params map[string]string
}

// challenges takes one line of the header apart: a proxy may fold several challenges into one. What stands before the =
// of a param is its name, and the scheme of the next challenge where two words stand there, or where there is no =.
func challenges(line string) (all []challenge) {
	for line != "" {
		var param string
		param, line = cut(line, ',')
		param = strings.TrimSpace(param)
		key, value, isParam := strings.Cut(param, "=")
		key = strings.TrimSpace(key)
		scheme, name, begins := strings.Cut(key, " ")
		switch {
		case param == "":
			continue
		case !isParam || begins || len(all) == 0:
			all = append(all, challenge{scheme, map[string]string{}})
			key = strings.TrimSpace(name)
		}
		if key != "" && isParam {
			all[len(all)-1].params[strings.ToLower(key)] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return all
}
