// SPDX-License-Identifier: Apache-2.0

package jsontape

import "math"

// MaxDepth is how many containers may lie inside each other, the outermost one counted. Protocol buffer readers in
// C++ and Java refuse more than 100 nested messages; OTLP spends three on a level of JSON and six around a log record.
const MaxDepth = 28

// smallObject is the number of members up to which looking for an earlier member with the same key is cheaper by
// comparing than by hashing.
const smallObject = 64

// Kind says what a token is.
type Kind uint8

// The kinds of token.
const (
	Null Kind = iota
	False
	True
	Number
	String
	// Text is a container that lies too deep, or does not fit ([MaxTokens]); Token.Text is its JSON, as sent.
	Text
	Array // the first kind that may have something inside
	Object
	// Dropped is a member that another with the same key follows: it is as if it were not there.
	Dropped
)

// Token is one JSON value.
type Token struct {
	// Key is the key under which the value stands in its object, unescaped. It is empty for an array's elements.
	Key string
	// Text is a string's text unescaped, or a number's digits as sent.
	Text string
	// Next is the index of the token after this value and all that is inside it.
	Next int
	// Kept is the number of an array's elements, or of an object's members that say something: neither null, nor an
	// object that keeps none itself, nor followed by another member with the same key.
	Kept int
	// Keyed is the same where the key of a member that is null says something: null members count, and objects that
	// have such ones.
	Keyed int
	// Kind says which of the above are set.
	Kind Kind
}

// Tape is the tokens of one JSON text. The zero value is ready for use; it must not be used concurrently.
type Tape struct {
	cells     []cell
	text      string
	unescaped []string // the strings that are not parts of text as they stand there
	buf       []byte   // unescaped text of the string being read
	most      int      // how many tokens may be put on the tape
	full      bool     // there were more
	limited   bool     // such a text is read again, and what does not fit is kept as text
	room      int      // how many tokens still fit then
	around    int      // how many containers are around what the tape begins with
}

// cell is a token in a fifth of the room and without a pointer: the garbage collector neither looks into the tape nor has
// to be told of each token that is written.
type cell struct {
	key     int32  // the key's position in the tape's text, or its index in the tape's unescaped strings
	keySize uint16 // the key's length, or keyApart
	kind    Kind
	is      union
}

// union is the text of a value that has nothing inside; or of one that may have, how many tokens it takes together with
// what is inside, and the two counts, which are below [MaxTokens].
type union struct{ first, second int32 }

func textOf(s span) union { return union{s.from, s.to} }

func insideOf(tokens, kept, keyed int) union { return union{int32(tokens), int32(kept | keyed<<16)} }

func (u union) text() span  { return span{u.first, u.second} }
func (u union) tokens() int { return int(u.first) }
func (u union) kept() int   { return int(uint16(u.second)) }
func (u union) keyed() int  { return int(uint32(u.second) >> 16) }

// span is a string: from and to are positions in the tape's text, or, with to = unescaped, from is an index in the
// tape's unescaped strings.
type span struct{ from, to int32 }

const (
	unescaped = -1
	// keyApart is the size of a key that is one of the unescaped strings, as one is that is as long as this or longer.
	keyApart = math.MaxUint16
)

// At returns the token at an index. The root is at 0; a container's first child is at the container's index + 1.
func (t *Tape) At(i int) Token {
	return Token{Key: t.Key(i), Text: t.Text(i), Next: t.Next(i), Kept: t.Kept(i), Keyed: t.Keyed(i), Kind: t.Kind(i)}
}

// Key is described at [Token].
func (t *Tape) Key(i int) string {
	c := &t.cells[i]
	if c.keySize == keyApart {
		return t.unescaped[c.key]
	}
	return t.text[c.key : c.key+int32(c.keySize)]
}

// Text is described at [Token], as the others are.
func (t *Tape) Text(i int) string {
	c := &t.cells[i]
	if c.kind >= Array {
		return ""
	}
	return t.str(c.is.text())
}

// Apart reports whether the text of a token is no part of the text that was read: it had an escape, or was set.
func (t *Tape) Apart(i int) bool {
	c := &t.cells[i]
	return c.kind < Array && c.is.text().to == unescaped
}

// SetText gives a token another text; it must be of a kind that has one.
func (t *Tape) SetText(i int, text string) {
	t.cells[i].is = textOf(t.apart(text))
}

// apart is the span of a string that does not stand in the text.
func (t *Tape) apart(s string) span {
	t.unescaped = append(t.unescaped, s)
	return span{int32(len(t.unescaped) - 1), unescaped}
}

// Next is described at [Token].
func (t *Tape) Next(i int) int {
	if c := &t.cells[i]; c.kind >= Array {
		return i + c.is.tokens()
	}
	return i + 1
}

// Kept is described at [Token].
func (t *Tape) Kept(i int) int {
	if c := &t.cells[i]; c.kind >= Array {
		return c.is.kept()
	}
	return 0
}

// Keyed is described at [Token].
func (t *Tape) Keyed(i int) int {
	if c := &t.cells[i]; c.kind >= Array {
		return c.is.keyed()
	}
	return 0
}

// Kind is described at [Token].
func (t *Tape) Kind(i int) Kind { return t.cells[i].kind }

// Empty reports whether a member with this value can be left out: null, or an object that says nothing.
func (t *Tape) Empty(i int) bool {
	return t.cells[i].empty()
}

// Unkeyed reports whether a member with this value can be left out where the key of a member that is null says
// something: it was dropped, or is an object without any such member.
func (t *Tape) Unkeyed(i int) bool {
	return t.cells[i].unkeyed()
}

func (c *cell) empty() bool {
	return c.kind == Null || c.kind == Dropped || c.kind == Object && c.is.kept() == 0
}

func (c *cell) unkeyed() bool {
	return c.kind == Dropped || c.kind == Object && c.is.keyed() == 0
}

// str returns the string that a span stands for.
func (t *Tape) str(s span) string {
	if s.to == unescaped {
		return t.unescaped[s.from]
	}
	return t.text[s.from:s.to]
}

// Member returns the index of the value that an object has for a key, or -1. The object is given by its index.
func (t *Tape) Member(object int, key string) int {
	for i := object + 1; i < t.Next(object); i = t.Next(i) {
		if kind := t.Kind(i); kind != Null && kind != Dropped && t.Key(i) == key {
			return i
		}
	}
	return -1
}

// Parse reads text, which must be valid UTF-8, and reports whether it is one JSON value of less than 2 GiB. Strings of
// the tape are parts of text. After false the tape holds nothing of use.
func (t *Tape) Parse(text string) bool {
	t.begins(text)
	if len(text) > maxText {
		return false
	}
	end := t.value(span{}, space(text, 0), 0)
	if t.full {
		t.begins(text)
		t.limited, t.room = true, MaxTokens
		end = t.value(span{}, space(text, 0), 0)
	}
	return t.ends(end)
}

// Reset empties the tape, which keeps the text alive that was parsed last, and keeps its room.
func (t *Tape) Reset() { t.begins("") }

// begins empties the tape for a text.
func (t *Tape) begins(text string) {
	t.text, t.cells, t.unescaped = text, t.cells[:0], t.unescaped[:0]
	t.most, t.full, t.limited = MaxTokens, false, false
}

// Len returns the number of tokens.
func (t *Tape) Len() int {
	return len(t.cells)
}
