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

// Position is a place in the System Log: the path and query of a since request or of a next link,
// as Okta sent it, byte for byte. It holds no scheme and no host: those are always the org's, so that a
// position, wherever it was kept, can't lead the credential anywhere else.
type Position struct {
	rawQuery string
}

// ParsePosition reads what [Position.String] wrote.
func ParsePosition(s string) (Position, error) {
	target, err := wire.ParseTarget(s)
	if err != nil || target.Origin != "" || strings.Contains(s, "#") {
		return Position{}, errors.New("position is not a path and a query")
	}
	return positionOf(target)
}

// positionOf is the position that a link to the System Log leads to.
func positionOf(target wire.Target) (Position, error) {
	if target.Path != logsPath || target.Query == "" {
		return Position{}, fmt.Errorf("position does not start with %s?", logsPath)
	}
	return Position{rawQuery: target.Query}, nil
}

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
	_, found := p.param("after")
	return found
}

// limit is how many events the position asks for at most; Okta's default of 100 where it names no limit.
func (p Position) limit() int {
	if text, found := p.param("limit"); found {
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			return min(n, MaxPageSize) // whatever a link says
		}
	}
	return 100
}

// isPolling reports whether events are read from here on and on: then Okta always answers with a next link
// (Okta, System Log query reference). [Ping] and [Newest] are no such requests.
func (p Position) isPolling() bool {
	_, since := p.param("since")
	until, _ := p.param("until")
	return (since || p.IsCursor()) && until == ""
}

// isBounded reports whether the pages from here on have an end, as those of a query with until. [Newest] asks for one
// page.
func (p Position) isBounded() bool {
	until, _ := p.param("until")
	order, _ := p.param("sortOrder")
	return until != "" && order != "DESCENDING"
}

// param is the value of a parameter, as it stands in the query. Names and values that matter here are never
// escaped; the others may hold whatever Okta puts there, which need not be what net/url takes for a query.
func (p Position) param(name string) (value string, found bool) {
	for param := range strings.SplitSeq(p.rawQuery, "&") {
		if key, value, _ := strings.Cut(param, "="); key == name {
			return value, true
		}
	}
	return "", false
}

// url is the position at an org.
func (p Position) url(org *url.URL) *url.URL {
	return &url.URL{Scheme: org.Scheme, Host: org.Host, Path: logsPath, RawQuery: p.rawQuery}
}

// positionFromLink takes the position out of a next link. Of the link only path and query are used: one that names
// another host, as behind a gateway or a custom domain, is followed at the org, and that host is returned. Another
// path is refused: there are no events.
func positionFromLink(link string, org *url.URL) (at Position, otherHost string, err error) {
	target, err := wire.ParseTarget(link)
	if err != nil {
		return Position{}, "", fmt.Errorf("next link: %w", err)
	}
	if at, err = positionOf(target); err != nil {
		return Position{}, "", fmt.Errorf("the next link leads to %s, not to %s?", wire.Printable(target.Path, 255), logsPath)
	}
	if !target.SameOrigin(org) {
		otherHost = wire.Printable(target.Origin, 255)
	}
	return at, otherHost, nil
}
