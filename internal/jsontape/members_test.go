// SPDX-License-Identifier: Apache-2.0

package jsontape

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func membersOf(text string) (map[string]string, bool) {
	members := map[string]string{}
	ok := Members([]byte(text), func(key string, value []byte) { members[key] = string(value) })
	return members, ok
}

func requireMembers(t *testing.T, text string) {
	t.Helper()
	members, ok := membersOf(text)
	require.Equal(t, json.Valid([]byte(text)) && text[space(text, 0)] == '{', ok, "%q", text)
	if !ok {
		return
	}
	var want map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(text), &want))
	require.Len(t, members, len(want))
	for key, value := range want {
		require.Equal(t, string(value), members[key], "%q in %q", key, text)
	}
}

func TestMembersAgreesWithEncodingJSON(t *testing.T) {
	for _, text := range samples {
		requireMembers(t, text)
		requireMembers(t, `{"a":`+text+`}`)
		requireMembers(t, " { \"a\" : "+text+" ,\n\"b\\u0061\" : "+text+" } ")
		requireMembers(t, `{"a":1,"a":`+text+`}`)
		requireMembers(t, `{"a":`+text+`}`+text)
		requireMembers(t, `{"a":`+text)
		requireMembers(t, `{"a":`+text+`,}`)
		requireMembers(t, `{`+text+`:1}`)
	}
}

func TestMembersEndWhereTheyEnd(t *testing.T) {
	text := []byte(`{"a":1,"b":2}`)
	require.True(t, Members(text, func(_ string, value []byte) { _ = append(value, 'x') }))
	assert.Equal(t, `{"a":1,"b":2}`, string(text), "a value has no room behind it")
}
