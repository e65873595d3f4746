// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/filter"
)

const (
	defaultLimit = 100
	maxLimit     = 1000
	defaultReach = 7 * 24 * time.Hour // how far before `until` a query without `since` begins
)

// parameter is one query parameter, decoded.
type parameter struct{ name, value string }

// query is a request to the System Log, understood.
type query struct {
	parameters  []parameter
	bounded     bool
	descending  bool
	since       time.Time
	until       time.Time // of a bounded query
	after       string
	limit       int
	matches     filter.Matcher // nil when there is neither filter nor q
	terms       string         // filter and q as sent
	seesNothing bool           // whoever asks may read no event
}

// get returns the first value of a parameter; absent and empty are the same to Okta.
func (q *query) get(name string) string {
	for _, p := range q.parameters {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// parseQuery reads the request's parameters (Okta, System Log query reference).
func (o *Org) parseQuery(r *http.Request, now time.Time) (*query, *apierror.Error) {
	parameters, err := splitParameters(r.URL.RawQuery)
	if err != nil {
		return nil, apierror.New(http.StatusBadRequest, "E0000020")
	}
	q := &query{parameters: parameters}
	q.after = q.get("after")
	for _, read := range []func(*query, time.Time) *apierror.Error{readOrder, o.readTimes, readLimit, readTerms} {
		if refused := read(q, now); refused != nil {
			return nil, refused
		}
	}
	return q, nil
}

// splitParameters keeps the order, which links repeat.
func splitParameters(raw string) ([]parameter, error) {
	var parameters []parameter
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name, errName := url.QueryUnescape(name)
		value, errValue := url.QueryUnescape(value)
		if errName != nil {
			return nil, errName
		}
		if errValue != nil {
			return nil, errValue
		}
		parameters = append(parameters, parameter{name, value})
	}
	return parameters, nil
}

// readOrder decides which of the two kinds of query this is: without `until` and ascending it polls, otherwise it is
// bounded.
func readOrder(q *query, _ time.Time) *apierror.Error {
	switch order := q.get("sortOrder"); order {
	case "", "ASCENDING":
	case "DESCENDING":
		q.descending = true
	default:
		return apierror.Validation("sortOrder", "must be ASCENDING or DESCENDING.")
	}
	q.bounded = q.descending || q.get("until") != ""
	return nil
}

func (o *Org) readTimes(q *query, now time.Time) *apierror.Error {
	q.until = now
	if raw := q.get("until"); raw != "" {
		until, refused := date("until", raw)
		if refused != nil {
			return refused
		}
		q.until = until
	}
	q.since = q.until.Add(-defaultReach)
	raw := q.get("since")
	if raw == "" {
		return nil
	}
	since, refused := date("since", raw)
	if refused != nil {
		return refused
	}
	q.since = since
	// Okta does not say whether a link that carries `after` is held to this as well. Here it is not.
	if q.after == "" && o.opts.MaxSince >= 0 && now.Sub(since) > o.opts.MaxSince {
		return apierror.Invalid("E0000053", "Invalid parameter: The %s parameter is over 180 days prior to the current day.", "since")
	}
	return nil
}

func date(name, raw string) (time.Time, *apierror.Error) {
	t, err := time.Parse(time.RFC3339, raw)
	if err != nil {
		return t, apierror.Validation(name,
			"The date format in your query is not recognized. Please enter dates using ISO8601 string format.",
			"must be a valid date-time or empty.")
	}
	return t, nil
}

func readLimit(q *query, _ time.Time) *apierror.Error {
	q.limit = defaultLimit
	raw := q.get("limit")
	if raw == "" {
		return nil
	}
	limit, err := strconv.Atoi(raw)
	if err != nil {
		return apierror.Validation("limit", "must be a number.")
	}
	if limit < 1 || limit > maxLimit {
		return apierror.Validation("limit", "must be between 1 and 1000.")
	}
	q.limit = limit
	return nil
}

func readTerms(q *query, _ time.Time) (refused *apierror.Error) {
	q.terms = q.get("filter") + "\x00" + q.get("q")
	q.matches, refused = filter.Compile(q.get("filter"), q.get("q"))
	return refused
}
