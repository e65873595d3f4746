// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decoded turns the value at a token into what encoding/json makes of it, with null and dropped members left out.
func decoded(t *Tape, at int) any {
	token := t.At(at)
	switch token.Kind {
	case False, True:
		return token.Kind == True
	case Number:
		return json.Number(token.Text)
	case String, Text:
		return token.Text
	case Array:
		list := []any{}
		for i := at + 1; i < token.Next; i = t.At(i).Next {
			list = append(list, decoded(t, i))
		}
		return list
	case Object:
		object := map[string]any{}
		for i := at + 1; i < token.Next; i = t.At(i).Next {
			if kind := t.At(i).Kind; kind != Null && kind != Dropped {
				object[t.At(i).Key] = decoded(t, i)
			}
		}
		return object
	default:
		return nil
	}
}

// reference decodes with encoding/json and leaves out null members.
func reference(text string) any {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return nil
	}
	return withoutNulls(value)
}

func withoutNulls(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = withoutNulls(v[i])
		}
	case map[string]any:
		for key, member := range v {
			if member == nil {
				delete(v, key)
			} else {
				v[key] = withoutNulls(member)
			}
		}
	}
	return value
}

var samples = []string{
	`null`, `true`, `false`, `0`, `-0`, `-1.5e+10`, `""`, `"a"`, `[]`, `{}`, ` [ 1 , "b" , { "c" : null } ] `,
	`{"a":1,"a":2}`, `{"a":1,"b":2,"a":null}`, `{"a":{"b":1},"\u0061":{"c":2}}`, `{"":{"":""}}`,
	`"\"\\\/\b\f\n\r\t\u00e9\u2028"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00x"`, `"\ud83d\u0041"`, `"\ud83d\ud83d\ude00"`, `"\uD83D\n"`,
	`"long enough for eight bytes at a time, then a quote \" and on"`, "\"\u00e9\u4e16\U0001F600 beyond ASCII\"",
	"\"tab\there\"", `"\x"`, `"\u12g4"`, `"\u12`, `"open`, `"open\`, `01`, `1.`, `.5`, `1e`, `1e+`, `-`, `+1`, `1_0`, `0x1`,
	`nul`, `nulll`, `tru`, `[1,]`, `[,1]`, `[1 2]`, `[1`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":1`, `{,}`,
	``, ` `, `1 2`, `{}x`, "\v1", "\x00", `"\ud83d\u00g0"`, `"\ud83d\u12"`, `"\u+123"`,
}

func TestAgreesWithEncodingJSON(t *testing.T) {
	var tape Tape
	for _, text := range samples {
		valid := tape.Parse(text)
		assert.Equal(t, json.Valid([]byte(text)), valid, "%q", text)
		if valid {
			assert.Equal(t, reference(text), decoded(&tape, 0), "%q", text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range samples {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("Parse wants valid UTF-8")
		}
		var tape Tape
		require.Equal(t, json.Valid([]byte(text)), tape.Parse(text))
		if json.Valid([]byte(text)) && strings.Count(text, "[")+strings.Count(text, "{") <= MaxDepth {
			require.Equal(t, reference(text), decoded(&tape, 0))
		}
	})
}

func TestKept(t *testing.T) {
	for text, want := range map[string]int{
		`{}`: 0, `{"a":null}`: 0, `{"a":{"b":{}}}`: 0, `{"a":[]}`: 1, `{"a":"","b":null,"c":0}`: 2,
		`{"a":1,"a":2}`: 1, `{"a":1,"a":null}`: 0, `{"a":null,"a":1}`: 1, `[null,{}]`: 2, `[]`: 0,
	} {
		var tape Tape
		require.True(t, tape.Parse(text), text)
		assert.Equal(t, want, tape.At(0).Kept, text)
	}
}

// Where a key says something by itself, members that are null count too, but not those that were dropped.
func TestKeyed(t *testing.T) {
	for text, want := range map[string]int{
		`{}`: 0, `{"a":null}`: 1, `{"a":{}}`: 0, `{"a":{"b":{}}}`: 0, `{"a":{"b":null}}`: 1, `{"a":[],"b":null,"c":0,"d":{}}`: 3,
		`{"a":null,"a":null}`: 1, `{"a":1,"a":null}`: 1, `{"a":null,"a":1}`: 1, `{"a":null,"a":{}}`: 0, `{"a":1,"a":{"b":null},"a":{}}`: 0,
		"{" + strings.Repeat(`"a":null,"b":{},"c":{"d":null},`, smallObject) + `"a":null}`: 2,
	} {
		var tape Tape
		require.True(t, tape.Parse(text), text)
		assert.Equal(t, want, tape.Keyed(0), text)
		assert.Equal(t, want, tape.At(0).Keyed, text)
		there := 0
		for i := 1; i < tape.Next(0); i = tape.Next(i) {
			if !tape.Unkeyed(i) {
				there++
			}
		}
		assert.Equal(t, want, there, text)
	}
}

// Above smallObject another way is taken to the same end, in linear time.
func TestRepeatedKeysOfALargeObject(t *testing.T) {
	text := "{" + strings.Repeat(`"a":1,"b":2,"c":null,`, 20_000) + `"a":3,"d":{}}`
	var tape Tape
	require.True(t, tape.Parse(text))
	assert.Equal(t, 2, tape.At(0).Kept)
	assert.Equal(t, "3", tape.At(tape.Member(0, "a")).Text)
	assert.Equal(t, -1, tape.Member(0, "c"))
	assert.Equal(t, -1, tape.Member(0, "nowhere"))
}

// A key that is too long for its length to be on the tape is as any other.
func TestKeysOfAnyLength(t *testing.T) {
	for _, length := range []int{0, 1, keyApart - 1, keyApart, keyApart + 1, 3 * keyApart} {
		key := strings.Repeat("k", length)
		text := `{"` + key + `":{"a":1},"` + key + `":["\u0062",2],"` + key + `c":"d"}`
		var tape Tape
		require.True(t, tape.Parse(text))
		assert.Equal(t, reference(text), decoded(&tape, 0), length)
		assert.Equal(t, 2, tape.Kept(0))
		require.Equal(t, 3, tape.Member(0, key), "the first one is dropped")
		assert.Equal(t, 6, tape.Next(3))
	}
}

// The most that a container may have inside is as much as its counts can say.
func TestCountsOfAFullTape(t *testing.T) {
	for _, text := range []string{list(MaxTokens - 1), object(MaxTokens - 1)} {
		var tape Tape
		require.True(t, tape.Parse(text))
		assert.Equal(t, MaxTokens, tape.Len())
		assert.Equal(t, MaxTokens-1, tape.Kept(0))
		assert.Equal(t, MaxTokens-1, tape.Keyed(0))
		assert.Equal(t, MaxTokens, tape.Next(0))
	}
}

func TestDepthIsBounded(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + `"]"` + strings.Repeat("]", n) }
	var tape Tape
	require.True(t, tape.Parse(nested(MaxDepth)))
	assert.Equal(t, String, tape.At(MaxDepth).Kind)

	require.True(t, tape.Parse(nested(MaxDepth+2)))
	assert.Equal(t, Text, tape.At(MaxDepth).Kind)
	assert.Equal(t, `[["]"]]`, tape.At(MaxDepth).Text)

	assert.True(t, tape.Parse(nested(maxNesting)))
	assert.False(t, tape.Parse(nested(maxNesting+1)), "encoding/json accepts no more")
	assert.False(t, json.Valid([]byte(nested(maxNesting+1))))
	assert.False(t, tape.Parse(strings.Repeat("[", 1_000_000)))
	assert.False(t, tape.Parse(strings.Repeat("[", MaxDepth)+`{"a"}`+strings.Repeat("]", MaxDepth)))
}

func TestParseReusesItsRoom(t *testing.T) {
	text := `{"a":[1,2,{"b":"c"}],"d":null}`
	var tape Tape
	require.True(t, tape.Parse(text))
	assert.Zero(t, testing.AllocsPerRun(10, func() { tape.Parse(text) }))
}
