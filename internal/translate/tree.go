// SPDX-License-Identifier: Apache-2.0

package translate

import "strings"

// tree is the nodes of all known paths.
type tree struct {
	root    *node
	learned int // nodes added after it was built
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

// nodeOf returns the node of a key below n and remembers it while there is room.
func (t *tree) nodeOf(n *node, key string) *node {
	if c := n.child(key); c != nil {
		return c
	}
	if len(key) > maxLearnedKey || len(n.name) > longName || len(n.children) == maxChildren || t.learned == maxLearnedNodes {
		n.plain = false
		return newNode(n, strings.Clone(key))
	}
	// The tree outlives the event, and so do names.
	c := newNode(n, strings.Clone(key))
	n.addChild(c)
	t.learned++
	return c
}
