// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostMessage bounds what an error says, in bytes: a log line, however much came over the wire.
const mostMessage = 4 << 10

// Whatever the Link lines are: a link is what stands between < and >, whether the lines come one by
// one or folded into one, and it leads nowhere but to the System Log of the org.
func FuzzLink(f *testing.F) {
	const next = `<https://acme.okta.com/api/v1/logs?after=1_1>; rel="next"`
	f.Add(next)
	f.Add("<https://acme.okta.com/api/v1/logs?limit=1>; rel=\"self\"\n" + next)
	f.Add(`<https://acme.okta.com/s>; title="a, b; rel=next"; rel="self", ` + next)
	f.Add(`<https://acme.okta.com:443/api/v1/logs?q=a,b;c&filter=a+eq+"b">; REL=Next`)
	f.Add(`</api/v1/logs?after=1>; rel="next last"`)
	f.Add(`<https://me:pw@acme.okta.com/api/v1/logs?after=1>; rel=next`)
	f.Add(`<https://acme.okta.com.evil.example/api/v1/logs?after=1>; rel=next`)
	f.Add(`<http://acme.okta.com/api/v1/logs?after=1>; rel=next`)
	org := &url.URL{Scheme: "https", Host: "acme.okta.com"}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		link, ok := linkTo(http.Header{"Link": lines}, "next")
		requireFoldingChangesNothing(t, lines, link, ok)
		if !ok {
			require.Empty(t, link)
			return
		}
		require.True(t, isTarget(link, text), "%q", link)

		at, err := positionFromLink(link, org)
		if err != nil {
			require.Zero(t, at)
			requireLogLine(t, err.Error())
			return
		}
		requireStaysHome(t, at, org)
		requireLedHome(t, link)
	})
}

// isTarget reports whether a link stands between < and > somewhere in the header.
func isTarget(link, text string) bool {
	for i := range len(text) - len(link) + 1 {
		before, after := text[:i], text[i+len(link):]
		if text[i:i+len(link)] == link && strings.HasSuffix(strings.TrimSpace(before), "<") && strings.HasPrefix(strings.TrimSpace(after), ">") {
			return true
		}
	}
	return false
}

// What was stored, and was changed there by whatever: a position that is read leads to the org, and
// can be requested.
func FuzzPosition(f *testing.F) {
	f.Add(Query{Filter: `eventType sw "user."`, Search: "jane doe", PageSize: 1000}.Since(time.Unix(1795262400, 0)).String())
	f.Add("/api/v1/logs?after=1_1&limit=1000")
	f.Add("/api/v1/logs?after=%zz")
	f.Add("https://evil.example/api/v1/logs?after=1")
	f.Fuzz(func(t *testing.T, text string) {
		at, err := ParsePosition(text)
		if err != nil {
			require.Zero(t, at)
			requireLogLine(t, err.Error())
			return
		}
		require.Equal(t, text, at.String())
		require.Positive(t, at.limit())
		requireStaysHome(t, at, &url.URL{Scheme: "https", Host: "acme.okta.com"})
	})
}

// requireStaysHome fails when the request for a position would leave the org, or could not be made.
func requireStaysHome(t *testing.T, at Position, org *url.URL) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at.url(org).String(), http.NoBody)
	require.NoError(t, err)
	require.Equal(t, org.Scheme, req.URL.Scheme)
	require.Equal(t, org.Host, req.URL.Host)
	require.Equal(t, "/api/v1/logs", req.URL.Path)
	require.Nil(t, req.URL.User)
	require.Empty(t, req.URL.Fragment)
	again, err := ParsePosition(at.String())
	require.NoError(t, err)
	require.Equal(t, at, again)
}

// requireLedHome reads a link that was followed once more: what it names of an address is the org's.
func requireLedHome(t *testing.T, link string) {
	t.Helper()
	u, err := url.Parse(link)
	require.NoError(t, err)
	require.Nil(t, u.User)
	if u.Scheme != "" {
		require.Equal(t, "https", u.Scheme)
		require.NotEmpty(t, u.Host)
	}
	if u.Host != "" {
		require.Contains(t, []string{"acme.okta.com", "acme.okta.com:", "acme.okta.com:443"}, strings.ToLower(u.Host))
	}
}

// requireFoldingChangesNothing joins the lines with commas, as a proxy may (RFC 9110, section 5.3).
// That says the same as long as no line leaves a quote or a target open.
func requireFoldingChangesNothing(t *testing.T, lines []string, link string, ok bool) {
	t.Helper()
	for _, line := range lines {
		if !closed(line) {
			return
		}
	}
	folded, found := linkTo(http.Header{"Link": {strings.Join(lines, ", ")}}, "next")
	require.Equal(t, ok, found)
	require.Equal(t, link, folded)
}

// closed reports whether a comma behind the line would be one between two links.
func closed(line string) bool {
	rest := line + ","
	for rest != "" {
		before, after := cut(rest, ',')
		if before == rest {
			return false
		}
		rest = after
	}
	return true
}

// Whatever the answer is that is not a page or not a token: an error of the kind that its status
// asks for, that fits a log line and repeats no credential.
func FuzzError(f *testing.F) {
	f.Add(400, "v2.1", "", "", "", []byte(`{"errorCode":"E0000031","errorSummary":"Invalid search criteria.","errorId":"oae1"}`))
	f.Add(400, "", `DPoP error="use_dpop_nonce", error_description="a, \"b\""`, "", "", []byte(""))
	f.Add(401, "", "Bearer\nDPoP error=\"invalid_token\", error_description=\"The token has expired.\"", "", "", []byte("<html>"))
	f.Add(401, "", "", "", "", []byte(`{"error":"invalid_client","error_description":"what is eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl for"}`))
	f.Add(403, "", "", "", "", []byte(`{"errorCode":"E0000006","errorSummary":"`+strings.Repeat("é", 400)+`"}`))
	f.Add(302, "", "", "acme-admin.okta.com/login", "", []byte(nil))
	f.Add(429, "", "", "", "0/0/1795262420/7", []byte(`{"errorCode":"E0000047"}`))
	f.Add(429, "", "", "", "///99999999999999999", []byte(nil))
	f.Fuzz(func(t *testing.T, status int, requestID, challenges, location, limits string, body []byte) {
		resp := &http.Response{StatusCode: status, Header: http.Header{"X-Okta-Request-Id": {requestID}}}
		if challenges != "" {
			resp.Header["Www-Authenticate"] = strings.Split(challenges, "\n")
		}
		if location != "" {
			// A login page as Okta makes them, with a secret in each place that could hold one.
			resp.Header.Set("Location", "https://me:SECRETWORD@"+location+"?token=SECRETWORD#SECRETWORD")
		}
		for i, value := range strings.Split(limits, "/") {
			if i < len(limitHeaders) {
				resp.Header.Set(limitHeaders[i], value)
			}
		}
		answered := time.Unix(1795262400, 0)

		e := errorFrom(resp, body, rateLimitFrom(resp.Header, answered))
		requireErrorOf(t, e, resp)
		require.Equal(t, kindOfAnswer(status, e.Challenged), e.Kind)

		e = TokenError(resp, body, answered)
		requireErrorOf(t, e, resp)
		require.True(t, e.TokenEndpoint)
		require.NotEqual(t, Rejected, e.Kind, "a position must not be given up for a credential")
	})
}

var limitHeaders = []string{"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset", "Retry-After"}

func requireErrorOf(t *testing.T, e *Error, resp *http.Response) {
	t.Helper()
	requireLogLine(t, e.Error())
	require.Equal(t, resp.StatusCode, e.Status)
	require.NotEmpty(t, e.Cause.String())
	require.NotRegexp(t, `\beyJ[\w-]+\.[\w-]+\.`, e.Error(), "a signed token")
	if e.Err != nil {
		require.NotContains(t, e.Err.Error(), "SECRETWORD")
	}
	if e.Kind == RateLimited {
		require.LessOrEqual(t, e.Wait, maxWindow)
		require.GreaterOrEqual(t, e.Wait, time.Duration(0))
	} else {
		require.Zero(t, e.Wait)
	}
}

// kindOfAnswer is the rule in words: what the credential is blamed for comes before what the request
// is, and what may pass comes before what someone has to repair.
func kindOfAnswer(status int, challenged bool) Kind {
	switch status {
	case 400:
		if challenged {
			return Unauthorized
		}
		return Rejected
	case 401:
		return Unauthorized
	case 403:
		return Forbidden
	case 408:
		return Unavailable
	case 429:
		return RateLimited
	}
	if status >= 300 && status <= 499 {
		return Misdirected
	}
	return Unavailable
}

// requireLogLine fails when a text is not fit for a log line.
func requireLogLine(t *testing.T, text string) {
	t.Helper()
	require.NotEmpty(t, text)
	require.LessOrEqual(t, len(text), mostMessage)
	require.True(t, utf8.ValidString(text))
	assert.False(t, strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", text)
}
