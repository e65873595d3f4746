// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAuthentication(t *testing.T) {
	opts := clockAt(noon)
	opts.Tokens = map[string]TokenState{"noRole": TokenWithoutRole, "blind": TokenSeesNothing, "gone": TokenInvalid}
	for name, c := range map[string]struct {
		authorization string
		status        int
		code          string
	}{
		"none":              {"", http.StatusForbidden, "E0000005"},
		"unknown scheme":    {"Basic eDp5", http.StatusForbidden, "E0000005"},
		"unknown token":     {"SSWS other", http.StatusUnauthorized, "E0000011"},
		"revoked":           {"SSWS gone", http.StatusUnauthorized, "E0000011"},
		"no role":           {"SSWS noRole", http.StatusForbidden, "E0000006"},
		"case of scheme":    {"ssws " + DefaultToken, http.StatusOK, ""},
		"role sees nothing": {"SSWS blind", http.StatusOK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			org := NewOrg(opts)
			org.Append(event("a", noon))
			r := request(t, "")
			r.Header.Set("Authorization", c.authorization)
			a := send(t, org, r)
			require.Equal(t, c.status, a.status)
			if c.code != "" {
				assert.Equal(t, c.code, a.errorCode(t))
				return
			}
			assert.Equal(t, strings.Contains(c.authorization, "blind"), len(a.uuids(t)) == 0)
		})
	}
}

func TestOAuthTokensAreRefusedInTheHeader(t *testing.T) {
	r := request(t, "")
	r.Header.Set("Authorization", "Bearer eyJ")
	a := send(t, NewOrg(Options{}), r)
	assert.Equal(t, http.StatusUnauthorized, a.status)
	assert.Empty(t, a.body)
	assert.Equal(t, `Bearer authorization_uri="http://acme.okta.com/oauth2/v1/authorize", realm="http://acme.okta.com", scope="okta.logs.read", `+
		`error="invalid_token", error_description="The access token is invalid.", resource="/api/v1/logs"`, a.header.Get("WWW-Authenticate"))
}

func TestATokenCanBeRepaired(t *testing.T) {
	org := NewOrg(Options{})
	org.SetToken(DefaultToken, TokenWithoutRole)
	assert.Equal(t, http.StatusForbidden, get(t, org, "").status)
	org.SetToken(DefaultToken, TokenValid)
	assert.Equal(t, http.StatusOK, get(t, org, "").status)
}

func TestPathsMethodsAndScheme(t *testing.T) {
	org := NewOrg(Options{RequireHTTPS: true})
	a := get(t, org, orgURL+"/api/v1/users")
	assert.Equal(t, http.StatusNotFound, a.status)
	assert.Equal(t, "E0000008", a.errorCode(t))

	r := request(t, "")
	r.Method = http.MethodPost
	a = send(t, org, r)
	assert.Equal(t, http.StatusMethodNotAllowed, a.status)
	assert.Equal(t, "E0000022", a.errorCode(t))

	a = get(t, org, "http://acme.okta.com/api/v1/logs")
	assert.Equal(t, http.StatusMethodNotAllowed, a.status)
}

func TestParametersRefused(t *testing.T) {
	for query, code := range map[string]string{
		"?since=foobar":                      "E0000001",
		"?since=2026-11-21T00:00:00":         "E0000001",
		"?until=01-01-2017":                  "E0000001",
		"?since=2026-05-25T11:59:59Z":        "E0000053",
		"?since=%zz":                         "E0000020",
		"?filter=uuid+eqq+%22x%22":           "E0000053",
		"?limit=0":                           "E0000001",
		"?limit=1001":                        "E0000001",
		"?limit=-1":                          "E0000001",
		"?limit=ten":                         "E0000001",
		"?sortOrder=ascending":               "E0000001",
		"?q=" + strings.Repeat("x", 41):      "E0000001",
		"?q=" + strings.Repeat("x+", 11):     "E0000001",
		"?q=" + strings.Repeat("%C3%A9", 41): "E0000001",
	} {
		a := get(t, NewOrg(clockAt(noon)), query)
		assert.Equal(t, http.StatusBadRequest, a.status, query)
		assert.Equal(t, code, a.errorCode(t), query)
	}
	for _, query := range []string{
		"?since=2026-05-25T12:00:00Z", "?limit=1", "?limit=1000", "?sortOrder=ASCENDING&filter=&q=&until=&since=", "?q=" + strings.Repeat("%C3%A9", 40),
		"?q=" + strings.Repeat("x+", 10), "?since=2020-01-01T00:00:00Z&after=1_0", "?unknown=1",
	} {
		assert.Equal(t, http.StatusOK, get(t, NewOrg(clockAt(noon)), query).status, query)
	}
}

func TestBadDateHasTwoCauses(t *testing.T) {
	var e struct {
		ErrorSummary string
		ErrorCauses  []struct{ ErrorSummary string }
	}
	require.NoError(t, json.Unmarshal([]byte(get(t, NewOrg(Options{}), "?until=x").body), &e))
	assert.Equal(t, "Api validation failed: 'until': The date format in your query is not recognized. Please enter dates using ISO8601 string format. "+
		"'until': must be a valid date-time or empty.", e.ErrorSummary)
	assert.Len(t, e.ErrorCauses, 2)
}

func TestRetentionGoesByPublished(t *testing.T) {
	old := noon.Add(-90*24*time.Hour - time.Second)
	for retention, want := range map[time.Duration][]string{0: {"young"}, -1: {"old", "young"}, time.Nanosecond: {}} {
		opts := clockAt(noon)
		opts.Retention = retention
		org := NewOrg(opts)
		org.Append(persistedAt("old", old, noon), persistedAt("young", noon.Add(-89*24*time.Hour), noon))
		assert.Equal(t, want, get(t, org, "").uuids(t), retention)
		page := get(t, org, "?since=2026-06-01T00:00:00Z&until=2026-11-21T12:00:00Z")
		assert.Equal(t, want, page.uuids(t), retention)
	}
}

func TestLinksRepeatAndEncodeParameters(t *testing.T) {
	opts := clockAt(noon)
	for _, folded := range []bool{false, true} {
		opts.FoldLinks = folded
		org := NewOrg(opts)
		org.Append(event("a", noon))
		query := "?after=1_0&limit=10&filter=" + url.QueryEscape(`severity pr or uuid eq "a, b"`) + "&q=&custom=x%26y"
		a := get(t, org, "https://acme.okta.com:8443/api/v1/logs"+query)
		base := "https://acme.okta.com:8443/api/v1/logs?"
		assert.Equal(t, base+"after=1_0&limit=10&filter=severity+pr+or+uuid+eq+%22a%2C+b%22&q=&custom=x%26y", a.links()["self"])
		assert.Equal(t, base+"limit=10&filter=severity+pr+or+uuid+eq+%22a%2C+b%22&q=&custom=x%26y&after=1_0", a.links()["next"])
		assert.Equal(t, !folded, len(a.header["Link"]) == 2)
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	opts := clockAt(noon)
	opts.Skew = 90 * time.Second
	org := NewOrg(opts)
	ids := map[string]bool{}
	for _, query := range []string{"", "?limit=0"} {
		h := get(t, org, query).header
		assert.Equal(t, "Sat, 21 Nov 2026 12:01:30 GMT", h.Get("Date"))
		assert.Equal(t, "application/json", h.Get("Content-Type"))
		assert.Equal(t, "no-cache, no-store", h.Get("Cache-Control"))
		assert.Equal(t, "60", h.Get("X-Rate-Limit-Limit"))
		assert.NotEmpty(t, h.Get("X-Rate-Limit-Reset"))
		ids[h.Get("X-Okta-Request-Id")] = true
	}
	assert.Len(t, ids, 2)
}

func TestRequestsAreRecorded(t *testing.T) {
	opts := clockAt(noon)
	opts.RequestLog = 2
	org := NewOrg(opts)
	org.Append(event("a", noon))
	get(t, org, "?limit=1")
	get(t, org, "?limit=0")
	get(t, org, "?limit=2&since=2026-11-21T13%3A00%3A00%2B01%3A00")
	requests := org.Requests()
	require.Len(t, requests, 2, "only the newest")
	assert.Equal(t, http.StatusBadRequest, requests[0].Status)
	newest := requests[1]
	assert.Equal(t, "/api/v1/logs?limit=2&since=2026-11-21T13%3A00%3A00%2B01%3A00", newest.URL)
	assert.Equal(t, Request{Time: noon, Method: "GET", URL: newest.URL, Host: "acme.okta.com", Header: newest.Header, Status: 200, Events: 1}, newest)
	assert.Equal(t, "SSWS "+DefaultToken, newest.Header.Get("Authorization"))
}
