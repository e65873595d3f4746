// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

func TestBoundedPagesEnd(t *testing.T) {
	for name, tc := range map[string]struct {
		events int
		opts   oktatest.Options
		pages  []int
	}{
		"a short last page": {25, oktatest.Options{}, []int{10, 10, 5}},
		"a full last page":  {20, oktatest.Options{FoldLinks: true}, []int{10, 10}},
		"short pages":       {9, oktatest.Options{MaxPage: 4}, []int{4, 4, 1}},
		"no event":          {0, oktatest.Options{}, []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			org := orgWith(tc.events, tc.opts)
			client := clientOf(org)
			query := Query{PageSize: 10, Until: org.Now()}
			at := query.Since(twoHoursAgo(org))
			for i, want := range tc.pages {
				page, err := client.Page(t.Context(), at)
				require.NoError(t, err)
				assert.Len(t, page.Events, want)
				assert.Equal(t, i == len(tc.pages)-1, page.Last)
				assert.Equal(t, i < len(tc.pages)-1, page.Full)
				at = page.Next
			}
			for _, r := range org.Requests() {
				assert.Contains(t, r.URL, "until=")
			}
		})
	}
}

func TestEndOfABoundedQuery(t *testing.T) {
	const at = "/api/v1/logs?limit=2&since=2026-11-20T00%3A00%3A00.000Z&sortOrder=ASCENDING&until=2026-11-21T00%3A00%3A00.000Z"
	self := "<https://acme.okta.com" + at + `>; rel="self"`
	next := func(query string) string { return "<https://acme.okta.com/api/v1/logs?" + query + `>; rel="next"` }
	for name, tc := range map[string]struct {
		links []string
		body  string
		last  bool
		full  bool
		says  string
	}{
		"self alone":               {[]string{self}, `[{}]`, true, false, ""},
		"self alone, a full page":  {[]string{self}, `[{},{}]`, true, false, ""},
		"self alone, without any":  {[]string{self}, `[]`, true, false, ""},
		"next":                     {[]string{self, next("until=2026-11-21T00%3A00%3A00.000Z&after=349996bd")}, `[{}]`, false, true, ""},
		"next without events":      {[]string{self, next("until=2026-11-21T00%3A00%3A00.000Z&after=349996bd")}, `[]`, false, false, ""},
		"next without self":        {[]string{next("until=x&after=349996bd")}, `[{}]`, false, true, ""},
		"no link":                  {nil, `[{}]`, false, false, "neither a next link nor a self link"},
		"no link, and no event":    {nil, `[]`, false, false, "neither a next link nor a self link"},
		"another link alone":       {[]string{`<https://proxy.example>; rel="preconnect"`}, `[]`, false, false, "neither a next link nor a self link"},
		"next to itself":           {[]string{self, next(at[len("/api/v1/logs?"):])}, `[{}]`, false, false, "leads back to the page"},
		"next without until":       {[]string{self, next("after=349996bd&limit=2")}, `[{}]`, false, false, "has lost the until"},
		"next with an empty until": {[]string{self, next("after=349996bd&until=")}, `[{}]`, false, false, "has lost the until"},
		"next in another order":    {[]string{self, next("after=349996bd&until=x&sortOrder=DESCENDING")}, `[{}]`, false, false, "has lost the until"},
		"next to another path":     {[]string{self, "<https://acme.okta.com/api/v1/users>; rel=next"}, `[{}]`, false, false, "leads to /api/v1/users"},
	} {
		t.Run(name, func(t *testing.T) {
			from, err := ParsePosition(at)
			require.NoError(t, err)
			client := answering(func(w http.ResponseWriter) {
				w.Header()["Link"] = tc.links
				_, _ = w.Write([]byte(tc.body))
			})
			page, err := client.Page(t.Context(), from)
			if tc.says != "" {
				var e *oktaerr.Error
				require.ErrorAs(t, err, &e)
				require.ErrorContains(t, err, tc.says)
				assert.Equal(t, oktaerr.CauseNextLink, e.Cause)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.last, page.Last)
			assert.Equal(t, tc.full, page.Full)
		})
	}
}

// answering is a client for an org that gives the same answer to everything.
func answering(answer func(http.ResponseWriter)) *Client {
	return NewClient(&url.URL{Scheme: "https", Host: "acme.okta.com"}, &http.Client{Transport: roundTripper(func(*http.Request) *http.Response {
		recorder := httptest.NewRecorder()
		answer(recorder)
		return recorder.Result()
	})}, "test/1")
}

type roundTripper func(*http.Request) *http.Response

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

// A query without an end has the fingerprint that it had before there were others.
func TestUntilIsAPartOfTheFingerprint(t *testing.T) {
	query := Query{Filter: "f", Search: "q", PageSize: 10}
	assert.Equal(t, "9c816a16fbfce152", query.Fingerprint())
	bounded := query
	bounded.Until = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	assert.NotEqual(t, query.Fingerprint(), bounded.Fingerprint())
	assert.Contains(t, bounded.Since(time.Time{}).String(), "&until=2026-11-21T00%3A00%3A00.000Z")
	assert.NotContains(t, query.Since(time.Time{}).String(), "until")
}

// The newest events of a query come first, within its end, however small its own pages are.
func TestBackwards(t *testing.T) {
	org := orgWith(25, oktatest.Options{})
	client := clientOf(org)
	query := Query{PageSize: 10, Until: org.Now(), Filter: `eventType pr`}
	all, err := client.Page(t.Context(), Query{PageSize: 100, Until: query.Until}.Since(twoHoursAgo(org)))
	require.NoError(t, err)
	back, err := client.Page(t.Context(), query.Backwards(twoHoursAgo(org)))
	require.NoError(t, err)
	require.Len(t, back.Events, 25)
	for i, event := range back.Events {
		assert.Equal(t, string(all.Events[24-i]), string(event))
	}
	assert.False(t, back.Last, "it says nothing about the end by its links")
	assert.Contains(t, query.Backwards(twoHoursAgo(org)).String(), "filter=eventType+pr&limit=1000&since=")
	assert.Contains(t, query.Backwards(twoHoursAgo(org)).String(), "&sortOrder=DESCENDING&until=")
}
