// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// boundedOrder is the order in which Okta writes the parameters of a bounded query's links; others go first.
var boundedOrder = []string{"q", "sortOrder", "limit", "until", "after", "since"}

// setLinks writes the self link, and the next link when there is a next page. Links repeat every parameter, encoded
// anew.
func (o *Org) setLinks(h http.Header, r *http.Request, q *query, p page) {
	base := api.Origin(r) + api.LogsPath
	links := []string{link(base, q.parameters, "self")}
	if p.hasNext {
		links = append(links, link(base, q.next(p.cursor), "next"))
	}
	if o.opts.FoldLinks {
		links = []string{strings.Join(links, ", ")}
	}
	h["Link"] = links
}

// next returns the parameters of the next page.
func (q *query) next(cursor string) []parameter {
	parameters := slices.DeleteFunc(slices.Clone(q.parameters), func(p parameter) bool {
		return p.name == "after" || q.bounded && p.name == "until"
	})
	if q.bounded {
		// Okta pins the end of a bounded query, so that pages asked for later stay within it.
		parameters = append(parameters, parameter{"until", q.until.UTC().Format(logevent.TimeLayout)})
	}
	if cursor != "" {
		parameters = append(parameters, parameter{"after", cursor})
	}
	if q.bounded {
		slices.SortStableFunc(parameters, func(a, b parameter) int {
			return slices.Index(boundedOrder, a.name) - slices.Index(boundedOrder, b.name)
		})
	}
	return parameters
}

func link(base string, parameters []parameter, relation string) string {
	var b strings.Builder
	b.WriteString("<" + base)
	separator := byte('?')
	for _, p := range parameters {
		b.WriteByte(separator)
		b.WriteString(url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value))
		separator = '&'
	}
	b.WriteString(">; rel=\"" + relation + "\"")
	return b.String()
}
