// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"strconv"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// lister lists an event's attributes.
type lister struct {
	listing
	tree
	nodes    []*node // of the members of the objects in hand, by resolve
	deferred []deferredMember
	taken    map[string]struct{} // names of attributes, while deferred members are listed
}

// deferredMember is a field whose name waits until all others have theirs.
type deferredMember struct {
	at   int
	node *node
}

// specify lists all attributes of the event.
func (l *lister) specify() {
	l.specifyMembers(l.top, l.root)
	if l.derives {
		l.derive()
	}
	if len(l.deferred) == 0 {
		return
	}
	l.taken = make(map[string]struct{}, len(l.specs))
	for i := range l.specs {
		l.taken[l.specs[i].name] = struct{}{}
	}
	for i := 0; i < len(l.deferred); i++ { // one of them may hold more
		l.specifyValue(l.deferred[i].at, l.deferred[i].node)
	}
	l.taken = nil
}

// specifyMembers lists the members of an object. Nearly all objects hold only keys that were seen before, none of which
// has the name of another: these are listed in one walk.
func (l *lister) specifyMembers(object int, n *node) {
	specs, deferred := len(l.specs), len(l.deferred)
	// Names that deferred members have taken could not be given back.
	if n.plain && l.taken == nil && l.specifyKnownMembers(object, n) {
		return
	}
	l.specs, l.deferred = l.specs[:specs], l.deferred[:deferred]
	first := l.resolve(object, n)
	i := first
	for m, end := object+1, l.tape.Next(object); m < end; m = l.tape.Next(m) {
		if l.leftOut(n, m) {
			continue
		}
		l.specifyMember(m, l.nodes[i])
		i++
	}
	l.nodes = l.nodes[:first]
}

// specifyKnownMembers does so unless it meets a key that n does not know. specifyMembers then makes n know the key or
// not be plain any more, so no event, however deep, can make this happen again and again.
func (l *lister) specifyKnownMembers(object int, n *node) bool {
	for m, end := object+1, l.tape.Next(object); m < end; m = l.tape.Next(m) {
		if l.leftOut(n, m) {
			continue
		}
		child := n.child(l.tape.Key(m))
		if child == nil {
			return false
		}
		l.specifyMember(m, child)
	}
	return true
}

func (l *lister) specifyMember(at int, n *node) {
	if n.yields {
		l.deferred = append(l.deferred, deferredMember{at, n})
		return
	}
	l.specifyValue(at, n)
}

// specifyValue lists one value: where its mapper puts it, else under okta. and its path.
func (l *lister) specifyValue(at int, n *node) {
	if n.mapper != nil {
		l.field = n
		if n.mapper(&l.listing, at) {
			return
		}
	}
	if l.tape.Kind(at) == jsontape.Object && !n.free && len(n.name) < longName {
		l.specifyMembers(at, n)
		return
	}
	name := n.name
	if l.taken != nil {
		name = l.freeName(name)
	}
	l.specs = append(l.specs, attributeSpec{name: name, node: n, at: at, form: asIs})
}

// freeName returns name, with a number added when it is taken, and takes it.
func (l *lister) freeName(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, taken := l.taken[free]; !taken {
			l.taken[free] = struct{}{}
			return free
		}
		free = name + "#" + strconv.Itoa(n)
	}
}

// leftOut reports whether a member of an object, whose node is n, says nothing: it is null or an object without members
// that say something. Below a free-form map null says something, by its key.
func (l *lister) leftOut(n *node, member int) bool {
	if !l.tape.Empty(member) {
		return false
	}
	return l.tape.Kind(member) != jsontape.Object || l.tape.Unkeyed(member) || !l.holdsFreeForm(n, member)
}

// holdsFreeForm reports whether a member, an object in which nothing but keys can say something, is a free-form map or
// has one with keys below it. n is the node of the object around it, nil where there is none.
func (l *lister) holdsFreeForm(n *node, member int) bool {
	key := l.tape.Key(member)
	if n != nil {
		n = n.child(key)
	}
	if n != nil && n.free || isFreeFormKey(key) {
		return true
	}
	for m, end := member+1, l.tape.Next(member); m < end; m = l.tape.Next(m) {
		if l.tape.Kind(m) == jsontape.Object && !l.tape.Unkeyed(m) && l.holdsFreeForm(n, m) {
			return true
		}
	}
	return false
}

// resolve finds the node of each member that says something and puts them at the end of l.nodes, in order. It
// returns the index of the first. No two of them have the same name.
func (l *lister) resolve(object int, n *node) int {
	first := len(l.nodes)
	var slots uint64
	clash := false
	for m, end := object+1, l.tape.Next(object); m < end; m = l.tape.Next(m) {
		if l.leftOut(n, m) {
			continue
		}
		child := l.nodeOf(n, l.tape.Key(m))
		l.nodes = append(l.nodes, child)
		bit := uint64(1) << child.slot // 0 for noSlot
		clash = clash || bit == 0 || slots&bit != 0
		slots |= bit
	}
	if clash {
		disambiguate(l.nodes[first:], n.name)
	}
	return first
}

// disambiguate gives siblings different names. A key that is its own snake_case has the first claim on it, then the one
// that comes first; the others keep their JSON name, which has a capital and is therefore nobody's snake_case.
func disambiguate(nodes []*node, parentName string) {
	taken := make(map[string]struct{}, len(nodes))
	for _, p := range nodes {
		if p.key == p.snake {
			taken[p.snake] = struct{}{}
		}
	}
	for i, p := range nodes {
		if p.key == p.snake {
			continue
		}
		if _, lost := taken[p.snake]; lost {
			nodes[i] = p.renamed(parentName, p.key)
			continue
		}
		taken[p.snake] = struct{}{}
	}
}
