// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever the Link lines are: a link is what stands between < and >, whether the lines come one by
// one or folded into one.
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
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		link, ok := Link(http.Header{"Link": lines}, "next")
		requireFoldingChangesNothing(t, lines, link, ok)
		if !ok {
			require.Empty(t, link)
			return
		}
		require.True(t, isTarget(link, text), "%q", link)
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

// requireFoldingChangesNothing joins the lines with commas, as a proxy may (RFC 9110, section 5.3).
// That says the same as long as no line leaves a quote or a target open.
func requireFoldingChangesNothing(t *testing.T, lines []string, link string, ok bool) {
	t.Helper()
	for _, line := range lines {
		if !closed(line) {
			return
		}
	}
	folded, found := Link(http.Header{"Link": {strings.Join(lines, ", ")}}, "next")
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
