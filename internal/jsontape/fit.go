// SPDX-License-Identifier: Apache-2.0

package jsontape

// fit reads the container at pos, which has depth containers around it, of a text that has more than MaxTokens tokens,
// and returns the position behind it or -1. It is put on the tape where all of it fits into the room that is left.
// Else it is kept as text, but for an object of few members: these are looked at one by one, so that a huge array costs
// none of the fields beside it.
func (t *Tape) fit(key span, pos, depth int) int {
	if size := t.sizeOf(pos, depth); size <= t.room {
		t.room -= size
		t.limited = false
		end := t.container(key, pos, depth)
		t.limited = true
		return end
	}
	if members := t.membersOf(pos, depth); members <= min(maxOpened, t.room-1) {
		t.room -= 1 + members
		return t.container(key, pos, depth)
	}
	return t.asText(key, pos, depth)
}

// sizeOf is how many tokens the container at pos has.
func (t *Tape) sizeOf(pos, depth int) int {
	t.size = 0
	t.skip(pos, depth)
	return t.size
}

// membersOf is how many members the object at pos has, at most one more than may be opened. An array counts as too
// many.
func (t *Tape) membersOf(pos, depth int) int {
	if t.text[pos] == '[' {
		return maxOpened + 1
	}
	members := 0
	pos, more := first(t.text, pos, '}')
	for more && members <= maxOpened {
		_, value := t.key(pos)
		pos, more = next(t.text, t.skip(value, depth+1), '}')
		members++
	}
	return members
}
