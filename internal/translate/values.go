// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// Maps are made with xpdata's builder: names are known to differ, while a pcommon.Map compares each new one with all
// before it.

// writeAttributes makes the listed attributes and returns how long their names are together.
func (t *Translator) writeAttributes(attributes pcommon.Map) (names int) {
	builder := &t.builders[0]
	builder.EnsureCapacity(len(t.specs))
	for i := range t.specs {
		a := &t.specs[i]
		names += len(a.name)
		v := builder.AppendEmpty(a.name)
		switch a.form {
		case asAddedText:
			v.SetStr(t.texts[a.at])
		case asText:
			v.SetStr(t.tape.Text(a.at))
		case asDouble:
			v.SetDouble(t.doubles[a.at])
		default:
			t.setValue(v, a.at, a.node, 1)
		}
	}
	builder.UnsafeIntoMap(attributes)
	return names
}

// setValue gives v the value of a token. n is the value's node, or nil inside a free-form map, whose keys stay as
// they are. depth is the number of maps and slices around the value, the record's attributes counted.
func (t *Translator) setValue(v pcommon.Value, at int, n *node, depth int) {
	switch kind := t.tape.Kind(at); kind {
	case jsontape.String, jsontape.Text:
		v.SetStr(t.tape.Text(at))
	case jsontape.Number:
		setNumber(v, t.tape.Text(at))
	case jsontape.True, jsontape.False:
		v.SetBool(kind == jsontape.True)
	case jsontape.Array:
		t.setSlice(v.SetEmptySlice(), at, n, depth)
	case jsontape.Object:
		t.setMap(v.SetEmptyMap(), at, n, depth)
	case jsontape.Null: // stays empty: only an array's elements come here, and they keep their positions
	}
}

func (t *Translator) setSlice(s pcommon.Slice, array int, n *node, depth int) {
	s.EnsureCapacity(t.tape.Kept(array))
	for i, end := array+1, t.tape.Next(array); i < end; i = t.tape.Next(i) {
		t.setValue(s.AppendEmpty(), i, n, depth+1)
	}
}

func (t *Translator) setMap(m pcommon.Map, object int, n *node, depth int) {
	if t.tape.Kept(object) == 0 {
		return
	}
	if n == nil || n.free {
		t.setFreeMap(m, object, depth)
		return
	}
	builder := &t.builders[depth]
	builder.EnsureCapacity(t.tape.Kept(object))
	first := t.resolve(object, n)
	next := first
	for i, end := object+1, t.tape.Next(object); i < end; i = t.tape.Next(i) {
		if t.tape.Empty(i) {
			continue
		}
		child := t.nodes[next]
		next++
		t.setValue(builder.AppendEmpty(child.snake), i, child, depth+1)
	}
	t.nodes = t.nodes[:first]
	builder.UnsafeIntoMap(m)
}

func (t *Translator) setFreeMap(m pcommon.Map, object, depth int) {
	builder := &t.builders[depth]
	builder.EnsureCapacity(t.tape.Kept(object))
	for i, end := object+1, t.tape.Next(object); i < end; i = t.tape.Next(i) {
		if !t.tape.Empty(i) {
			t.setValue(builder.AppendEmpty(t.tape.Key(i)), i, nil, depth+1)
		}
	}
	builder.UnsafeIntoMap(m)
}
