// SPDX-License-Identifier: Apache-2.0

package jsontape

// Of members with the same key the last one counts; the earlier ones become null, which says nothing.

// keyBit returns one of 64 bits for a key. Equal keys have equal bits.
func keyBit(key string) uint64 {
	n := len(key)
	if n == 0 {
		return 1
	}
	return 1 << ((uint(n)*5 + uint(key[0]) + uint(key[n-1])*7 + uint(key[n/2])*11) & 63)
}

// dropEarlier nulls the member from first on that has the key of the value at last. It returns 1 when that member
// said something, else 0.
func (t *Tape) dropEarlier(first, last int) int {
	for i := first; i < last; i = t.Next(i) {
		// One that is null already may be the one that another repeated before.
		if t.Kind(i) != Null && t.Key(i) == t.Key(last) {
			return t.drop(i)
		}
	}
	return 0
}

// dropRepeated does the same for all members of an object at once, in linear time, and returns how many members say
// something in the end.
func (t *Tape) dropRepeated(object int) int {
	kept := 0
	last := make(map[string]int)
	for i := object + 1; i < len(t.cells); i = t.Next(i) {
		if earlier, repeated := last[t.Key(i)]; repeated {
			kept -= t.drop(earlier)
		}
		last[t.Key(i)] = i
		if !t.Empty(i) {
			kept++
		}
	}
	return kept
}

// drop makes a member say nothing and returns 1 when it said something before.
func (t *Tape) drop(i int) int {
	said := 1
	if t.Empty(i) {
		said = 0
	}
	t.cells[i].kind = Null
	return said
}
