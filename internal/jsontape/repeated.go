// SPDX-License-Identifier: Apache-2.0

package jsontape

// Of members with the same key the last one counts; the earlier ones are dropped.

// keyBit returns one of 64 bits for a key. Equal keys have equal bits.
func keyBit(key string) uint64 {
	n := len(key)
	if n == 0 {
		return 1
	}
	return 1 << ((uint(n)*5 + uint(key[0]) + uint(key[n-1])*7 + uint(key[n/2])*11) & 63)
}

// dropEarlier drops the member from first on that has the key of the value at last. It returns by how much the counts
// of the object, Kept and Keyed, are less by that.
func (t *Tape) dropEarlier(first, last int) (kept, keyed int) {
	for i := first; i < last; i = t.Next(i) {
		// One that is dropped already is one that another repeated before.
		if t.Kind(i) != Dropped && t.Key(i) == t.Key(last) {
			return t.drop(i)
		}
	}
	return 0, 0
}

// dropRepeated does the same for all members of an object at once, in linear time, and returns the object's counts in
// the end.
func (t *Tape) dropRepeated(object int) (kept, keyed int) {
	last := make(map[string]int)
	for i := object + 1; i < len(t.cells); i = t.Next(i) {
		if earlier, repeated := last[t.Key(i)]; repeated {
			earlierKept, earlierKeyed := t.drop(earlier)
			kept, keyed = kept-earlierKept, keyed-earlierKeyed
		}
		last[t.Key(i)] = i
		if !t.Empty(i) {
			kept++
		}
		if !t.Unkeyed(i) {
			keyed++
		}
	}
	return kept, keyed
}

// drop makes a member one that is not there, and returns what it counted for before.
func (t *Tape) drop(i int) (kept, keyed int) {
	if !t.Empty(i) {
		kept = 1
	}
	if !t.Unkeyed(i) {
		keyed = 1
	}
	t.cells[i].kind, t.cells[i].value = Dropped, span{}
	return kept, keyed
}
