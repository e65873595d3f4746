// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// writer makes the attributes that are listed. Maps are made with xpdata's builder: names are known to differ, while a
// pcommon.Map compares each new one with all before it.
type writer struct {
	lister
	builders [jsontape.MaxDepth + 1]xpdata.MapBuilder // one for each level of nested maps
}

// writeAttributes makes the listed attributes and returns how long their names are together.
func (w *writer) writeAttributes(attributes pcommon.Map) (names int) {
	builder := &w.builders[0]
	builder.EnsureCapacity(len(w.specs))
	for i := range w.specs {
		a := &w.specs[i]
		names += len(a.name)
		v := builder.AppendEmpty(a.name)
		switch a.form {
		case asTrue:
			v.SetBool(true)
		case asMade:
			v.SetStr(w.texts[a.at])
		case asText:
			v.SetStr(w.made.ofField(a.node, w.tape.Text(a.at)))
		case asDouble:
			v.SetDouble(w.doubles[a.at])
		default:
			w.setValue(v, a.at, a.node, 1)
		}
	}
	builder.UnsafeIntoMap(attributes)
	return names
}

// setValue gives v the value of a token. n is the value's node, or nil inside a free-form map, whose keys stay as
// they are. depth is the number of maps and slices around the value, the record's attributes counted.
func (w *writer) setValue(v pcommon.Value, at int, n *node, depth int) {
	switch kind := w.tape.Kind(at); kind {
	case jsontape.String, jsontape.Text:
		v.SetStr(w.madeOf(n, w.tape.Text(at)))
	case jsontape.Number:
		if !setNumber(v, w.tape.Text(at)) {
			v.SetStr(w.made.copied(w.tape.Text(at)))
		}
	case jsontape.True, jsontape.False:
		v.SetBool(kind == jsontape.True)
	case jsontape.Array:
		w.setSlice(v.SetEmptySlice(), at, n, depth)
	case jsontape.Object:
		w.setMap(v.SetEmptyMap(), at, n, depth)
	case jsontape.Null, jsontape.Dropped: // stays empty: elements of arrays and members of free-form maps keep their places
	}
}

// madeOf returns a copy of a text; n is nil inside a free-form map.
func (w *writer) madeOf(n *node, text string) string {
	if n == nil {
		return w.made.ofFreeForm(text)
	}
	return w.made.ofField(n, text)
}

func (w *writer) setSlice(s pcommon.Slice, array int, n *node, depth int) {
	s.EnsureCapacity(w.tape.Kept(array))
	for i, end := array+1, w.tape.Next(array); i < end; i = w.tape.Next(i) {
		w.setValue(s.AppendEmpty(), i, n, depth+1)
	}
}

func (w *writer) setMap(m pcommon.Map, object int, n *node, depth int) {
	if w.tape.Keyed(object) == 0 {
		return
	}
	if n == nil || n.free {
		w.setFreeMap(m, object, depth)
		return
	}
	builder := &w.builders[depth]
	builder.EnsureCapacity(w.tape.Kept(object))
	first := w.resolve(object, n)
	next := first
	for i, end := object+1, w.tape.Next(object); i < end; i = w.tape.Next(i) {
		if w.leftOut(n, i) {
			continue
		}
		child := w.nodes[next]
		next++
		w.setValue(builder.AppendEmpty(child.snake), i, child, depth+1)
	}
	w.nodes = w.nodes[:first]
	builder.UnsafeIntoMap(m)
}

func (w *writer) setFreeMap(m pcommon.Map, object, depth int) {
	builder := &w.builders[depth]
	builder.EnsureCapacity(w.tape.Keyed(object))
	for i, end := object+1, w.tape.Next(object); i < end; i = w.tape.Next(i) {
		if !w.tape.Unkeyed(i) {
			w.setValue(builder.AppendEmpty(w.made.ofFreeForm(w.tape.Key(i))), i, nil, depth+1)
		}
	}
	builder.UnsafeIntoMap(m)
}
