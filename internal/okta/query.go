// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strconv"
	"time"
)

const (
	// MaxPageSize is the largest limit that the System Log API accepts.
	MaxPageSize = 1000
	// Retention is how long Okta keeps events. A since that is further back finds no more of them, and one that is
	// more than 180 days back is refused.
	Retention = 90 * 24 * time.Hour

	sinceLayout = "2006-01-02T15:04:05.000Z"
)

// Query is which events of the System Log are wanted.
type Query struct {
	// Filter is Okta's filter, a SCIM expression.
	Filter string
	// Search is Okta's q, keywords that all must match.
	Search string
	// PageSize is Okta's limit, 1 to [MaxPageSize] events.
	PageSize int
	// Until makes this a bounded query, for the events that were published before it: a replay. It is zero to follow the
	// log.
	Until time.Time `json:",omitzero"`
}

// IsBounded reports whether the query has an end.
func (q Query) IsBounded() bool { return !q.Until.IsZero() }

// Since is the position before all events that were persisted at t or later. It has no until, unless the query has:
// a bounded query goes by the published time, and misses events that Okta persists later than it asks.
func (q Query) Since(t time.Time) Position { return q.ordered(t, "ASCENDING") }

// Backwards is a request for the newest events of a bounded query that were published at t or later, the newest first:
// as many as a page can hold.
func (q Query) Backwards(t time.Time) Position {
	q.PageSize = MaxPageSize
	return q.ordered(t, "DESCENDING")
}

// ordered is the request for the events of the query since t in an order.
func (q Query) ordered(t time.Time, order string) Position {
	params := url.Values{
		"since":     {t.UTC().Format(sinceLayout)},
		"limit":     {strconv.Itoa(q.PageSize)},
		"sortOrder": {order},
	}
	if q.Filter != "" {
		params.Set("filter", q.Filter)
	}
	if q.Search != "" {
		params.Set("q", q.Search)
	}
	if q.IsBounded() {
		params.Set("until", q.Until.UTC().Format(sinceLayout))
	}
	return Position{rawQuery: params.Encode()}
}

// Ping is a request that shows whether the log can be read. It asks for one event of the last 7 days at most. It
// names no time, so that a wrong local clock does not matter.
func Ping() Position { return Position{rawQuery: "limit=1"} }

// Newest is a request for the newest event that Okta keeps; now is the time on Okta's clock. It is a bounded query,
// which may miss events: it serves to show the newest event and never to follow the log.
func Newest(now time.Time) Position {
	return Position{rawQuery: url.Values{
		"since": {now.Add(-Retention).UTC().Format(sinceLayout)},
		// Okta's Date has no fractions of a second.
		"until":     {now.Add(time.Second).UTC().Format(sinceLayout)},
		"limit":     {"1"},
		"sortOrder": {"DESCENDING"},
	}.Encode()}
}

// Fingerprint is the same for equal queries. Next links hold filter, q and limit, so a position can be used only with
// the query that it came from.
func (q Query) Fingerprint() string {
	// Marshalling a struct of strings and an int can't fail.
	text, _ := json.Marshal(q)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
