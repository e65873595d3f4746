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
	elements, err := Split([]byte(text), len(text))
	if !isArray([]byte(text)) {
		require.ErrorIs(t, err, ErrNotArray, "%q", text)
		return
	}
	require.NoError(t, err, "%q", text)
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
	_, err := Split(nested(maxNesting), 1)
	require.NoError(t, err)
	assert.True(t, json.Valid(nested(maxNesting)))
	_, err = Split(nested(maxNesting+1), 1)
	require.ErrorIs(t, err, ErrNotArray)
	assert.False(t, json.Valid(nested(maxNesting+1)))
	_, err = Split([]byte(strings.Repeat(`[{"":`, 1<<20)), 1)
	require.ErrorIs(t, err, ErrNotArray)
}

func TestSplitIsBoundedInElements(t *testing.T) {
	elements, err := Split([]byte(`[1,2,3]`), 3)
	require.NoError(t, err)
	assert.Len(t, elements, 3)
	_, err = Split([]byte(`[1,2,3]`), 2)
	require.ErrorIs(t, err, ErrTooMany)
	elements, err = Split([]byte(`[]`), 0)
	require.NoError(t, err)
	assert.Empty(t, elements)
	many := []byte("[" + strings.Repeat("0,", 1<<20) + "0]")
	allocated := testing.AllocsPerRun(1, func() { _, err = Split(many, 2000) })
	require.ErrorIs(t, err, ErrTooMany)
	assert.Less(t, allocated, 20.0)
}

// An element has no room behind it: appending to it can't write over the next one.
func TestSplitElementsEndWhereTheyEnd(t *testing.T) {
	elements, err := Split([]byte(`[1,2]`), 2)
	require.NoError(t, err)
	assert.Equal(t, 1, cap(elements[0]))
}

func FuzzSplit(f *testing.F) {
	for _, text := range samples {
		f.Add(text)
		f.Add("[" + text + "]")
	}
	f.Fuzz(requireSplit)
}
