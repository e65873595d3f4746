// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// list is a JSON array of n numbers, and object a JSON object of n members.
func list(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("0,", n), ",") + "]" }

func object(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"k%d":%d`, i, i)
	}
	return "{" + strings.TrimPrefix(b.String(), ",") + "}"
}

// A container that does not fit is kept as text, and costs none of the fields beside it.
func TestWhatDoesNotFitIsKeptAsText(t *testing.T) {
	huge := list(MaxTokens)
	for name, tc := range map[string]struct {
		text string
		kept map[string]string // the value at a path of keys, as JSON or as text
	}{
		"an array":             {`{"a":1,"b":` + huge + `,"c":{"d":2}}`, map[string]string{"a": "1", "b": huge, "c.d": "2"}},
		"inside an object":     {`{"a":{"b":` + huge + `,"c":3},"d":[4]}`, map[string]string{"a.b": huge, "a.c": "3", "d": "[4]"}},
		"an object":            {`{"a":` + object(MaxTokens) + `,"b":1}`, map[string]string{"a": object(MaxTokens), "b": "1"}},
		"in an array":          {`{"a":[{"b":` + huge + `}],"c":1}`, map[string]string{"a": `[{"b":` + huge + `}]`, "c": "1"}},
		"several that are one": {`{"a":` + list(MaxTokens/2) + `,"b":` + list(MaxTokens/2) + `,"c":1}`, map[string]string{"b": list(MaxTokens / 2), "c": "1"}},
		"escaped keys":         {`{"\u0061":` + list(10) + `,"b":` + huge + `}`, map[string]string{"a": list(10), "b": huge}},
	} {
		t.Run(name, func(t *testing.T) {
			var tape Tape
			require.True(t, tape.Parse(tc.text))
			assert.LessOrEqual(t, tape.Len(), MaxTokens)
			for path, want := range tc.kept {
				at := 0
				for key := range strings.SplitSeq(path, ".") {
					at = tape.Member(at, key)
					require.GreaterOrEqual(t, at, 0, path)
				}
				if kind := tape.Kind(at); kind == Array || kind == Object {
					var elements []any
					require.NoError(t, json.Unmarshal([]byte(want), &elements))
					assert.Equal(t, len(elements), tape.Kept(at))
					continue
				}
				assert.Equal(t, want, tape.Text(at), path)
			}
			require.True(t, tape.Parse(`{"a":[1]}`), "the next text is read as ever")
			assert.Equal(t, 3, tape.Len())
		})
	}
}

func TestTextThatIsTooMuchAsAWhole(t *testing.T) {
	for _, text := range []string{object(MaxTokens), list(MaxTokens)} {
		var tape Tape
		require.True(t, tape.Parse(text))
		assert.Equal(t, 1, tape.Len())
		assert.Equal(t, Text, tape.Kind(0))
		assert.Equal(t, text, tape.Text(0))
		assert.False(t, tape.Parse(text[:len(text)-1]))
		assert.False(t, tape.Parse(text+"]"))
	}
}

func TestAFullTapeHasRoomForAllOfIt(t *testing.T) {
	var tape Tape
	require.True(t, tape.Parse(list(MaxTokens-1)))
	assert.Equal(t, MaxTokens, tape.Len())
	assert.Equal(t, Array, tape.Kind(0))
}
