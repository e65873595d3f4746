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

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/wire"
)

// maxMessage bounds what an error says, in bytes: a log line, however much came over the wire.
const maxMessage = 4 << 10

// Whatever the Link lines are: a link leads nowhere but to the System Log of the org, and what is requested is
// its query, byte for byte.
func FuzzNextLink(f *testing.F) {
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
		link, ok := wire.Link(http.Header{"Link": strings.Split(text, "\n")}, "next")
		if !ok {
			return
		}
		at, _, err := positionFromLink(link, org)
		if err != nil {
			require.Zero(t, at)
			requireLogLine(t, err.Error())
			return
		}
		requireStaysHome(t, at, org)
		require.Contains(t, link, at.String())
	})
}

// What was stored, and was changed there by whatever: a position that is read leads to the org, and
// can be requested.
func FuzzPosition(f *testing.F) {
	f.Add(Query{Filter: `eventType sw "user."`, Search: "jane doe", PageSize: 1000}.Since(time.Unix(1795262400, 0)).String())
	f.Add("/api/v1/logs?after=1_1&limit=1000")
	f.Add("/api/v1/logs?after=%zz")
	f.Add("/api/v1/logs?after=1;2&q=100%")
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
	require.Equal(t, at.String(), req.URL.RequestURI())
	again, err := ParsePosition(at.String())
	require.NoError(t, err)
	require.Equal(t, at, again)
}

// requireLogLine fails when a text is not fit for a log line.
func requireLogLine(t *testing.T, text string) {
	t.Helper()
	require.NotEmpty(t, text)
	require.LessOrEqual(t, len(text), maxMessage)
	require.True(t, utf8.ValidString(text))
	assert.False(t, strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", text)
}
