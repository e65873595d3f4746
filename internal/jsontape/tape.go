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

// cell is a token in a fifth of the room and without a pointer: the garbage collector neither looks into the tape nor
// has to be told of each token that is written.
type cell struct {
	key     int32 // as in a cellKey
	keySize uint8
	kind    Kind
	inside  uint16 // how many tokens are inside: fewer than MaxTokens
	value   span   // of the text; of an array or an object it is the two counts
}

// The compiler refuses a MaxTokens that cell.inside can't count to.
const _ uint16 = MaxTokens - 1

// span is a string: from and to are positions in the tape's text, or, with to = unescaped, from is an index in the
// tape's unescaped strings.
type span struct{ from, to int32 }

const unescaped = -1

// cellKey is a key, as a cell has it: its position in the tape's text and its length, or, with size = keyApart, its
// index in the tape's unescaped strings. A key that is as long as that or longer is one of these too.
type cellKey struct {
	at   int32
	size uint8
}

const keyApart = math.MaxUint8

// keyOf is the cell's form of a key.
func (t *Tape) keyOf(key span) cellKey {
	size := key.to - key.from
	if key.to != unescaped && size < keyApart {
		return cellKey{key.from, uint8(size)}
	}
	if key.to != unescaped {
		key = t.apart(t.str(key))
	}
	return cellKey{key.from, keyApart}
}

// At returns the token at an index. The root is at 0; a container's first child is at the container's index + 1.
func (t *Tape) At(i int) Token {
	token := Token{Key: t.Key(i), Next: t.Next(i), Kind: t.Kind(i)}
	if c := &t.cells[i]; c.kind.hasInside() {
		token.Kept, token.Keyed = c.kept(), c.keyed()
	} else {
		token.Text = t.Text(i)
	}
	return token
}

// Key is described at [Token].
func (t *Tape) Key(i int) string {
	c := &t.cells[i]
	if c.keySize == keyApart {
		return t.unescaped[c.key]
	}
	return t.text[c.key : c.key+int32(c.keySize)]
}

// Text is described at [Token].
func (t *Tape) Text(i int) string {
	c := &t.cells[i]
	if c.kind.hasInside() {
		return ""
	}
	return t.str(c.value)
}

// Apart reports whether the text of a token that has one is no part of the text that was read: it had an escape, or was
// set.
func (t *Tape) Apart(i int) bool { return t.cells[i].value.to == unescaped }

// SetText gives a token another text; it must be of a kind that has one.
func (t *Tape) SetText(i int, text string) { t.cells[i].value = t.apart(text) }

// apart is the span of a string that does not stand in the text.
func (t *Tape) apart(s string) span {
	t.unescaped = append(t.unescaped, s)
	return span{int32(len(t.unescaped) - 1), unescaped}
}

// Next is described at [Token].
func (t *Tape) Next(i int) int { return i + 1 + int(t.cells[i].inside) }

// Kept is described at [Token]. Only an array or an object may be asked for it.
func (t *Tape) Kept(i int) int { return t.cells[i].kept() }

// Keyed is described at [Token]. Only an array or an object may be asked for it.
func (t *Tape) Keyed(i int) int { return t.cells[i].keyed() }

// Kind is described at [Token].
func (t *Tape) Kind(i int) Kind { return t.cells[i].kind }

func (c *cell) kept() int  { return int(c.value.from) }
func (c *cell) keyed() int { return int(c.value.to) }

// hasInside reports whether a value of the kind may have others inside.
func (k Kind) hasInside() bool { return k >= Array }

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
	return c.kind == Null || c.kind == Dropped || c.kind == Object && c.kept() == 0
}

func (c *cell) unkeyed() bool {
	return c.kind == Dropped || c.kind == Object && c.keyed() == 0
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
	end := t.value(cellKey{}, space(text, 0), 0)
	if t.full {
		t.begins(text)
		t.limited, t.room = true, MaxTokens
		end = t.value(cellKey{}, space(text, 0), 0)
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
