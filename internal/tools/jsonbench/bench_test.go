// SPDX-License-Identifier: Apache-2.0

package jsonbench

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fastjson"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// walks are the candidates. Each call returns a walk with buffers of its own.
var walks = map[string]func() func(event []byte, s *sink){
	"jsontape": func() func([]byte, *sink) {
		var tape jsontape.Tape
		return func(event []byte, s *sink) { walkTape(&tape, event, s) }
	},
	"gjson": func() func([]byte, *sink) { return walkGJSON },
	"fastjson": func() func([]byte, *sink) {
		var parser fastjson.Parser
		return func(event []byte, s *sink) { walkFastJSON(&parser, event, s) }
	},
	"jsontext": func() func([]byte, *sink) {
		decoder := new(jsontext.Decoder)
		return func(event []byte, s *sink) { walkJSONText(decoder, event, s) }
	},
}

// page is 1,000 varied events, without odd ones.
func page() (events [][]byte, size int64) {
	generator := generate.New(1)
	generator.SetMalformed(0)
	for _, event := range generator.Events(1000, time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), time.Second) {
		events = append(events, event.JSON)
		size += int64(len(event.JSON))
	}
	return events, size
}

// All walks find the same, or the comparison would be worth nothing.
func TestAllWalksAgree(t *testing.T) {
	events, _ := page()
	var want sink
	walk := walks["jsontape"]()
	for _, event := range events {
		walk(event, &want)
	}
	require.Greater(t, want.leaves, 30*len(events))
	for name, newWalk := range walks {
		var got sink
		walk := newWalk()
		for _, event := range events {
			walk(event, &got)
		}
		assert.Equal(t, want, got, name)
	}
}

func BenchmarkWalk(b *testing.B) {
	events, size := page()
	for _, name := range []string{"jsontape", "gjson", "fastjson", "jsontext"} {
		b.Run(name, func(b *testing.B) {
			walk := walks[name]()
			b.SetBytes(size)
			b.ReportAllocs()
			var s sink
			for b.Loop() {
				for _, event := range events {
					walk(event, &s)
				}
			}
		})
	}
	b.Run("json.Valid", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			for _, event := range events {
				if !json.Valid(event) {
					b.Fatal("not valid")
				}
			}
		}
	})
}

// lastText is the last leaf that a walk finds in a text, or "refused".
func lastText(name, text string) (last string) {
	defer func() {
		if recover() != nil {
			last = "refused"
		}
	}()
	var s sink
	walks[name]()([]byte(text), &s)
	return s.text
}

// What each makes of input that is not quite usual: the reasons beside speed. The bytes that are not UTF-8 are not
// jsontape's business; its caller repairs them.
func TestUnusualInput(t *testing.T) {
	for _, test := range []struct{ value, jsontape, gjson, fastjson, jsontext string }{
		{"123456789012345678901234567890", "123456789012345678901234567890", "123456789012345678901234567890", "123456789012345678901234567890", "123456789012345678901234567890"},
		{`"\ud83d"`, "\uFFFD", "\uFFFD", `\ud83d`, "\uFFFD"},
		{"\"\xff\"", "\xff", "\xff", "\xff", "\uFFFD"},
		{`"\u00zz"`, "refused", "\x00", `\u00zz`, "refused"},
		{"01", "refused", "01", "01", "refused"},
	} {
		text := `{"a":` + test.value + `}`
		assert.Equal(t, test.jsontape, lastText("jsontape", text), "jsontape of %q", test.value)
		assert.Equal(t, test.gjson, lastText("gjson", text), "gjson of %q", test.value)
		assert.Equal(t, test.fastjson, lastText("fastjson", text), "fastjson of %q", test.value)
		assert.Equal(t, test.jsontext, lastText("jsontext", text), "jsontext of %q", test.value)
	}
}
