// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"strconv"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// longName is the length of an attribute name in bytes from which on an object is not flattened any further but kept
// as a map: a few long keys inside each other would otherwise be repeated for each of their leaves.
const longName = 256

// entry is one attribute of the plan: the attributes are listed before the first one is made, so that the record's map
// is made once, in the right size.
type entry struct {
	name  string
	place *node // for names inside the value; nil where there are none
	at    int   // the value's token, or its index in Translator.own or in Translator.doubles
	form  form
}

// form says how an attribute's value follows from its token.
type form uint8

const (
	asIs form = iota
	asText
	asDouble
	asOwnText // there is no token
)

// lateField is a field whose name waits until all others have theirs.
type lateField struct {
	at    int
	place *node
}

// add plans the value of a token as an attribute.
func (t *Translator) add(name string, at int, f form) {
	t.plan = append(t.plan, entry{name: name, at: at, form: f})
}

// addText plans a text that is no token's as an attribute.
func (t *Translator) addText(name, text string) {
	t.own = append(t.own, text)
	t.add(name, len(t.own)-1, asOwnText)
}

// planEvent plans all attributes of the event.
func (t *Translator) planEvent() {
	t.fields(0, t.root)
	if len(t.late) == 0 {
		return
	}
	t.names = make(map[string]struct{}, len(t.plan))
	for i := range t.plan {
		t.names[t.plan[i].name] = struct{}{}
	}
	for i := 0; i < len(t.late); i++ { // a late field may hold more of them
		t.field(t.late[i].at, t.late[i].place)
	}
	t.names = nil
}

// fields plans the members of an object. Nearly all objects hold only keys that were seen before, none of which has
// the name of another: these are planned in one walk.
func (t *Translator) fields(object int, n *node) {
	plan, late := len(t.plan), len(t.late)
	// Names that late fields have taken could not be given back.
	if n.plain && t.names == nil && t.plainFields(object, n) {
		return
	}
	t.plan, t.late = t.plan[:plan], t.late[:late]
	first := t.resolve(object, n)
	i := first
	for m, end := object+1, t.tape.Next(object); m < end; m = t.tape.Next(m) {
		if t.tape.Empty(m) {
			continue
		}
		t.member(m, t.places[i])
		i++
	}
	t.places = t.places[:first]
}

// plainFields does so unless it meets a key that n does not know. The way that follows then makes n know the key or
// not be plain any more, so no event, however deep, can make this happen again and again.
func (t *Translator) plainFields(object int, n *node) bool {
	for m, end := object+1, t.tape.Next(object); m < end; m = t.tape.Next(m) {
		if t.tape.Empty(m) {
			continue
		}
		place := n.child(t.tape.Key(m))
		if place == nil {
			return false
		}
		t.member(m, place)
	}
	return true
}

func (t *Translator) member(at int, n *node) {
	if n.late {
		t.late = append(t.late, lateField{at, n})
		return
	}
	t.field(at, n)
}

// field plans one value: where the table moves it, else under okta. and its path.
func (t *Translator) field(at int, n *node) {
	if n.move != nil && n.move(t, at) {
		return
	}
	if t.tape.Kind(at) == jsontape.Object && !n.free && len(n.name) < longName {
		t.fields(at, n)
		return
	}
	name := n.name
	if t.names != nil {
		name = t.freeName(name)
	}
	t.plan = append(t.plan, entry{name: name, place: n, at: at, form: asIs})
}

// freeName returns name, with a number added when it is taken, and takes it.
func (t *Translator) freeName(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, taken := t.names[free]; !taken {
			t.names[free] = struct{}{}
			return free
		}
		free = name + "#" + strconv.Itoa(n)
	}
}

// resolve finds the node of each member that says something and puts them at the end of t.places, in order. It
// returns the index of the first. No two of them have the same name.
func (t *Translator) resolve(object int, n *node) int {
	first := len(t.places)
	var slots uint64
	clash := false
	for m, end := object+1, t.tape.Next(object); m < end; m = t.tape.Next(m) {
		if t.tape.Empty(m) {
			continue
		}
		place := t.place(n, t.tape.Key(m))
		t.places = append(t.places, place)
		bit := uint64(1) << place.slot // 0 for noSlot
		clash = clash || bit == 0 || slots&bit != 0
		slots |= bit
	}
	if clash {
		settle(t.places[first:], n.name)
	}
	return first
}

// settle gives siblings different names. A key that is its own snake_case has the first claim on it, then the one
// that comes first; the others keep their JSON name, which has a capital and is therefore nobody's snake_case.
func settle(places []*node, parentName string) {
	taken := make(map[string]struct{}, len(places))
	for _, p := range places {
		if p.key == p.snake {
			taken[p.snake] = struct{}{}
		}
	}
	for i, p := range places {
		if p.key == p.snake {
			continue
		}
		if _, lost := taken[p.snake]; lost {
			places[i] = p.renamed(parentName, p.key)
			continue
		}
		taken[p.snake] = struct{}{}
	}
}
