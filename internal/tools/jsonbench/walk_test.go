// SPDX-License-Identifier: Apache-2.0

package jsonbench

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/tidwall/gjson"
	"github.com/valyala/fastjson"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
)

// sink is what each walk does with what it finds: it counts the leaves and the bytes of their keys and values, so that
// nothing can be left out and two walks can be compared.
type sink struct {
	leaves, bytes int
	text          string // of the leaf found last
}

func (s *sink) leaf(key, value string) {
	s.leaves++
	s.bytes += len(key) + len(value)
	s.text = value
}

// The walks differ in what a caller may keep. jsontape's and gjson's strings are parts of the text or copies;
// fastjson's lie in the parser's buffer until the next Parse, jsontext's in the decoder's until the next token, so a
// caller copies each one it keeps. The copies are part of the walk, as they would be part of the product.

func walkTape(t *jsontape.Tape, event []byte, s *sink) {
	if !t.Parse(string(event)) {
		panic("not valid")
	}
	for i := range t.Len() {
		switch token := t.At(i); token.Kind {
		case jsontape.String, jsontape.Number:
			s.leaf(token.Key, token.Text)
		case jsontape.True, jsontape.False:
			s.leaf(token.Key, "")
		default: // containers and null are no leaves
		}
	}
}

func walkGJSON(event []byte, s *sink) {
	gjson.Parse(string(event)).ForEach(func(key, value gjson.Result) bool {
		visitGJSON(key.Str, value, s)
		return true
	})
}

func visitGJSON(key string, value gjson.Result, s *sink) {
	switch value.Type {
	case gjson.JSON:
		array := value.IsArray()
		value.ForEach(func(k, v gjson.Result) bool {
			if array {
				k = gjson.Result{}
			}
			visitGJSON(k.Str, v, s)
			return true
		})
	case gjson.String:
		s.leaf(key, value.Str)
	case gjson.Number:
		s.leaf(key, value.Raw)
	case gjson.True, gjson.False:
		s.leaf(key, "")
	case gjson.Null:
	}
}

func walkFastJSON(p *fastjson.Parser, event []byte, s *sink) {
	value, err := p.ParseBytes(event)
	if err != nil {
		panic(err)
	}
	visitFastJSON("", value, s)
}

func visitFastJSON(key string, value *fastjson.Value, s *sink) {
	switch value.Type() {
	case fastjson.TypeObject:
		value.GetObject().Visit(func(k []byte, v *fastjson.Value) {
			visitFastJSON(string(k), v, s)
		})
	case fastjson.TypeArray:
		for _, v := range value.GetArray() {
			visitFastJSON("", v, s)
		}
	case fastjson.TypeString:
		s.leaf(key, string(value.GetStringBytes()))
	case fastjson.TypeNumber:
		s.leaf(key, string(value.MarshalTo(nil)))
	case fastjson.TypeTrue, fastjson.TypeFalse:
		s.leaf(key, "")
	case fastjson.TypeNull:
	}
}

func walkJSONText(d *jsontext.Decoder, event []byte, s *sink) {
	d.Reset(bytes.NewReader(event), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	key := ""
	for {
		token, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			panic(err)
		}
		kind, length := d.StackIndex(d.StackDepth())
		isKey := kind == '{' && length%2 == 1
		switch token.Kind() {
		case '"':
			if isKey {
				key = token.String()
				continue
			}
			s.leaf(key, token.String())
		case '0':
			s.leaf(key, token.String())
		case 't', 'f':
			s.leaf(key, "")
		default: // containers and null are no leaves
		}
		key = ""
	}
}
