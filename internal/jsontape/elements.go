// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"sort"
	"unsafe"
)

// Elements is a JSON array that was taken apart as [Split] does it, with the tapes of its elements: the text is gone
// through once instead of twice. The zero value is ready for use; it must not be used concurrently.
type Elements struct {
	tape  Tape // of one element after the other
	roots []arrayRoot
}

// arrayRoot says where an element begins.
type arrayRoot struct {
	pos int // in the text
	at  int // on the tape, or -1: it is not there
}

// Read takes an array apart, as Split does. The tapes are valid until the next Read, and as long as text is left as
// it is.
func (a *Elements) Read(text []byte, most int) (elements [][]byte, err error) {
	a.Release()
	a.tape.around = 1
	pos, more := a.tape.begin(text, '[', ']')
	for more {
		if len(elements) == most {
			a.Release()
			return nil, ErrTooMany
		}
		at, end := a.element(pos)
		if end < 0 {
			a.Release()
			return nil, ErrNotArray
		}
		a.roots = append(a.roots, arrayRoot{pos, at})
		elements = append(elements, text[pos:end:end])
		pos, more = next(a.tape.text, end, ']')
	}
	if !a.tape.ends(pos) {
		a.Release()
		return nil, ErrNotArray
	}
	return elements, nil
}

// element puts the element at pos on the tape, where there is room for all of it, and returns its index there, or -1,
// and the position behind it, or -1.
func (a *Elements) element(pos int) (at, end int) {
	t := &a.tape
	at, unescaped := len(t.cells), len(t.unescaped)
	if at > maxArrayTokens {
		return -1, valueEnd(t.text, pos, 1)
	}
	t.most = at + MaxTokens
	if end = t.value(cellKey{}, pos, 0); !t.full {
		return at, end
	}
	t.full = false
	t.cells, t.unescaped = t.cells[:at], t.unescaped[:unescaped]
	return -1, valueEnd(t.text, pos, 1)
}

// Tape returns the tape that has an element, as Read returned it, and the index of its root; nil where none has it,
// or it is no element of this array.
func (a *Elements) Tape(element []byte) (t *Tape, root int) {
	if a == nil || len(a.roots) == 0 || len(element) == 0 {
		return nil, 0
	}
	// Of what is in another place, the difference is as large as a length can't be, or that of no element.
	begin := uintptr(unsafe.Pointer(unsafe.StringData(a.tape.text)))  //nolint:gosec // compared, never followed
	pos := uintptr(unsafe.Pointer(unsafe.SliceData(element))) - begin //nolint:gosec // the same
	i := sort.Search(len(a.roots), func(i int) bool { return uintptr(a.roots[i].pos) >= pos })
	if i == len(a.roots) || uintptr(a.roots[i].pos) != pos || a.roots[i].at < 0 {
		return nil, 0
	}
	return &a.tape, a.roots[i].at
}

// Release lets go of the text and of the tapes, and of the room for them where it is unusually large.
func (a *Elements) Release() {
	if cap(a.tape.cells) > maxArrayTokens || cap(a.tape.unescaped) > maxArrayTokens/8 {
		*a = Elements{}
		return
	}
	clear(a.tape.unescaped)
	a.tape.begins("")
	a.roots = a.roots[:0]
}
