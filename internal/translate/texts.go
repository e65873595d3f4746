// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"hash/maphash"
	"strings"
	"unsafe"
)

// texts makes the strings of records. They are copies: the tape's lie in the event's bytes, which are free for other
// use as soon as there is a record. A text that comes again and again is copied once. The rest lies side by side in
// blocks, so that a record that is kept for long keeps a block or two, and no page.
type texts struct {
	block []byte // only ever appended to
	seed  maphash.Seed
	free  []freeText // by their hashes, recentFree of them; nil before the first one
}

// freeText is a key or a value of a free-form map that came twice, with none in between that has the same place.
type freeText struct {
	text string
	seen uint32 // a part of the hash of what came last
}

// ofField returns a copy of a text of a field, which is the one that was made before where it is among the field's last
// ones.
func (t *texts) ofField(n *node, text string) string {
	if n.varies || text == "" || len(text) > maxRecent {
		return t.copied(text)
	}
	if n.recent == nil {
		n.recent = make([]string, fewRecent)
	}
	place := sum(text) % uint(len(n.recent))
	if recent := n.recent[place]; recent == text {
		n.repeated()
		return recent
	}
	if n.changed(); n.varies {
		return t.copied(text)
	}
	text = strings.Clone(text) // not in a block, which it would keep
	n.recent[place] = text
	return text
}

// sum tells the texts of a field from each other well enough: by length, beginning, middle and end.
func sum(text string) uint {
	n := uint(len(text))
	return n*31 + uint(text[0])*7 + uint(text[n/2])*5 + uint(text[n-1])*3 + uint(text[(n-1)*3/4])
}

// ofFreeForm returns a copy of a key or of a text in a free-form map, where one field's texts are not told from
// another's.
func (t *texts) ofFreeForm(text string) string {
	if text == "" || len(text) > maxRecent {
		return t.copied(text)
	}
	if t.free == nil {
		t.free, t.seed = make([]freeText, recentFree), maphash.MakeSeed()
	}
	hash := maphash.String(t.seed, text)
	recent := &t.free[hash%recentFree]
	if recent.text == text {
		return recent.text
	}
	if seen := uint32(hash >> 32); recent.seen != seen {
		recent.seen = seen
		return t.copied(text)
	}
	recent.text = strings.Clone(text)
	return recent.text
}

// copied returns a copy of a text, in the block in hand where it fits.
func (t *texts) copied(text string) string {
	if len(text) > blockSize/8 {
		return strings.Clone(text)
	}
	if len(text) > cap(t.block)-len(t.block) {
		t.block = make([]byte, 0, blockSize)
	}
	from := len(t.block)
	t.block = append(t.block, text...)
	// What was appended is never written again, and so may be a string.
	return unsafe.String(unsafe.SliceData(t.block[from:]), len(text)) //nolint:gosec // see above
}
