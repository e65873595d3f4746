// SPDX-License-Identifier: Apache-2.0

package jsontape

import "encoding/json"

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
	Array
	Object
	// Text is a container that lies too deep; Token.Text is its JSON, as sent.
	Text
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
	// Kind says which of the above are set.
	Kind Kind
}

// Empty reports whether a member with this value can be left out: null, or an object that says nothing.
func (t *Token) Empty() bool {
	return t.Kind == Null || t.Kind == Object && t.Kept == 0
}

// Tape is the tokens of one JSON text. The zero value is ready for use; it must not be used concurrently.
type Tape struct {
	tokens []Token
	text   string
	buf    []byte // unescaped text of the string being read
}

// At returns the token at an index. The root is at 0; a container's first child is at the container's index + 1.
func (t *Tape) At(i int) *Token {
	return &t.tokens[i]
}

// Member returns the index of the value that an object has for a key, or -1. The object is given by its index.
func (t *Tape) Member(object int, key string) int {
	for i := object + 1; i < t.tokens[object].Next; i = t.tokens[i].Next {
		if t.tokens[i].Key == key && t.tokens[i].Kind != Null {
			return i
		}
	}
	return -1
}

// Parse reads text, which must be valid UTF-8, and reports whether it is one JSON value. Strings of the tape are
// parts of text. After false the tape holds nothing of use.
func (t *Tape) Parse(text string) bool {
	t.text = text
	t.tokens = t.tokens[:0]
	end := t.value("", t.space(0), 0)
	return end >= 0 && t.space(end) == len(text)
}

// Len returns the number of tokens.
func (t *Tape) Len() int {
	return len(t.tokens)
}

// value reads the value at pos, which has depth containers around it, and returns the position behind it or -1.
func (t *Tape) value(key string, pos, depth int) int {
	switch t.peek(pos) {
	case '"':
		text, end := t.str(pos)
		t.scalar(Token{Key: key, Kind: String, Text: text})
		return end
	case '{', '[':
		if depth == MaxDepth {
			return t.tooDeep(key, pos)
		}
		if t.text[pos] == '{' {
			return t.object(key, pos, depth+1)
		}
		return t.array(key, pos, depth+1)
	case 'n':
		return t.literal(Token{Key: key, Kind: Null}, pos, "null")
	case 't':
		return t.literal(Token{Key: key, Kind: True}, pos, "true")
	case 'f':
		return t.literal(Token{Key: key, Kind: False}, pos, "false")
	default:
		end := numberEnd(t.text, pos)
		if end >= 0 {
			t.scalar(Token{Key: key, Kind: Number, Text: t.text[pos:end]})
		}
		return end
	}
}

func (t *Tape) object(key string, pos, depth int) int {
	at := t.open(Token{Key: key, Kind: Object})
	pos = t.space(pos + 1)
	if t.peek(pos) == '}' {
		return t.close(at, 0, pos+1)
	}
	var members, kept int
	var seen uint64
	for {
		if t.peek(pos) != '"' {
			return -1
		}
		member, end := t.str(pos)
		if end < 0 {
			return -1
		}
		if pos = t.space(end); t.peek(pos) != ':' {
			return -1
		}
		value := len(t.tokens)
		if pos = t.value(member, t.space(pos+1), depth); pos < 0 {
			return -1
		}
		// Two equal keys have the same bit; a bit that is set already says that there may be an equal one before.
		bit := keyBit(member)
		if seen&bit != 0 && members < smallObject {
			kept -= t.dropEarlier(at+1, value)
		}
		seen |= bit
		members++
		if !t.tokens[value].Empty() {
			kept++
		}
		pos = t.space(pos)
		switch t.peek(pos) {
		case ',':
			pos = t.space(pos + 1)
		case '}':
			if members > smallObject {
				kept = t.dropRepeated(at)
			}
			return t.close(at, kept, pos+1)
		default:
			return -1
		}
	}
}

func (t *Tape) array(key string, pos, depth int) int {
	at := t.open(Token{Key: key, Kind: Array})
	pos = t.space(pos + 1)
	if t.peek(pos) == ']' {
		return t.close(at, 0, pos+1)
	}
	for kept := 1; ; kept++ {
		if pos = t.value("", pos, depth); pos < 0 {
			return -1
		}
		pos = t.space(pos)
		switch t.peek(pos) {
		case ',':
			pos = t.space(pos + 1)
		case ']':
			return t.close(at, kept, pos+1)
		default:
			return -1
		}
	}
}

// tooDeep keeps the container at pos as text. Its grammar is left to encoding/json, which needs no stack for it.
func (t *Tape) tooDeep(key string, pos int) int {
	end := containerEnd(t.text, pos)
	if end < 0 || !json.Valid([]byte(t.text[pos:end])) {
		return -1
	}
	t.scalar(Token{Key: key, Kind: Text, Text: t.text[pos:end]})
	return end
}

func (t *Tape) literal(token Token, pos int, want string) int {
	end := pos + len(want)
	if end > len(t.text) || t.text[pos:end] != want {
		return -1
	}
	t.scalar(token)
	return end
}

func (t *Tape) scalar(token Token) {
	token.Next = len(t.tokens) + 1
	t.tokens = append(t.tokens, token)
}

func (t *Tape) open(token Token) int {
	t.tokens = append(t.tokens, token)
	return len(t.tokens) - 1
}

func (t *Tape) close(at, kept, pos int) int {
	t.tokens[at].Kept = kept
	t.tokens[at].Next = len(t.tokens)
	return pos
}

// peek returns the byte at pos, or 0, which begins nothing in JSON, behind the end.
func (t *Tape) peek(pos int) byte {
	if pos < len(t.text) {
		return t.text[pos]
	}
	return 0
}

// space returns the first position from pos on that is not white space.
func (t *Tape) space(pos int) int {
	for pos < len(t.text) && t.text[pos] <= ' ' {
		if c := t.text[pos]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			break
		}
		pos++
	}
	return pos
}
