// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otel-okta/okta-systemlog-receiver/internal/translate/jsontape"
)

// Maps are made with xpdata's builder: names are known to differ, while a pcommon.Map compares each new one with all
// before it.

// fill makes the planned attributes.
func (t *Translator) fill(attributes pcommon.Map) {
	builder := &t.builders[0]
	builder.EnsureCapacity(len(t.plan))
	for i := range t.plan {
		a := &t.plan[i]
		v := builder.AppendEmpty(a.name)
		switch a.form {
		case asText:
			v.SetStr(a.text)
		case asDouble:
			f, _ := exactDouble(a.text)
			v.SetDouble(f)
		default:
			t.setValue(v, a.at, a.place, 1)
		}
	}
	builder.UnsafeIntoMap(attributes)
}

// setValue gives v the value of a token. n is the value's node, or nil inside a free-form map, whose keys stay as
// they are. depth is the number of maps and slices around the value, the record's attributes counted.
func (t *Translator) setValue(v pcommon.Value, at int, n *node, depth int) {
	token := t.tape.At(at)
	switch token.Kind {
	case jsontape.String, jsontape.Text:
		v.SetStr(token.Text)
	case jsontape.Number:
		setNumber(v, token.Text)
	case jsontape.True, jsontape.False:
		v.SetBool(token.Kind == jsontape.True)
	case jsontape.Array:
		t.setSlice(v.SetEmptySlice(), at, n, depth)
	case jsontape.Object:
		t.setMap(v.SetEmptyMap(), at, n, depth)
	case jsontape.Null: // stays empty: only an array's elements come here, and they keep their positions
	}
}

func (t *Translator) setSlice(s pcommon.Slice, at int, n *node, depth int) {
	array := t.tape.At(at)
	s.EnsureCapacity(array.Kept)
	for i := at + 1; i < array.Next; i = t.tape.At(i).Next {
		t.setValue(s.AppendEmpty(), i, n, depth+1)
	}
}

func (t *Translator) setMap(m pcommon.Map, at int, n *node, depth int) {
	object := t.tape.At(at)
	if object.Kept == 0 {
		return
	}
	if n == nil || n.free {
		t.setFreeMap(m, object, at, depth)
		return
	}
	builder := &t.builders[depth]
	builder.EnsureCapacity(object.Kept)
	first := t.resolve(at, n)
	place := first
	for i := at + 1; i < object.Next; i = t.tape.At(i).Next {
		if t.tape.At(i).Empty() {
			continue
		}
		child := t.places[place]
		place++
		t.setValue(builder.AppendEmpty(child.snake), i, child, depth+1)
	}
	t.places = t.places[:first]
	builder.UnsafeIntoMap(m)
}

func (t *Translator) setFreeMap(m pcommon.Map, object *jsontape.Token, at, depth int) {
	builder := &t.builders[depth]
	builder.EnsureCapacity(object.Kept)
	for i := at + 1; i < object.Next; i = t.tape.At(i).Next {
		if member := t.tape.At(i); !member.Empty() {
			t.setValue(builder.AppendEmpty(member.Key), i, nil, depth+1)
		}
	}
	builder.UnsafeIntoMap(m)
}
