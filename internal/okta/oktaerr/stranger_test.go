// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// answers are the errors that both ends make of an answer.
func answers(status int, header http.Header, body string) map[string]*Error {
	return map[string]*Error{
		"the log":            FromAnswer(&http.Response{StatusCode: status, Header: header}, []byte(body), wire.RateLimit{}),
		"the token endpoint": FromTokenEndpoint(&http.Response{StatusCode: status, Header: header}, []byte(body), time.Now()),
	}
}

// blamesTheOrg are what none of a stranger's answers may be answered with.
var blamesTheOrg = []string{"create a new one", "Read-only Administrator", "check the credential", "admin role", "grant"}

// What answers in Okta's place says nothing about the credential, its role or org_url.
func TestAnswersThatAreNotOktas(t *testing.T) {
	const portal = "<html><body>Please sign in to the guest network</body></html>"
	bodies := []string{portal, "", "forbidden", `{"error":"Forbidden"}`, `{"errorCode":"FORBIDDEN","errorSummary":"no"}`, `{"message":"Limit exceeded"}`, `[1]`, `{"errorCode":5}`}
	headers := []http.Header{
		{"Server": {"gateway\x1b[31m"}, "Via": {"1.1 proxy-7"}},
		{"Www-Authenticate": {"Negotiate"}, "Server": {"gateway"}, "Via": {"1.1 proxy-7"}},
		{"Www-Authenticate": {`Basic realm="gateway", error="invalid_token"`, "NTLM"}, "Server": {"gateway"}, "Via": {"1.1 proxy-7"}},
		{"Www-Authenticate": {`Bearer realm="another API"`}, "Server": {"gateway"}, "Via": {"1.1 proxy-7"}},
	}
	for status, want := range map[int]Cause{
		204: CauseNotOkta, 302: CauseNotOkta, 304: CauseNotOkta, 307: CauseNotOkta, 400: CauseNotOkta, 401: CauseNotOkta, 402: CauseNotOkta, 403: CauseNotOkta,
		404: CauseNotOkta, 405: CauseNotOkta, 407: CauseProxy, 408: CauseGateway, 410: CauseNotOkta, 413: CauseNotOkta, 414: CauseNotOkta,
		421: CauseNotOkta, 429: CauseNotOkta, 431: CauseNotOkta, 451: CauseNotOkta, 470: CauseNotOkta,
		500: CauseGateway, 502: CauseGateway, 503: CauseGateway, 504: CauseGateway, 511: CauseNotOkta, 520: CauseGateway,
	} {
		for _, header := range headers {
			for _, body := range bodies {
				for at, e := range answers(status, header, body) {
					require.Equal(t, want.String(), e.Cause.String(), "%d %s at %s: %v", status, body, at, e)
					require.ErrorContains(t, e, want.Remedy())
					require.ErrorContains(t, e, "Server: gateway")
					require.ErrorContains(t, e, "Via: 1.1 proxy-7")
					require.NotContains(t, e.Error(), "\x1b")
					require.Contains(t, e.Error(), fmt.Sprint(status))
					for _, blame := range blamesTheOrg {
						require.NotContains(t, e.Error(), blame)
					}
				}
			}
		}
	}
}

// What is tried again, and when, is the same whoever has answered; a refusal that is a stranger's may pass.
func TestAStrangersAnswerIsTriedAgainAsOktasIs(t *testing.T) {
	for status, want := range map[int]Kind{
		302: Misdirected, 304: Misdirected, 401: Unavailable, 403: Unavailable, 404: Unavailable, 429: RateLimited, 500: Unavailable, 503: Unavailable, 511: Unavailable,
	} {
		for at, e := range answers(status, http.Header{}, "<html>") {
			assert.Equal(t, want, e.Kind, "%d at %s", status, at)
		}
	}
}

// An outage is logged once, whatever answers in it from one request to the next.
func TestAnOutageHasOneSignature(t *testing.T) {
	seen := map[string]bool{}
	for _, status := range []int{500, 502, 503, 504} {
		for _, header := range []http.Header{{}, oktas} {
			for _, e := range answers(status, header, "<html>") {
				seen[Signature(e)] = true
			}
		}
	}
	assert.Len(t, seen, 1)
	assert.NotContains(t, seen, Signature(answers(403, nil, "<html>")["the log"]))
}

// Each mark of Okta's alone is enough, for a proxy may strip headers.
func TestMarksOfOktas(t *testing.T) {
	const object = `{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action"}`
	for at, e := range answers(403, http.Header{"Server": {"gateway"}, "Via": {"1.1 x"}}, object) {
		assert.Equal(t, CauseRole, e.Cause, at)
		assert.Empty(t, e.Via)
	}
	for at, e := range answers(403, http.Header{"X-Okta-Request-Id": {"Yw1"}}, "<html>") {
		assert.Equal(t, CauseForbidden, e.Cause, at)
	}
	for at, e := range answers(503, http.Header{"X-Okta-Request-Id": {"Yw1"}}, "<html>") {
		assert.Equal(t, CauseServer, e.Cause, at)
	}
	for at, e := range answers(500, http.Header{}, `{"errorCode":"E0000009","errorSummary":"Internal Server Error"}`) {
		assert.Equal(t, CauseServer, e.Cause, at)
	}
	for at, e := range answers(429, http.Header{"X-Rate-Limit-Reset": {"1795262420"}}, "") {
		assert.Equal(t, CauseRateLimit, e.Cause, at)
	}
	e := FromAnswer(&http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {`Negotiate, Bearer error="invalid_token", error_description="The token has expired."`}}}, nil, wire.RateLimit{})
	assert.Equal(t, CauseAccessToken, e.Cause)

	const oauth = `{"error":"invalid_client","error_description":"The client_assertion JWT kid is invalid."}`
	both := answers(401, http.Header{}, oauth)
	assert.Equal(t, CauseKeyID, both["the token endpoint"].Cause)
	assert.Equal(t, CauseNotOkta, both["the log"].Cause, "the log has no errors of this kind")
}

func TestRedirects(t *testing.T) {
	for to, tc := range map[string]struct {
		marked bool
		cause  Cause
		says   string
	}{
		"https://portal.example/login?next=secret": {false, CauseNotOkta, "redirects to portal.example, which is not followed"},
		"/login?secret": {false, CauseNotOkta, "is a redirect, which is not followed"},
		"https://acme-admin.okta.com/login?secret":     {false, CauseAddress, "set org_url to https://acme.okta.com if"},
		"https://ACME.oktapreview.com/":                {true, CauseAddress, "set org_url to https://acme.oktapreview.com if"},
		"https://login.example.com/x?secret":           {true, CauseAddress, "set org_url to https://login.example.com if"},
		"https://me:secret@login.example.com:8443/x":   {true, CauseAddress, "set org_url to https://login.example.com if"},
		"https://x\u202e.example/secret":               {true, CauseAddress, "which is not followed"},
		"https://%zz":                                  {true, CauseAddress, "is a redirect, which is not followed"},
		"https://acme.okta.com.evil.example/?x=secret": {false, CauseNotOkta, "redirects to acme.okta.com.evil.example, which"},
	} {
		header := http.Header{"Location": {to}}
		if tc.marked {
			header.Set("X-Okta-Request-Id", "Yw1")
		}
		for at, e := range answers(302, header, "<html>") {
			assert.Equal(t, tc.cause.String(), e.Cause.String(), "%s at %s", to, at)
			assert.ErrorContains(t, e, tc.says)
			assert.NotContains(t, e.Error(), "secret")
			assert.NotContains(t, e.Error(), "\u202e")
			if tc.cause == CauseNotOkta {
				assert.NotContains(t, e.Error(), "set org_url to https")
			}
		}
	}
}

func TestRequestsThatAreTooLongForAStranger(t *testing.T) {
	for _, status := range []int{413, 414, 431} {
		for at, e := range answers(status, http.Header{}, "<html>") {
			assert.ErrorContains(t, e, "shorten filter and q", at)
		}
	}
}

// An answer with the status of a success that is none.
func TestUnusableAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		header http.Header
		body   string
		err    error
		cause  Cause
		says   []string
	}{
		"an error object":             {nil, `{"errorCode":"E0000009","errorSummary":"Internal Server Error","errorId":"oae1"}`, nil, CauseServer, []string{"E0000009", "Internal Server Error", "error id oae1"}},
		"of a token":                  {nil, `{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorId":"oae1"}`, nil, CauseAPIToken, []string{"E0000011", "create a new one", "oae1"}},
		"of a rate limit":             {oktas, `{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit"}`, nil, CauseRateLimit, []string{"E0000047"}},
		"of a code that is not known": {nil, `{"errorCode":"E0009999","errorSummary":"News"}`, nil, CauseUnknown, []string{"E0009999", "News"}},
		"HTML":                        {http.Header{"Content-Type": {"application/json"}, "Server": {"portal"}}, " <html>", nil, CauseNotOkta, []string{"Server: portal"}},
		"HTML of Okta's":              {oktas, "<html>", nil, CauseUnknown, nil},
		"nothing":                     {nil, "", nil, CauseNotOkta, nil},
		"another API":                 {http.Header{"Content-Type": {"application/json"}}, `{"message":"hello"}`, nil, CauseNotOkta, nil},
		"half a page":                 {nil, `[{"uuid":`, nil, CauseUnknown, nil},
		"br":                          {http.Header{"Content-Encoding": {"br"}}, "\x8b\x01", nil, CauseEncoding, []string{`Content-Encoding "br"`}},
		"zstd":                        {http.Header{"Content-Encoding": {"zstd"}}, "\x28\xb5\x2f\xfd", nil, CauseEncoding, []string{`"zstd"`}},
		"twice":                       {http.Header{"Content-Encoding": {"gzip", "gzip"}}, "\x1f\x8b", nil, CauseEncoding, []string{`"gzip, gzip"`}},
		"x-gzip":                      {http.Header{"Content-Encoding": {"x-gzip"}}, "\x1f\x8b", nil, CauseEncoding, []string{`"x-gzip"`}},
		"chunks of AWS":               {http.Header{"Content-Encoding": {"aws-chunked"}}, "2;chunk", nil, CauseEncoding, []string{`"aws-chunked"`}},
		"escape":                      {http.Header{"Content-Encoding": {"b\x1br"}}, "2", nil, CauseEncoding, []string{`"br"`}},
		"unnamed gzip":                {oktas, "\x1f\x8b\x08", nil, CauseEncoding, []string{"packed with gzip"}},
		"gzip that is none":           {oktas, "", gzip.ErrHeader, CauseEncoding, []string{"says gzip"}},
		"identity":                    {http.Header{"Content-Encoding": {"identity"}, "X-Okta-Request-Id": {"Yw1"}}, "[", nil, CauseUnknown, nil},
		"a connection broke":          {http.Header{"Content-Encoding": {"br"}}, "", http.ErrHandlerTimeout, CauseEncoding, nil},
	} {
		err := tc.err
		if err == nil {
			err = errors.New("no page")
		}
		var e *Error
		require.ErrorAs(t, Unusable(&http.Response{StatusCode: 200, Header: tc.header}, []byte(tc.body), "[", fmt.Errorf("read: %w", err)), &e)
		assert.Equal(t, tc.cause.String(), e.Cause.String(), name)
		assert.Equal(t, Unavailable, e.Kind, "%s: it is tried again", name)
		assert.ErrorContains(t, e, tc.cause.Remedy())
		for _, part := range tc.says {
			assert.ErrorContains(t, e, part, name)
		}
		assert.NotContains(t, e.Error(), "\x1b")
	}
}

func TestUnusableAnswersOfTheTokenEndpoint(t *testing.T) {
	for body, want := range map[string]Cause{
		`{"error":"invalid_client","error_description":"The client_assertion JWT kid is invalid."}`: CauseKeyID,
		`{"errorCode":"E0000009","errorSummary":"Internal Server Error"}`:                           CauseServer,
		`<html>sign in</html>`:            CauseNotOkta,
		`{"access_token":"secretSecret`:   CauseUnknown,
		`{"status":"ok"}`:                 CauseNotOkta,
		`"secretSecretOfSomeOtherService`: CauseNotOkta,
	} {
		err := UnusableToken(&http.Response{StatusCode: 200}, []byte(body), errors.New("the answer is no access token"))
		var e *Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, want.String(), e.Cause.String(), body)
		assert.True(t, e.TokenEndpoint)
		assert.NotContains(t, err.Error(), "secretSecret")
		assert.True(t, strings.Contains(err.Error(), "token endpoint"), err)
	}
}

// An error that is about an answer already is not put into itself: it would never end.
func TestAnErrorIsNotPutIntoItself(t *testing.T) {
	for _, coding := range []string{"br", "zstd", "x-gzip", "gzip, gzip"} {
		before := NoAnswer(errors.New("the answer is no access token"))
		before.TokenEndpoint = true
		err := UnusableToken(&http.Response{StatusCode: 200, Header: http.Header{"Content-Encoding": {coding}}}, []byte("x"), fmt.Errorf("ask: %w", before))
		require.ErrorContains(t, err, "the answer is no access token")
		require.ErrorContains(t, err, coding)
		require.NotErrorIs(t, err, http.ErrHandlerTimeout) // it ends
	}
}

// An empty page has two bytes, fewer than the header of gzip.
func TestGzipThatIsAnEmptyPage(t *testing.T) {
	err := Unusable(&http.Response{StatusCode: 200, Uncompressed: true, Header: oktas}, nil, "[", fmt.Errorf("read the body: %w", io.ErrUnexpectedEOF))
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, CauseEncoding, e.Cause)
	assert.Equal(t, Unavailable, e.Kind)
}

// The remedy is for the credential that was sent, whatever the answer names.
func TestCredentialThatWasSentIsBlamed(t *testing.T) {
	const oktaObject = `{"errorCode":"E0000011","errorSummary":"Invalid token provided"}`
	foreign := http.Header{"Www-Authenticate": {`Bearer realm="kong", error="invalid_token"`}, "Server": {"kong"}}
	own := http.Header{"Www-Authenticate": foreign["Www-Authenticate"], "X-Okta-Request-Id": {"Yw1"}}
	for _, tc := range []struct {
		credential string
		header     http.Header
		body       string
		want       Cause
	}{
		{"SSWS 00abc", nil, oktaObject, CauseAPIToken},
		{"SSWS 00abc", nil, "\ufeff" + oktaObject, CauseAPIToken},
		{"Bearer eyJ", nil, oktaObject, CauseAccessToken},
		{"DPoP eyJ", nil, oktaObject, CauseAccessToken},
		{"Bearer eyJ", foreign, "", CauseAccessToken},
		{"SSWS 00abc", foreign, "", CauseNotOkta},
		{"SSWS 00abc", own, "", CauseAPIToken},
	} {
		answer := &http.Response{StatusCode: http.StatusUnauthorized, Header: tc.header, Request: &http.Request{Header: http.Header{"Authorization": {tc.credential}}}}
		e := FromAnswer(answer, []byte(tc.body), wire.RateLimit{})
		assert.Equal(t, tc.want.String(), e.Cause.String(), "%s %s", tc.credential, tc.body)
		assert.NotContains(t, e.Error(), "00abc")
	}
}

// A body that is packed hides what Okta says.
func TestErrorsThatArePacked(t *testing.T) {
	for at, e := range answers(403, http.Header{"Content-Encoding": {"br"}, "X-Okta-Request-Id": {"Yw1"}}, "\x8b\x01") {
		assert.ErrorContains(t, e, `Content-Encoding "br", which was not asked for`, at)
	}
}
