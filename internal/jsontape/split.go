// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"errors"
	"strings"
	"unsafe"
)

// Errors of Split.
var (
	// ErrNotArray says that a text is not one JSON array with nothing but white space around it.
	ErrNotArray = errors.New("not a complete, valid JSON array")
	// ErrTooMany says that an array has more elements than may be.
	ErrTooMany = errors.New("a JSON array with too many elements")
)

// Split takes a JSON array apart without copying: it returns the texts of its elements, each one valid JSON. It accepts
// what [encoding/json.Valid] accepts, text that is not UTF-8 too, of less than 2 GiB, and at most so many elements:
// whoever sent the text does not choose how much memory the list of them takes. The elements are parts of text. The
// error is [ErrNotArray] or [ErrTooMany].
func Split(text []byte, most int) (elements [][]byte, err error) {
	var t Tape
	pos, more := t.begin(text, '[', ']')
	for more {
		if len(elements) == most {
			return nil, ErrTooMany
		}
		end := valueEnd(t.text, pos, 1)
		if end < 0 {
			return nil, ErrNotArray
		}
		elements = append(elements, text[pos:end:end])
		pos, more = next(t.text, end, ']')
	}
	if !t.ends(pos) {
		return nil, ErrNotArray
	}
	return elements, nil
}

// Members takes a JSON object apart without copying: it calls member with each key, unescaped, and the text of its
// value, in the order of the text, and reports whether text is one object and nothing else but white space around it.
// It accepts the objects that Split accepts as elements. After false, member has been called for those that came before
// what is wrong. The values are parts of text.
func Members(text []byte, member func(key string, value []byte)) (ok bool) {
	var t Tape
	pos, more := t.begin(text, '{', '}')
	for more {
		key, value := t.key(pos)
		if value < 0 {
			return false
		}
		end := valueEnd(t.text, value, 1)
		if end < 0 {
			return false
		}
		member(strings.Clone(t.str(key)), text[value:end:end])
		pos, more = next(t.text, end, '}')
	}
	return t.ends(pos)
}

// begin returns where the first element of the container that the text must be begins, as first does.
func (t *Tape) begin(text []byte, opening, closing byte) (pos int, more bool) {
	// Not copied: the tape is gone before the caller may change the bytes.
	t.text = unsafe.String(unsafe.SliceData(text), len(text)) //nolint:gosec // read only, and only while the caller waits
	pos = space(t.text, 0)
	if len(text) > maxText || peek(t.text, pos) != opening {
		return -1, false
	}
	return first(t.text, pos, closing)
}

// ends reports whether nothing but white space is from pos on.
func (t *Tape) ends(pos int) bool {
	return pos >= 0 && space(t.text, pos) == len(t.text)
}
