// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"strings"
)

// Link returns the target of the first link with the given relation, and whether there is one.
//
// It reads the Link lines as RFC 8288, section 3, defines them: Okta sends one line for each relation, a proxy may
// fold them into one, and the URLs in them may hold commas, semicolons and quotes. Go's packages for link headers
// do not serve: they split at every comma.
func Link(h http.Header, relation string) (string, bool) {
	for _, line := range h.Values("Link") {
		for line != "" {
			var link string
			link, line = cut(line, ',')
			target, params := cut(link, ';')
			target = strings.TrimSpace(target)
			if len(target) < 2 || target[0] != '<' || target[len(target)-1] != '>' {
				continue
			}
			if hasRelation(params, relation) {
				return strings.TrimSpace(target[1 : len(target)-1]), true
			}
		}
	}
	return "", false
}

// hasRelation reports whether one of the parameters is a rel that names the relation.
func hasRelation(params, relation string) bool {
	for params != "" {
		var param string
		param, params = cut(params, ';')
		name, value, _ := strings.Cut(param, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for _, rel := range strings.Fields(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(rel, relation) {
				return true
			}
		}
	}
	return false
}

// cut splits s at the first separator that is neither between < and > nor between quotes.
func cut(s string, separator byte) (before, after string) {
	var quoted, inTarget bool
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"' && !inTarget:
			quoted = !quoted
		case quoted:
		case c == '<':
			inTarget = true
		case c == '>':
			inTarget = false
		case c == separator && !inTarget:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}
