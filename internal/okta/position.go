// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// logsPath is the path of the System Log API. A position has no other.
const logsPath = "/api/v1/logs"

// Position is a place in the System Log: the query of a request with since, or of a next link byte for byte as Okta
// sent it. It holds no scheme, host or path: those are always those of the org's System Log, so that a position,
// wherever it was stored, can't take the credential anywhere else.
type Position struct {
	rawQuery string
}

// ParsePosition reads what [Position.String] wrote.
func ParsePosition(s string) (Position, error) {
	query, ok := strings.CutPrefix(s, logsPath+"?")
	if !ok || query == "" {
		return Position{}, fmt.Errorf("position does not start with %s?", logsPath)
	}
	if _, err := url.ParseQuery(query); err != nil || strings.ContainsFunc(query, notInQuery) {
		return Position{}, errors.New("position is not a URL query")
	}
	return Position{rawQuery: query}, nil
}

// notInQuery reports whether a character can't be part of a URL's query.
func notInQuery(r rune) bool { return r <= ' ' || r == '#' || r == 0x7f }

// String is path and query, which [ParsePosition] reads; "" for no position.
func (p Position) String() string {
	if p.IsZero() {
		return ""
	}
	return logsPath + "?" + p.rawQuery
}

// IsZero reports whether this is no position at all.
func (p Position) IsZero() bool { return p.rawQuery == "" }

// IsCursor reports whether the position came from a next link rather than from a since.
func (p Position) IsCursor() bool {
	params, err := url.ParseQuery(p.rawQuery)
	return err == nil && params.Has("after")
}

// limit is how many events the position asks for at most; Okta's default of 100 where it names no limit.
func (p Position) limit() int {
	params, err := url.ParseQuery(p.rawQuery)
	if err == nil {
		if n, err := strconv.Atoi(params.Get("limit")); err == nil && n > 0 {
			return n
		}
	}
	return 100
}

// url is the address of the position in an org.
func (p Position) url(org *url.URL) *url.URL {
	return &url.URL{Scheme: org.Scheme, Host: org.Host, Path: logsPath, RawQuery: p.rawQuery}
}

// positionFromLink reads the position from a next link. A link to another scheme, host or path is refused: following
// it would hand the credential to whoever wrote the link.
func positionFromLink(link string, org *url.URL) (Position, error) {
	u, err := url.Parse(link)
	if err != nil {
		return Position{}, errors.New("the next link is not a URL")
	}
	u = org.ResolveReference(u)
	if !wire.SameOrigin(u, org) {
		return Position{}, fmt.Errorf("the next link leads to %s://%s, not to %s://%s: set org_url to the host that okta uses in its links, or have the proxy in between leave them alone",
			wire.Printable(u.Scheme, 40), wire.Printable(u.Host, 255), org.Scheme, org.Host)
	}
	if u.User != nil || u.Path != logsPath {
		return Position{}, fmt.Errorf("the next link leads to %s, not to %s", wire.Printable(u.Path, 255), logsPath)
	}
	return ParsePosition(logsPath + "?" + u.RawQuery)
}
