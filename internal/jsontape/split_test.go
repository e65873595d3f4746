// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// isArray is what Split must accept.
func isArray(text []byte) bool {
	start := space(string(text), 0)
	return json.Valid(text) && text[start] == '['
}

func requireSplit(t *testing.T, text string) {
	t.Helper()
	elements, ok := Split([]byte(text))
	require.Equal(t, isArray([]byte(text)), ok, "%q", text)
	if !ok {
		return
	}
	var want []json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(text), &want))
	require.Len(t, elements, len(want))
	for i := range want {
		require.Equal(t, string(want[i]), string(elements[i]))
	}
}

func TestSplitAgreesWithEncodingJSON(t *testing.T) {
	for _, text := range samples {
		requireSplit(t, text)
		requireSplit(t, "["+text+"]")
		requireSplit(t, " [ {\"a\" : "+text+" } ,\n"+text+" ] ")
		requireSplit(t, "["+text+"]"+text)
		requireSplit(t, "["+text)
		requireSplit(t, "[\"\xff\","+text+",]")
	}
}

func TestSplitIsBoundedInDepth(t *testing.T) {
	nested := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	_, ok := Split(nested(maxNesting))
	assert.True(t, ok)
	assert.True(t, json.Valid(nested(maxNesting)))
	_, ok = Split(nested(maxNesting + 1))
	assert.False(t, ok)
	assert.False(t, json.Valid(nested(maxNesting+1)))
	_, ok = Split([]byte(strings.Repeat(`[{"":`, 1<<20)))
	assert.False(t, ok)
}

// An element has no room behind it: appending to it can't write over the next one.
func TestSplitElementsEndWhereTheyEnd(t *testing.T) {
	elements, ok := Split([]byte(`[1,2]`))
	require.True(t, ok)
	assert.Equal(t, 1, cap(elements[0]))
}

func FuzzSplit(f *testing.F) {
	for _, text := range samples {
		f.Add(text)
		f.Add("[" + text + "]")
	}
	f.Fuzz(requireSplit)
}
