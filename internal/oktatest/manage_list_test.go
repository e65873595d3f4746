// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

// labels are those of an answer's apps.
func (a answer) labels(t *testing.T) []string {
	t.Helper()
	labels := []string{}
	for _, app := range a.objects(t) {
		labels = append(labels, app["label"].(string))
	}
	return labels
}

func TestAppsAreFound(t *testing.T) {
	org := managed(management.Options{})
	otel := makeApp(t, org, labelled(t, "otel"))
	makeApp(t, org, labelled(t, "otel-second"))
	makeApp(t, org, labelled(t, "my otel"))
	do(t, org, "POST", api.AppsPath+"?activate=false", labelled(t, "otel"))
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"", []string{"otel", "otel-second", "my otel"}},
		{"q=OTEL", []string{"otel", "otel-second"}},
		{"q=oidc_", []string{"otel", "otel-second", "my otel"}},
		{"q=second", []string{}},
		{"includeNonDeleted=true&q=otel", []string{"otel", "otel-second", "otel"}},
		{`filter=status eq "INACTIVE"`, []string{"otel"}},
		{`filter=status eq "ACTIVE"&q=otel&limit=1`, []string{"otel"}},
		{`filter=id eq "` + otel + `"`, []string{"otel"}},
		{`filter=name eq "oidc_client" and status eq "INACTIVE"`, []string{"otel"}},
		{`filter=name eq "okta"`, []string{}},
	} {
		assert.Equal(t, c.want, do(t, org, "GET", api.AppsPath+"?"+strings.ReplaceAll(c.query, " ", "%20"), "").labels(t), c.query)
	}
	org = managed(management.Options{ListsInactive: true})
	do(t, org, "POST", api.AppsPath+"?activate=false", labelled(t, "otel"))
	assert.Equal(t, []string{"otel"}, do(t, org, "GET", api.AppsPath, "").labels(t))
}

func TestAppListRefused(t *testing.T) {
	org := managed(management.Options{})
	for query, want := range map[string][3]string{
		"limit=0":      {"E0000001", "Api validation failed: limit", "limit: The value must be from 1 to 200"},
		"limit=201":    {"E0000001", "Api validation failed: limit", "limit: The value must be from 1 to 200"},
		"limit=many":   {"E0000001", "Api validation failed: limit", "limit: The value must be from 1 to 200"},
		"after=x":      {"E0000029", "Invalid paging request.", "Invalid cursor."},
		"after=":       {"E0000029", "Invalid paging request.", "Invalid cursor."},
		"expand=users": {"E0000001", "Api validation failed: RequestParams", "Expand query is malformed."},
	} {
		requireRefused(t, do(t, org, "GET", api.AppsPath+"?"+query, ""), http.StatusBadRequest, want[0], want[1], want[2])
	}
	for _, filter := range []string{`label eq "otel"`, `status eq "DELETED"`, `name co "o"`, "x"} {
		requireRefused(t, do(t, org, "GET", api.AppsPath+"?filter="+url.QueryEscape(filter), ""), http.StatusBadRequest, "E0000031", "Invalid search criteria.")
	}
}

func TestAppsComeInPages(t *testing.T) {
	for name, c := range map[string]struct {
		options management.Options
		query   string
		sizes   []int
	}{
		"as asked for":   {management.Options{}, "?limit=10", []int{10, 10, 5}},
		"by default":     {management.Options{}, "", []int{20, 5}},
		"smaller":        {management.Options{MaxPage: 12}, "?limit=200", []int{12, 12, 1}},
		"all":            {management.Options{}, "?limit=200&q=app", []int{25}},
		"no empty page":  {management.Options{}, "?limit=5", []int{5, 5, 5, 5, 5}},
		"only what fits": {management.Options{PageSize: 3}, "?q=app-0", []int{3, 3, 3, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.RateLimit = NoRateLimit
			org := managed(c.options)
			for n := range 25 {
				makeApp(t, org, labelled(t, fmt.Sprintf("app-%02d", n)))
			}
			var sizes []int
			var all []string
			for next := orgURL + api.AppsPath + c.query; next != ""; {
				page := do(t, org, "GET", strings.TrimPrefix(next, orgURL), "")
				assert.Equal(t, next, page.links()["self"])
				labels := page.labels(t)
				sizes, all = append(sizes, len(labels)), append(all, labels...)
				next = page.links()["next"]
			}
			assert.Equal(t, c.sizes, sizes)
			for n, label := range all {
				assert.Equal(t, fmt.Sprintf("app-%02d", n), label)
			}
		})
	}
}

func TestACursorOutlivesItsApp(t *testing.T) {
	org := managed(management.Options{})
	first := makeApp(t, org, labelled(t, "a"))
	makeApp(t, org, labelled(t, "b"))
	next := do(t, org, "GET", api.AppsPath+"?limit=1", "").links()["next"]
	do(t, org, "POST", api.AppsPath+"/"+first+"/lifecycle/deactivate", "")
	require.Equal(t, http.StatusNoContent, do(t, org, "DELETE", api.AppsPath+"/"+first, "").status)
	assert.Equal(t, []string{"b"}, do(t, org, "GET", strings.TrimPrefix(next, orgURL), "").labels(t))
}

func TestLinksMayNameOtherHosts(t *testing.T) {
	org := managed(management.Options{NextHost: "id.example.com", AdminHrefs: true})
	id := makeApp(t, org, labelled(t, "a"))
	makeApp(t, org, labelled(t, "b"))
	page := do(t, org, "GET", api.AppsPath+"?limit=1", "")
	assert.Regexp(t, `^https://id\.example\.com/api/v1/apps\?after=\w+&limit=1$`, page.links()["next"])
	assert.Equal(t, "https://acme-admin.okta.com/api/v1/apps/"+id, at(t, page.objects(t)[0], "_links", "self", "href"))
}
