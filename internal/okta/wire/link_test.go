// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLinkTo(t *testing.T) {
	const self = `<https://acme.okta.com/api/v1/logs?limit=1>; rel="self"`
	for name, tc := range map[string]struct {
		lines []string
		want  string
		ok    bool
	}{
		"one line each": {
			lines: []string{self, `<https://acme.okta.com/api/v1/logs?after=1_1>; rel="next"`},
			want:  "https://acme.okta.com/api/v1/logs?after=1_1", ok: true,
		},
		"folded into one line": {
			lines: []string{self + `, <https://acme.okta.com/api/v1/logs?after=1_1>; rel="next"`},
			want:  "https://acme.okta.com/api/v1/logs?after=1_1", ok: true,
		},
		"next before self": {
			lines: []string{`<https://acme.okta.com/n>; rel="next",` + self},
			want:  "https://acme.okta.com/n", ok: true,
		},
		"commas and semicolons in the URL": {
			lines: []string{`<https://acme.okta.com/n?q=a,b;c>; rel="next"`},
			want:  "https://acme.okta.com/n?q=a,b;c", ok: true,
		},
		"quotes in the URL": {
			lines: []string{`<https://acme.okta.com/n?filter=a%20eq%20"b">; rel="next"`},
			want:  `https://acme.okta.com/n?filter=a%20eq%20"b"`, ok: true,
		},
		"a comma in another parameter": {
			lines: []string{`<https://acme.okta.com/s>; title="a, b; rel=next"; rel="self", <https://acme.okta.com/n>; rel="next"`},
			want:  "https://acme.okta.com/n", ok: true,
		},
		"an escaped quote in another parameter": {
			lines: []string{`<https://acme.okta.com/n>; title="a \", b"; rel="next"`},
			want:  "https://acme.okta.com/n", ok: true,
		},
		"rel without quotes, in capitals": {
			lines: []string{`<https://acme.okta.com/n>; REL=Next`},
			want:  "https://acme.okta.com/n", ok: true,
		},
		"several relations": {
			lines: []string{`<https://acme.okta.com/n>; rel="next last"`},
			want:  "https://acme.okta.com/n", ok: true,
		},
		"no next":         {lines: []string{self}},
		"no header":       {},
		"not a link":      {lines: []string{"next", "<", ";;,,", `<https://acme.okta.com/n; rel="next"`}},
		"nextish":         {lines: []string{`<https://acme.okta.com/n>; rel="nextish"`}},
		"rel in the path": {lines: []string{`<https://acme.okta.com/;rel=next>; rel="self"`}},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			for _, line := range tc.lines {
				h.Add("link", line)
			}
			got, ok := Link(h, "next")
			assert.Equal(t, tc.ok, ok)
			assert.Equal(t, tc.want, got)
		})
	}
}
