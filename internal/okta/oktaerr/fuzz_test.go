// SPDX-License-Identifier: Apache-2.0

package oktaerr

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// maxMessage bounds what an error says, in bytes: a log line, however much came over the wire.
const maxMessage = 4 << 10

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

		e := FromAnswer(resp, body, wire.RateLimitFrom(resp.Header, answered))
		requireErrorOf(t, e, resp)
		code, _, challenged := wire.Challenge(resp.Header)
		if e.Cause == CauseNotOkta || e.Cause == CauseProxy || e.Cause == CauseGateway {
			if status != 429 && status/100 != 3 {
				require.Equal(t, Unavailable, e.Kind)
			}
			require.Empty(t, e.RequestID+code)
			require.NotRegexp(t, oktaCode, e.Code)
		} else {
			require.Equal(t, kindOfAnswer(status, challenged), e.Kind)
		}

		e = FromTokenEndpoint(resp, body, answered)
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
		require.LessOrEqual(t, e.Wait, wire.MaxWindow)
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
	require.LessOrEqual(t, len(text), maxMessage)
	require.True(t, utf8.ValidString(text))
	assert.False(t, strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", text)
}
