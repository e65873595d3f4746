// SPDX-License-Identifier: Apache-2.0

package translate

import "strings"

const (
	// learnedNodes bounds how many keys a Translator remembers beyond the table's, learnedKey how long they may be.
	learnedNodes = 2048
	learnedKey   = 64
	// siblings is how many keys one node remembers: the number of bits in resolve's set of names.
	siblings = 64
	// noSlot marks a node that is not remembered.
	noSlot = siblings
)

// node is a place in Okta's JSON, found by key. Arrays are no place: the elements' keys lie below the array's own node.
// A node's names are computed once, when the table is read or the key is first seen.
type node struct {
	key   string // as in the JSON
	snake string // key of a map inside a slice
	name  string // attribute name: okta. and the snake_case path
	slot  uint   // the same for siblings with the same snake; noSlot when not remembered
	free  bool   // one of Okta's free-form maps
	late  bool   // its name may be another field's too; it gives way to that one
	plain bool   // all keys below it that were ever seen are its children, and no two of them have the same snake
	move  mover  // set for a field that has a place of its own

	children []*node
	at       int // index of the child found last: Okta sends keys in the same order event after event
}

// newTree builds the tree of all known paths.
func newTree() *node {
	root := &node{name: strings.TrimSuffix(prefix, "."), plain: true}
	for _, r := range table {
		n := root
		for key := range strings.SplitSeq(r.path, ".") {
			next := n.child(key)
			if next == nil {
				next = newNode(n, key)
				n.adopt(next)
			}
			n = next
		}
		n.move = r.move
		n.free = n.free || r.freeForm
	}
	return root
}

func newNode(parent *node, key string) *node {
	snake := snakeCase(key)
	n := &node{key: key, snake: snake, slot: noSlot, plain: true}
	n.name = parent.name + "." + snake
	n.free = key == "detailEntry" || key == "changeDetails"
	n.late = strings.Contains(key, ".") || n.name == attrParseError
	return n
}

// child returns the node of a key below n, or nil.
func (n *node) child(key string) *node {
	for range n.children {
		if n.at++; n.at >= len(n.children) {
			n.at = 0
		}
		if c := n.children[n.at]; c.key == key {
			return c
		}
	}
	return nil
}

// adopt makes c a child that is found from now on.
func (n *node) adopt(c *node) {
	c.slot = uint(len(n.children))
	for _, other := range n.children {
		if other.snake == c.snake {
			c.slot = other.slot
			n.plain = false
			break
		}
	}
	n.children = append(n.children, c)
}

// place returns the node of a key below n and remembers it while there is room.
func (t *Translator) place(n *node, key string) *node {
	if c := n.child(key); c != nil {
		return c
	}
	if len(key) > learnedKey || len(n.name) > longName || len(n.children) == siblings || t.learned == learnedNodes {
		n.plain = false
		return newNode(n, key)
	}
	// The tree outlives the event: its keys must not keep the event's text alive.
	c := newNode(n, strings.Clone(key))
	n.adopt(c)
	t.learned++
	return c
}

// renamed returns a copy of n and all below it under another name of its own. The copy is for one event.
func (n *node) renamed(parentName, snake string) *node {
	c := *n
	c.snake, c.name, c.slot, c.plain = snake, parentName+"."+snake, noSlot, false
	c.children = make([]*node, len(n.children))
	for i, child := range n.children {
		c.children[i] = child.renamed(c.name, child.snake)
		c.children[i].slot = child.slot
	}
	return &c
}
