// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsWrittenIsReadAsWhatItWas(t *testing.T) {
	for _, text := range []string{
		`{a: 1, b: 1.0, c: 1e3, d: 3.5, e: .inf, f: -.inf, g: 1e300, h: -0.25, i: 123456789012345678}`,
		`{a: "1", b: "1.0", c: "true", d: "null", e: "", f: ~, g: true, h: "~", i: "2026-11-21", j: 2026-11-21T10:30:00+01:00, k: "0x1f", l: "yes"}`,
		`{a: [], b: {}, c: [1.0, {d: [2.0]}], e: [null]}`,
		`{a: "tab\t \x7f \u2028 \ufeff ü # : - ' \" $$ ${env:X}", b: "two\nlines\n", c: " spaces ", "odd key: #": 1}`,
	} {
		config, err := Read(t.Context(), []string{"yaml:" + text})
		require.NoError(t, err)
		written, err := Write(config)
		require.NoError(t, err)
		again, err := Read(t.Context(), []string{"yaml:" + string(written)})
		require.NoError(t, err, string(written))
		assert.Equal(t, config, again, text)
	}
}

func TestListsOfStringsAreWritten(t *testing.T) {
	written, err := Write(Tree{"receivers": []string{"a/b", "c"}, "none": []string(nil), "n": 3, "rate": 0.6})
	require.NoError(t, err)
	assert.YAMLEq(t, "{receivers: [a/b, c], none: [], n: 3, rate: 0.6}", string(written))
}
