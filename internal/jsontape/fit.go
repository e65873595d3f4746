// SPDX-License-Identifier: Apache-2.0

package jsontape

// fit reads the container at pos, which has depth containers around it, of a text that has more than MaxTokens tokens,
// and returns the position behind it or -1. It is put on the tape where all of it fits into the room that is left.
// Else it is kept as text, but for an object of few members: these are looked at one by one, so that a huge array costs
// none of the fields beside it.
func (t *Tape) fit(key cellKey, pos, depth int) int {
	if end, fits := t.whole(key, pos, depth); fits {
		return end
	}
	if members := countMembers(t.text, pos, depth); members <= min(maxOpened, t.room-1) {
		t.room -= 1 + members
		return t.container(key, pos, depth)
	}
	return t.asText(key, pos, depth)
}

// whole puts the container at pos with all that is inside on the tape, if there is room for it; else the tape is as it
// was.
func (t *Tape) whole(key cellKey, pos, depth int) (end int, fits bool) {
	cells, unescaped := len(t.cells), len(t.unescaped)
	t.limited, t.most = false, cells+t.room
	end = t.container(key, pos, depth)
	t.limited, t.most = true, MaxTokens
	if t.full {
		t.full = false
		clear(t.unescaped[unescaped:])
		t.cells, t.unescaped = t.cells[:cells], t.unescaped[:unescaped]
		return -1, false
	}
	t.room -= len(t.cells) - cells
	return end, true
}

// countMembers is how many members the object at pos has, at most one more than may be opened. An array counts as too
// many.
func countMembers(s string, pos, depth int) int {
	if s[pos] == '[' {
		return maxOpened + 1
	}
	members := 0
	pos, more := first(s, pos, '}')
	for more && members <= maxOpened {
		pos, more = memberEnd(s, pos, depth+1)
		members++
	}
	return members
}
