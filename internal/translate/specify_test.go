// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a Translator has seen before makes it faster and changes nothing.
func TestEventsDoNotDependOnTheOnesBefore(t *testing.T) {
	events := []string{
		`{"uuid":"1","a":{"b":1}}`,
		`{"uuid":"2","a":{"b":1,"c":{"d":2}},"eventType":"x"}`,
		`{"uuid":"3","a":{"b":1,"osVersion":1,"OsVersion":2}}`,
		`{"uuid":"4","a":{"osVersion":1,"c":{"d":2,"e":3}}}`,
		`{"uuid":"5","a.b":{"c":1},"a":{"b":2}}`,
		`{"uuid":"6","a.b":{"c":1,"d":2},"a":{"b":2}}`,
		`{"uuid":"7","a":{"b":1,"` + strings.Repeat("x", maxLearnedKey+1) + `":{"y":1}},"outcome":{"result":"FAILURE"}}`,
		`{"uuid":"8","a":{"b":1,"` + strings.Repeat("x", maxLearnedKey+1) + `":{"y":1}},"outcome":{"result":"FAILURE","new":1}}`,
	}
	var all []json.RawMessage
	for range 2 {
		for _, event := range events {
			all = append(all, json.RawMessage(event))
		}
	}
	together, _ := translatePage(testOptions(), all)
	for i, event := range all {
		alone, _ := translatePage(testOptions(), []json.RawMessage{event})
		want := alone.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().AsRaw()
		got := together.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(i).Attributes().AsRaw()
		assert.Equal(t, want, got, "%s", event)
	}
}

// An unknown key at the end of each level makes each level be listed twice, but those below it not twice for each
// one above: that would be some hundred million times here.
func TestUnknownKeysInADeepEventAreListedOnce(t *testing.T) {
	nested := func(tail string) []byte {
		text := `1`
		for level := range 27 {
			text = fmt.Sprintf(`{"a":%s%s}`, text, strings.ReplaceAll(tail, "#", fmt.Sprint(level)))
		}
		return []byte(text)
	}
	listed := 0
	translator := New(testOptions())
	for _, tail := range []string{``, `,"b#":1`, `,"` + strings.Repeat("c", maxLearnedKey+1) + `#":1`} {
		leaf := translator.root
		for range 27 {
			if leaf.child("a") == nil {
				break
			}
			leaf = leaf.child("a")
		}
		leaf.mapper = func(*listing, int) bool { listed++; return false }
		_, records := translator.NewLogs()
		translator.Record(nested(tail), observed, records.AppendEmpty())
	}
	require.Positive(t, listed)
	require.LessOrEqual(t, listed, 100)
}
