// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"errors"
	"net/url"
	"strings"
)

// Target is where a link leads, byte for byte: what a query may hold is Okta's business, and not that of a URL
// parser.
type Target struct {
	// Origin is scheme, host and port as the link writes them, "" where it names none.
	Origin string
	// Path and Query are what a request for the link asks for. Neither can end a line of a request.
	Path, Query string
}

// ErrTarget says that a text is not the target of a link.
var ErrTarget = errors.New("the link is not a URL")

// ParseTarget takes the target of a link apart. A fragment is left out. A link that names a user is refused:
// none of Okta's does.
func ParseTarget(link string) (Target, error) {
	var t Target
	link, _, _ = strings.Cut(link, "#")
	if strings.ContainsFunc(link, notInTarget) {
		return t, ErrTarget
	}
	rest := link
	if scheme, behind, absolute := strings.Cut(link, "://"); absolute && isScheme(scheme) {
		end := len(behind)
		if i := strings.IndexAny(behind, "/?"); i >= 0 {
			end = i
		}
		t.Origin, rest = strings.ToLower(scheme)+"://"+behind[:end], behind[end:]
	} else if behind, network := strings.CutPrefix(link, "//"); network {
		end := len(behind)
		if i := strings.IndexAny(behind, "/?"); i >= 0 {
			end = i
		}
		t.Origin, rest = "//"+behind[:end], behind[end:]
	}
	if strings.Contains(t.Origin, "@") {
		return Target{}, ErrTarget
	}
	t.Path, t.Query, _ = strings.Cut(rest, "?")
	return t, nil
}

// SameOrigin reports whether the link leads to the org, or names no host of its own.
func (t Target) SameOrigin(org *url.URL) bool {
	if t.Origin == "" {
		return true
	}
	u, err := org.Parse(t.Origin)
	return err == nil && SameOrigin(u, org)
}

// notInTarget reports whether a character would end the target of a request, or its line.
func notInTarget(r rune) bool { return r <= ' ' || r == 0x7f }

func isScheme(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '+' && r != '-' && r != '.'
	})
}
