// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tokensOf are the tokens of the value at an index, as if the tape began there.
func tokensOf(t *Tape, root int) (tokens []Token) {
	for i := root; i < t.Next(root); i++ {
		token := t.At(i)
		token.Next -= root
		tokens = append(tokens, token)
	}
	return tokens
}

// requireElements requires that a text is taken apart as Split does it, and that each element's tape is that of Parse,
// where there is one.
func requireElements(t *testing.T, e *Elements, text string) (onTape int) {
	t.Helper()
	given := []byte(text)
	want, wantErr := Split(given, len(text))
	got, err := e.Read(given, len(text))
	require.Equal(t, wantErr, err, "%.200q", text)
	require.Equal(t, want, got, "%.200q", text)
	for _, element := range got {
		tape, root := e.Tape(element)
		if tape == nil {
			continue
		}
		onTape++
		var alone Tape
		require.True(t, alone.Parse(string(element)))
		require.Equal(t, tokensOf(&alone, 0), tokensOf(tape, root), "%.200q", element)
	}
	return onTape
}

func TestElementsAreThoseOfSplitAndParse(t *testing.T) {
	var e Elements // the same one for all: what came before leaves nothing
	for _, text := range samples {
		requireElements(t, &e, text)
		requireElements(t, &e, "["+text+"]")
		requireElements(t, &e, " [ {\"a\" : "+text+" } ,\n"+text+" ] ")
		requireElements(t, &e, "["+text+"]"+text)
		requireElements(t, &e, "["+text)
		requireElements(t, &e, `[{"a":"\u00e9","a":1},`+text+",]")
	}
	for depth := maxNesting - MaxDepth - 2; depth < maxNesting+2; depth++ {
		requireElements(t, &e, strings.Repeat("[", depth)+strings.Repeat("]", depth))
	}
}

// An element with more tokens than a tape has, and what comes when the tapes are full, has none; the others have.
func TestElementsAreBounded(t *testing.T) {
	var e Elements
	large := "[" + strings.Repeat(`"\n",`, MaxTokens) + "0]"
	assert.Equal(t, 2, requireElements(t, &e, "[1,"+large+`,{"a":"\t"}]`))
	half := "[" + strings.Repeat(`"\n",`, MaxTokens/2) + "0]"
	many := requireElements(t, &e, "["+strings.Repeat(half+",", 12)+"0]")
	assert.Equal(t, maxArrayTokens/(MaxTokens/2), many)
	e.Release()
	assert.LessOrEqual(t, cap(e.tape.unescaped), maxArrayTokens/8, "the room for them is given back")
	_, err := e.Read([]byte("[1,2,3]"), 2)
	require.ErrorIs(t, err, ErrTooMany)
}

// Only what Read returned has a tape: neither a copy of it, nor a part, nor what it returned before.
func TestTapesAreTheirElements(t *testing.T) {
	var e Elements
	text := []byte(`[{"a":[1]},2]`)
	elements, err := e.Read(text, 2)
	require.NoError(t, err)
	for _, element := range elements {
		tape, _ := e.Tape(element)
		assert.NotNil(t, tape)
	}
	for name, other := range map[string][]byte{
		"a copy": slices.Clone(elements[0]), "a part": elements[0][5:8], "the array": text, "nothing": nil, "an empty part": elements[0][:0],
	} {
		tape, _ := e.Tape(other)
		assert.Nil(t, tape, name)
	}
	e.Release()
	tape, _ := e.Tape(elements[0])
	assert.Nil(t, tape, "released")
	_, err = e.Read([]byte(`[1,`), 2)
	require.ErrorIs(t, err, ErrNotArray)
	tape, _ = e.Tape(elements[0])
	assert.Nil(t, tape, "of an array that is none")
	var none *Elements
	tape, _ = none.Tape(elements[0])
	assert.Nil(t, tape)
}
