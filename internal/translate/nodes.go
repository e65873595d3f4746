// SPDX-License-Identifier: Apache-2.0

package translate

import "strings"

const (
	// noSlot marks a node that is not remembered.
	noSlot = maxChildren
)

// longName is the length of an attribute name in bytes from which on an object is not flattened any further but kept
// as a map: a few long keys inside each other would otherwise be repeated for each of their leaves.
const longName = 256

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

	recent []string // the last texts, each at the place of its sum; nil before the first one, and where they vary
	news   int      // thrice the number of texts that were not among them, less the number of those that were
	varies bool     // nearly all texts are new, as uuids are

	children  []*node
	lastFound int // index of the child found last: Okta sends keys in the same order event after event
}

func newNode(parent *node, key string) *node {
	snake := snakeCase(key)
	n := &node{key: key, snake: snake, slot: noSlot, plain: true}
	n.name = parent.name + "." + snake
	n.free = isFreeFormKey(key)
	n.yields = strings.Contains(key, ".") || ourNames()[n.name]
	return n
}

// repeated notes that a text came again.
func (n *node) repeated() { n.news = max(n.news-1, 0) }

// changed notes that a text is new. Where more than a quarter is, more texts are remembered, and then none any more.
func (n *node) changed() {
	if n.news += 3; n.news < maxNews {
		return
	}
	n.news = 0
	if len(n.recent) == fewRecent {
		n.recent = make([]string, manyRecent)
		return
	}
	n.recent, n.varies = nil, true
}

// isFreeFormKey reports whether the maps under a key are free-form wherever they stand.
func isFreeFormKey(key string) bool { return key == "detailEntry" || key == "changeDetails" }

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
