// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
)

// timeline is an org whose events e1..e5 were published a minute apart and persisted in another order; e6 is not
// persisted yet.
func timeline(opts Options) *Org {
	org := NewOrg(opts)
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute-60) * time.Minute) }
	org.Append(
		persistedAt("e3", at(3), at(3)), persistedAt("e1", at(1), at(4)), persistedAt("e5", at(5), at(5)),
		persistedAt("e2", at(2), at(6)), persistedAt("e4", at(4), at(7)), persistedAt("e6", at(4), noon.Add(time.Hour)),
	)
	return org
}

// drain follows next links until there are none.
func drain(t *testing.T, org *Org, target string) (uuids []string, pages int) {
	t.Helper()
	for target != "" {
		page := get(t, org, target)
		uuids = append(uuids, page.uuids(t)...)
		pages++
		target = page.links()["next"]
	}
	return uuids, pages
}

func TestBoundedQueries(t *testing.T) {
	hour := since(noon.Add(-time.Hour))
	for name, c := range map[string]struct {
		query string
		want  string
		pages int
	}{
		"by published, in pages":        {"?limit=2&until=2026-11-21T12:00:00Z&" + hour, "e1 e2 e3 e4 e5", 3},
		"a full last page has no next":  {"?limit=5&until=2026-11-21T12:00:00Z&" + hour, "e1 e2 e3 e4 e5", 1},
		"since is in, until is out":     {"?since=2026-11-21T11:02:00Z&until=2026-11-21T11:04:00Z", "e2 e3", 1},
		"with offsets":                  {"?since=2026-11-21T12:02:00%2B01:00&until=2026-11-21T05:04:00-06:00", "e2 e3", 1},
		"descending":                    {"?limit=2&sortOrder=DESCENDING&until=2026-11-21T11:05:00Z&" + hour, "e4 e3 e2 e1", 2},
		"descending without until":      {"?limit=3&sortOrder=DESCENDING", "e5 e4 e3 e2 e1", 2},
		"until without since":           {"?until=2026-11-21T11:03:00Z", "e1 e2", 1},
		"nothing between":               {"?since=2026-11-21T11:30:00Z&until=2026-11-21T11:40:00Z", "", 1},
		"a window that ends before it":  {"?since=2026-11-21T11:30:00Z&until=2026-11-21T11:00:00Z", "", 1},
		"filtered, with one match left": {`?limit=1&until=2026-11-21T12:00:00Z&filter=uuid+eq+"e1"+or+uuid+eq+"e5"&` + hour, "e1 e5", 2},
	} {
		t.Run(name, func(t *testing.T) {
			uuids, pages := drain(t, timeline(clockAt(noon)), c.query)
			assert.Equal(t, c.want, strings.Join(uuids, " "), "the delayed e6 is missing")
			assert.Equal(t, c.pages, pages)
		})
	}
}

func TestBoundedLinks(t *testing.T) {
	page := get(t, timeline(clockAt(noon)), "?since=2026-11-21T11:00:00%2B00:00&sortOrder=DESCENDING&limit=2&q=")
	assert.Equal(t, orgURL+api.LogsPath+"?since=2026-11-21T11%3A00%3A00%2B00%3A00&sortOrder=DESCENDING&limit=2&q=", page.links()["self"])
	assert.Equal(t, orgURL+api.LogsPath+
		"?q=&sortOrder=DESCENDING&limit=2&until=2026-11-21T12%3A00%3A00.000Z&after=e4&since=2026-11-21T11%3A00%3A00%2B00%3A00", page.links()["next"])
	assert.Equal(t, http.StatusBadRequest, get(t, timeline(clockAt(noon)), "?sortOrder=DESCENDING&after=e4").status, "only cursors handed out are known")
}

// A self link always exists, the cursor is the uuid of the page's last event, and the last page has no next link,
// however short the pages are.
func TestBoundedPagesLinkToTheEnd(t *testing.T) {
	for name, tc := range map[string]struct {
		maxPage int
		limit   string
		cursors []string
	}{
		"full pages":  {0, "3", []string{"e3", ""}},
		"short pages": {2, "100", []string{"e2", ""}},
		"of one":      {1, "100", []string{"e1", "e2", "e3", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			opts := clockAt(noon)
			opts.MaxPage = tc.maxPage
			org := timeline(opts)
			page := get(t, org, "?sortOrder=ASCENDING&limit="+tc.limit+"&until=2026-11-21T11:05:00Z&"+since(noon.Add(-time.Hour)))
			for _, cursor := range tc.cursors {
				links := page.links()
				require.NotEmpty(t, links["self"])
				if cursor == "" {
					require.NotContains(t, links, "next")
					break
				}
				require.Contains(t, links["next"], "&until=2026-11-21T11%3A05%3A00.000Z&after="+cursor+"&since=")
				page = get(t, org, links["next"])
			}
		})
	}
}

func TestBoundedCursorOfAnEventWithoutUUID(t *testing.T) {
	org := NewOrg(clockAt(noon))
	org.Append(Event{JSON: []byte(`"not an object"`), Persisted: noon.Add(-time.Hour)}, Event{JSON: []byte(`{}`), Persisted: noon.Add(-time.Minute)})
	page := get(t, org, "?limit=1&sortOrder=DESCENDING")
	require.Equal(t, "[{}]", page.body)
	assert.Equal(t, `["not an object"]`, get(t, org, page.links()["next"]).body)
}
