// SPDX-License-Identifier: Apache-2.0

package management

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// appQuery is which apps a request for the list wants.
type appQuery struct {
	prefix   string
	filter   map[string]string // by property
	inactive bool
	limit    int
	after    int // the place of the last app of the page before
}

// listApps answers with a page of apps, in the order of their making.
func (s *Server) listApps(c *call) (reply, *apierror.Error) {
	q, refused := s.appQuery(c.URL.Query())
	if refused != nil {
		return refuse(refused)
	}
	page, more := []any{}, false
	last := 0
	for _, a := range s.apps {
		if a.place <= q.after || !q.wants(a) {
			continue
		}
		if more = len(page) == q.limit; more {
			break
		}
		page = append(page, s.view(c.base, a))
		last = a.place
	}
	links := []string{"<" + api.Origin(c.Request) + c.URL.RequestURI() + `>; rel="self"`}
	if more {
		links = append(links, "<"+s.nextPage(c, last)+`>; rel="next"`)
	}
	return reply{status: http.StatusOK, value: page, link: links}, nil
}

func (s *Server) nextPage(c *call, last int) string {
	origin := api.Origin(c.Request)
	if s.options.NextHost != "" {
		origin = api.Scheme(c.Request) + "://" + s.options.NextHost
	}
	query := c.URL.Query()
	query.Set("after", cursor(last))
	return origin + api.AppsPath + "?" + query.Encode()
}

// cursor names the last app of a page. Clients must not look into it.
func cursor(place int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("apps:" + strconv.Itoa(place)))
}

func (s *Server) appQuery(query url.Values) (appQuery, *apierror.Error) {
	q := appQuery{prefix: strings.ToLower(query.Get("q")), limit: s.options.PageSize, inactive: s.options.ListsInactive}
	if query.Has("limit") {
		limit, err := strconv.Atoi(query.Get("limit"))
		if err != nil || limit < 1 || limit > maxPageSize {
			return q, apierror.Refused("limit", "limit: The value must be from 1 to 200")
		}
		q.limit = limit
	}
	if s.options.MaxPage > 0 {
		q.limit = min(q.limit, s.options.MaxPage)
	}
	if query.Has("includeNonDeleted") {
		q.inactive = q.inactive || query.Get("includeNonDeleted") == "true"
	}
	if expand := query.Get("expand"); expand != "" && !strings.HasPrefix(expand, "user/") {
		return q, apierror.Refused("RequestParams", "Expand query is malformed.")
	}
	if query.Has("after") {
		place, refused := s.readCursor(query.Get("after"))
		if refused != nil {
			return q, refused
		}
		q.after = place
	}
	filter, refused := parseFilter(query.Get("filter"))
	q.filter = filter
	q.inactive = q.inactive || filter["status"] == "INACTIVE"
	return q, refused
}

func (s *Server) readCursor(text string) (int, *apierror.Error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	number, found := strings.CutPrefix(string(raw), "apps:")
	place, errNumber := strconv.Atoi(number)
	if err != nil || !found || errNumber != nil || place < 1 || place > s.made {
		refused := apierror.New(http.StatusBadRequest, "E0000029")
		refused.Causes = []string{"Invalid cursor."}
		return 0, refused
	}
	return place, nil
}

// expression is one comparison of a filter; the API has no other operator.
var expression = regexp.MustCompile(`^(status|id|name) +eq +"([^"]*)"$`)

func parseFilter(text string) (map[string]string, *apierror.Error) {
	filter := map[string]string{}
	if text == "" {
		return filter, nil
	}
	for part := range strings.SplitSeq(text, " and ") {
		found := expression.FindStringSubmatch(strings.TrimSpace(part))
		if found == nil || found[1] == "status" && !slices.Contains([]string{"ACTIVE", "INACTIVE"}, found[2]) {
			return nil, apierror.New(http.StatusBadRequest, "E0000031")
		}
		filter[found[1]] = found[2]
	}
	return filter, nil
}

// wants reports whether the app is in the list.
func (q appQuery) wants(a *app) bool {
	if a.inactive && !q.inactive {
		return false
	}
	if !strings.HasPrefix(strings.ToLower(a.config.Label), q.prefix) && !strings.HasPrefix(strings.ToLower(a.config.Name), q.prefix) {
		return false
	}
	has := map[string]string{"status": status(a.inactive), "id": a.id, "name": a.config.Name}
	for property, value := range q.filter {
		if has[property] != value {
			return false
		}
	}
	return true
}
