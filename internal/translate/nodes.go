// SPDX-License-Identifier: Apache-2.0

package translate

import "strings"

const (
	// maxLearnedNodes is how many keys a Translator remembers beyond those of attributes.go, maxLearnedKey how long in
	// bytes they may be.
	maxLearnedNodes = 2048
	maxLearnedKey   = 64
	// maxChildren is how many keys one node remembers: the number of bits in resolve's set of names.
	maxChildren = 64
	// noSlot marks a node that is not remembered.
	noSlot = maxChildren
)

// node is a path in Okta's JSON, found key by key. The elements of an array have no nodes: their keys lie below the
// array's own. A node's names are computed once, when the tree is built or the key is first seen.
type node struct {
	key    string // as in the JSON
	snake  string // key of a map inside a slice
	name   string // attribute name: okta. and the snake_case path
	slot   uint   // the same for siblings with the same snake; noSlot when not remembered
	free   bool   // one of Okta's free-form maps
	yields bool   // its name may be another field's too; it gives way to that one
	plain  bool   // all keys below it that were ever seen are its children, and no two of them have the same snake
	mapper mapper // set for a field that attributes.go maps

	children  []*node
	lastFound int // index of the child found last: Okta sends keys in the same order event after event
}

// newTree builds the tree of the fields in attributes.go.
func newTree() *node {
	root := &node{name: strings.TrimSuffix(prefix, "."), plain: true}
	for _, f := range fields {
		n := root
		for key := range strings.SplitSeq(f.path, ".") {
			next := n.child(key)
			if next == nil {
				next = newNode(n, key)
				n.addChild(next)
			}
			n = next
		}
		n.mapper = f.mapper
		n.free = n.free || f.freeForm
	}
	return root
}

func newNode(parent *node, key string) *node {
	snake := snakeCase(key)
	n := &node{key: key, snake: snake, slot: noSlot, plain: true}
	n.name = parent.name + "." + snake
	n.free = key == "detailEntry" || key == "changeDetails"
	n.yields = strings.Contains(key, ".") || n.name == attrParseError
	return n
}

// child returns the node of a key below n, or nil.
func (n *node) child(key string) *node {
	for range n.children {
		if n.lastFound++; n.lastFound >= len(n.children) {
			n.lastFound = 0
		}
		if c := n.children[n.lastFound]; c.key == key {
			return c
		}
	}
	return nil
}

// addChild makes c a child that is found from now on.
func (n *node) addChild(c *node) {
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

// nodeOf returns the node of a key below n and remembers it while there is room.
func (t *Translator) nodeOf(n *node, key string) *node {
	if c := n.child(key); c != nil {
		return c
	}
	if len(key) > maxLearnedKey || len(n.name) > longName || len(n.children) == maxChildren || t.learned == maxLearnedNodes {
		n.plain = false
		return newNode(n, key)
	}
	// The tree outlives the event: its keys must not keep the event's text alive.
	c := newNode(n, strings.Clone(key))
	n.addChild(c)
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
