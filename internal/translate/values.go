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
		case asTrue, asFalse:
			v.SetBool(a.form == asTrue)
		case asAddedText:
			v.SetStr(w.texts[a.at])
		case asText:
			v.SetStr(w.textOf(a.node, a.at))
		case asDouble:
			v.SetDouble(w.doubles[a.at])
		case asCount:
			v.SetInt(int64(a.at))
		case asTexts:
			setTexts(v.SetEmptySlice(), w.texts[a.at:a.at+int(a.length)])
		case asPairs:
			w.setPairs(v.SetEmptyMap(), w.texts[a.at:a.at+int(a.length)])
		case asInner:
			w.setInner(v, &w.inner[a.length])
		default:
			w.setValue(v, a.at, a.node, 1)
		}
	}
	builder.UnsafeIntoMap(attributes)
	return names
}

func setTexts(s pcommon.Slice, texts []string) {
	s.EnsureCapacity(len(texts))
	for _, text := range texts {
		s.AppendEmpty().SetStr(text)
	}
}

// setPairs makes a map of texts of which each second one is a value. The keys differ.
func (w *writer) setPairs(m pcommon.Map, texts []string) {
	builder := &w.builders[1]
	builder.EnsureCapacity(len(texts) / 2)
	for i := 0; i < len(texts); i += 2 {
		builder.AppendEmpty(texts[i]).SetStr(texts[i+1])
	}
	builder.UnsafeIntoMap(m)
}

// setInner gives v what a text says that is JSON itself, with its keys as they are.
func (w *writer) setInner(v pcommon.Value, inner *jsontape.Tape) {
	event := w.tape
	w.tape = inner
	w.setValue(v, 0, nil, 1)
	w.tape = event
}

// setValue gives v the value of a token. n is the value's node, or nil inside a free-form map, whose keys stay as
// they are. depth is the number of maps and slices around the value, the record's attributes counted.
func (w *writer) setValue(v pcommon.Value, at int, n *node, depth int) {
	switch kind := w.tape.Kind(at); kind {
	case jsontape.String, jsontape.Text:
		v.SetStr(w.textOf(n, at))
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

// textOf returns a token's text, as a copy unless it is apart from the event's bytes. n is nil inside a free-form map.
func (w *writer) textOf(n *node, at int) string {
	text := w.tape.Text(at)
	switch {
	case w.tape.Apart(at):
		return text
	case n == nil:
		return w.made.ofFreeForm(text)
	default:
		return w.made.ofField(n, text)
	}
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
