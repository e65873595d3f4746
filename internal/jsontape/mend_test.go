// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMend(t *testing.T) {
	for text, want := range map[string]string{
		"[\"a\tb\"]":                        `["a\u0009b"]`,
		"[\"a\nb\x00\", \"\x1f\"]":          `["a\u000ab\u0000", "\u001f"]`,
		"[\"a\\\"\t\"]":                     `["a\"\u0009"]`,
		"[\"\\\\\", \"\t\"]":                `["\\", "\u0009"]`,
		`[NaN,{"a":-Infinity},Infinity]`:    `["NaN",{"a":"-Infinity"},"Infinity"]`,
		"[\n\t\"NaN, Infinity\",\tNaN\n]":   "[\n\t\"NaN, Infinity\",\t\"NaN\"\n]",
		"{\"k\tey\":1}":                     `{"k\u0009ey":1}`,
		"[\"\t\", \"not JSON all the same]": `["\u0009", "not JSON all the same]`,
	} {
		mended, changes := Mend([]byte(text))
		assert.Equal(t, want, string(mended), "%q", text)
		assert.Positive(t, changes)
	}
	for _, text := range []string{"", "[]", "[\t]", `["a\tb"]`, `["NaN"]`, "[nan]", `"`, `"\`, "[\"" + strings.Repeat("\t", MaxMended+1) + "\"]"} {
		mended, changes := Mend([]byte(text))
		assert.Nil(t, mended, text[:min(len(text), 10)])
		assert.Zero(t, changes)
	}
}

// FuzzMend holds that valid JSON is left alone, and that nothing but what is mended is read in another way.
func FuzzMend(f *testing.F) {
	for _, text := range []string{"[\"a\tb\"]", `[NaN,"NaN\"",-Infinity]`, "[\"\\\t\"]", "[1,\"\x01\"", `{"a":[Infinity]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		mended, changes := Mend(text)
		require.Equal(t, before, text)
		if changes == 0 {
			require.Nil(t, mended)
			return
		}
		require.False(t, json.Valid(text), "what is valid is left alone")
		again, more := Mend(mended)
		require.Nil(t, again)
		require.Zero(t, more)
		if elements, err := Split(mended, 1<<20); err == nil {
			whole, err := Split(mended, len(elements))
			require.NoError(t, err)
			require.Equal(t, elements, whole)
		}
	})
}
