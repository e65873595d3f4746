// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSinceAsksForAPollingQuery(t *testing.T) {
	at := Query{Filter: `eventType sw "user."`, Search: "jane doe", PageSize: 500}.
		Since(time.Date(2026, 11, 21, 1, 2, 3, 4e6, time.FixedZone("", 3600)))
	params, err := url.ParseQuery(at.rawQuery)
	require.NoError(t, err)
	assert.Equal(t, url.Values{
		"since":     {"2026-11-21T00:02:03.004Z"},
		"limit":     {"500"},
		"sortOrder": {"ASCENDING"},
		"filter":    {`eventType sw "user."`},
		"q":         {"jane doe"},
	}, params, "until is absent: it would make the query a bounded one, which misses delayed events")
	assert.False(t, at.IsCursor())
	assert.Equal(t, 500, at.limit())
}

func TestFingerprintFollowsTheQuery(t *testing.T) {
	q := Query{Filter: "a", Search: "b", PageSize: 10}
	same := q
	assert.Equal(t, q.Fingerprint(), same.Fingerprint())
	for name, other := range map[string]Query{
		"filter":           {Filter: "x", Search: "b", PageSize: 10},
		"q":                {Filter: "a", Search: "x", PageSize: 10},
		"page size":        {Filter: "a", Search: "b", PageSize: 11},
		"filter against q": {Filter: "ab", Search: "", PageSize: 10},
	} {
		assert.NotEqual(t, q.Fingerprint(), other.Fingerprint(), name)
	}
}

func TestPositionSurvivesStoring(t *testing.T) {
	org := mustParse(t, "https://acme.okta.com")
	at, _, err := positionFromLink("https://acme.okta.com/api/v1/logs?since=2026-11-21T00%3A00%3A00.000Z&limit=20&after=1627500044869_1", org)
	require.NoError(t, err)
	read, err := ParsePosition(at.String())
	require.NoError(t, err)
	assert.Equal(t, at, read)
	assert.True(t, read.IsCursor())
	assert.Equal(t, 20, read.limit())
	assert.Equal(t, "https://acme.okta.com/api/v1/logs?since=2026-11-21T00%3A00%3A00.000Z&limit=20&after=1627500044869_1",
		read.url(org).String(), "a link is followed byte for byte")
}

func TestParsePositionRefuses(t *testing.T) {
	for _, text := range []string{
		"", "/api/v1/logs", "/api/v1/logs?", "/api/v1/users?after=1", "https://evil.example/api/v1/logs?after=1",
		"//evil.example/api/v1/logs?after=1", "/api/v1/logs?after=1 HTTP/1.1\r\nHost: evil", "/api/v1/logs?after=1#x",
	} {
		_, err := ParsePosition(text)
		assert.Error(t, err, text)
	}
}

// A query is Okta's: whatever it holds is requested byte for byte.
func TestLinksAreFollowedByteForByte(t *testing.T) {
	org := mustParse(t, "https://acme.okta.com")
	for _, query := range []string{
		"after=1", "after=1;2&limit=5", "limit=5&q=100%&after=1", "after=%zz", "after=a+b", "after=%E4%F6&q=\xe4",
		"limit=1000&sortOrder=ASCENDING&after=1795262400000_12&filter=eventType+eq+%22a%3Bb%22",
	} {
		at, otherHost, err := positionFromLink("https://acme.okta.com/api/v1/logs?"+query, org)
		require.NoError(t, err, query)
		assert.Empty(t, otherHost)
		assert.True(t, at.IsCursor(), query)
		assert.Equal(t, "/api/v1/logs?"+query, at.String())
		assert.Equal(t, "/api/v1/logs?"+query, at.url(org).RequestURI())
		again, err := ParsePosition(at.String())
		require.NoError(t, err)
		assert.Equal(t, at, again)
	}
}

func TestPositionFromLinkStaysInTheOrg(t *testing.T) {
	for name, tc := range map[string]struct {
		org, link, otherHost, refused string
	}{
		"same host":           {"https://acme.okta.com", "https://acme.okta.com/api/v1/logs?after=1", "", ""},
		"default port":        {"https://acme.okta.com", "https://acme.okta.com:443/api/v1/logs?after=1", "", ""},
		"default port of org": {"https://acme.okta.com:443", "https://acme.okta.com/api/v1/logs?after=1", "", ""},
		"capitals":            {"https://acme.okta.com", "HTTPS://ACME.okta.com/api/v1/logs?after=1", "", ""},
		"relative":            {"https://acme.okta.com", "/api/v1/logs?after=1", "", ""},
		"another host":        {"https://login.acme.com", "https://acme.okta.com/api/v1/logs?after=1", "https://acme.okta.com", ""},
		"relative to a host":  {"https://acme.okta.com", "//evil.example/api/v1/logs?after=1", "//evil.example", ""},
		"another scheme":      {"https://acme.okta.com", "http://acme.okta.com/api/v1/logs?after=1", "http://acme.okta.com", ""},
		"another port":        {"https://acme.okta.com", "https://acme.okta.com:8443/api/v1/logs?after=1", "https://acme.okta.com:8443", ""},
		"no port":             {"https://acme.okta.com", "https://acme.okta.com:x/api/v1/logs?after=1", "https://acme.okta.com:x", ""},
		"another path":        {"https://acme.okta.com", "https://acme.okta.com/api/v1/users?after=1", "", "leads to /api/v1/users, not to /api/v1/logs?"},
		"dots in the path":    {"https://acme.okta.com", "https://acme.okta.com/api/v1/logs/../users?after=1", "", "not to /api/v1/logs?"},
		"a path above":        {"https://acme.okta.com", "https://acme.okta.com/gateway/api/v1/logs?after=1", "", "not to /api/v1/logs?"},
		"a user":              {"https://acme.okta.com", "https://acme.okta.com@evil.example/api/v1/logs?after=1", "", "not a URL"},
		"a user at the org":   {"https://acme.okta.com", "https://u:p@acme.okta.com/api/v1/logs?after=1", "", "not a URL"},
		"no query":            {"https://acme.okta.com", "https://acme.okta.com/api/v1/logs", "", "not to /api/v1/logs?"},
		"a space":             {"https://acme.okta.com", "https://acme.okta.com/api/v1/logs?after=1 2", "", "not a URL"},
	} {
		t.Run(name, func(t *testing.T) {
			org := mustParse(t, tc.org)
			at, otherHost, err := positionFromLink(tc.link, org)
			if tc.refused != "" {
				require.ErrorContains(t, err, tc.refused)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.otherHost, otherHost)
			assert.Equal(t, org.Host, at.url(org).Host, "the credential stays in the org")
		})
	}
}

func mustParse(t *testing.T, text string) *url.URL {
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}
