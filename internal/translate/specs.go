// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"strconv"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// longName is the length of an attribute name in bytes from which on an object is not flattened any further but kept
// as a map: a few long keys inside each other would otherwise be repeated for each of their leaves.
const longName = 256

// attributeSpec says what one attribute will be. All of them are listed before the first one is made, so that the
// record's map is made once, in the right size.
type attributeSpec struct {
	name string
	node *node // for names inside the value; nil where there are none
	at   int   // the value's token, or its index in Translator.texts or in Translator.doubles
	form form
}

// form says how an attribute's value follows from its token.
type form uint8

const (
	asIs form = iota
	asText
	asDouble
	asAddedText // there is no token
)

// deferredMember is a field whose name waits until all others have theirs.
type deferredMember struct {
	at   int
	node *node
}

// add lists the value of a token as an attribute.
func (t *Translator) add(name string, at int, f form) {
	t.specs = append(t.specs, attributeSpec{name: name, at: at, form: f})
}

// addText lists a text that is no token's as an attribute.
func (t *Translator) addText(name, text string) {
	t.texts = append(t.texts, text)
	t.add(name, len(t.texts)-1, asAddedText)
}

// specify lists all attributes of the event.
func (t *Translator) specify() {
	t.specifyMembers(0, t.root)
	if len(t.deferred) == 0 {
		return
	}
	t.taken = make(map[string]struct{}, len(t.specs))
	for i := range t.specs {
		t.taken[t.specs[i].name] = struct{}{}
	}
	for i := 0; i < len(t.deferred); i++ { // one of them may hold more
		t.specifyValue(t.deferred[i].at, t.deferred[i].node)
	}
	t.taken = nil
}

// specifyMembers lists the members of an object. Nearly all objects hold only keys that were seen before, none of which
// has the name of another: these are listed in one walk.
func (t *Translator) specifyMembers(object int, n *node) {
	specs, deferred := len(t.specs), len(t.deferred)
	// Names that deferred members have taken could not be given back.
	if n.plain && t.taken == nil && t.specifyKnownMembers(object, n) {
		return
	}
	t.specs, t.deferred = t.specs[:specs], t.deferred[:deferred]
	first := t.resolve(object, n)
	i := first
	for m, end := object+1, t.tape.Next(object); m < end; m = t.tape.Next(m) {
		if t.tape.Empty(m) {
			continue
		}
		t.specifyMember(m, t.nodes[i])
		i++
	}
	t.nodes = t.nodes[:first]
}

// specifyKnownMembers does so unless it meets a key that n does not know. specifyMembers then makes n know the key or
// not be plain any more, so no event, however deep, can make this happen again and again.
func (t *Translator) specifyKnownMembers(object int, n *node) bool {
	for m, end := object+1, t.tape.Next(object); m < end; m = t.tape.Next(m) {
		if t.tape.Empty(m) {
			continue
		}
		child := n.child(t.tape.Key(m))
		if child == nil {
			return false
		}
		t.specifyMember(m, child)
	}
	return true
}

func (t *Translator) specifyMember(at int, n *node) {
	if n.yields {
		t.deferred = append(t.deferred, deferredMember{at, n})
		return
	}
	t.specifyValue(at, n)
}

// specifyValue lists one value: where its mapper puts it, else under okta. and its path.
func (t *Translator) specifyValue(at int, n *node) {
	if n.mapper != nil && n.mapper(t, at) {
		return
	}
	if t.tape.Kind(at) == jsontape.Object && !n.free && len(n.name) < longName {
		t.specifyMembers(at, n)
		return
	}
	name := n.name
	if t.taken != nil {
		name = t.freeName(name)
	}
	t.specs = append(t.specs, attributeSpec{name: name, node: n, at: at, form: asIs})
}

// freeName returns name, with a number added when it is taken, and takes it.
func (t *Translator) freeName(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, taken := t.taken[free]; !taken {
			t.taken[free] = struct{}{}
			return free
		}
		free = name + "#" + strconv.Itoa(n)
	}
}

// resolve finds the node of each member that says something and puts them at the end of t.nodes, in order. It
// returns the index of the first. No two of them have the same name.
func (t *Translator) resolve(object int, n *node) int {
	first := len(t.nodes)
	var slots uint64
	clash := false
	for m, end := object+1, t.tape.Next(object); m < end; m = t.tape.Next(m) {
		if t.tape.Empty(m) {
			continue
		}
		child := t.nodeOf(n, t.tape.Key(m))
		t.nodes = append(t.nodes, child)
		bit := uint64(1) << child.slot // 0 for noSlot
		clash = clash || bit == 0 || slots&bit != 0
		slots |= bit
	}
	if clash {
		disambiguate(t.nodes[first:], n.name)
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
