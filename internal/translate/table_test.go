// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// attributeNames are the names that the records of events have, in all modes.
func attributeNames(events ...[]byte) map[string]bool {
	names := map[string]bool{}
	for _, o := range []Options{{}, {BodyOriginal: true, IncludeOriginal: true, Replay: true}} {
		translator := New(o)
		for _, event := range events {
			record := plog.NewLogRecord()
			translator.Record(event, observed, record)
			for name := range record.Attributes().All() {
				names[name] = true
			}
		}
	}
	return names
}

// lists are the fields that are lists of objects.
var lists = []string{"target", "client.ipChain", "request.ipChain", "securityContext.userBehaviors", "securityContext.ipDetails.ipServiceCategories"}

// eventWith is an event in which the field at a path has a value.
func eventWith(path, value string) []byte {
	for end := len(path); end >= 0; end = strings.LastIndexByte(path[:end], '.') {
		key := path[strings.LastIndexByte(path[:end], '.')+1 : end]
		if slices.Contains(lists, path[:end]) {
			value = `[` + value + `]`
		}
		value = `{"` + key + `":` + value + `}`
	}
	return []byte(value)
}

// Each attribute that is documented can be there, and each one that fields which Okta documents can have is documented.
func TestTheTableIsThatOfTheCode(t *testing.T) {
	var documented []string
	for _, a := range Attributes() {
		documented = append(documented, a.Name)
	}
	var events [][]byte
	for _, f := range fields {
		if !slices.Contains(lists, f.path) && slices.ContainsFunc(fields, func(below field) bool { return strings.HasPrefix(below.path, f.path+".") }) {
			continue // an object, whose members are fields
		}
		for _, value := range []string{`"unknown"`, `"other"`, `"192.0.2.1"`, `7`, `{"a":"b"}`} {
			if isObject := value[0] == '{'; isObject != (f.freeForm || isFreeFormKey(f.path[strings.LastIndexByte(f.path, '.')+1:]) || slices.Contains(lists, f.path)) {
				continue
			}
			events = append(events, eventWith(f.path, value))
		}
	}
	fromFields := attributeNames(events...)
	for name := range fromFields {
		assert.True(t, slices.Contains(documented, name), "%s is not documented", name)
	}

	events = append(events, []byte(`{`+uuidMember+`,"actor":{"type":"User","id":"1","alternateId":"2","displayName":"3"},"outcome":{"result":"DENY"},`+
		`"debugContext":{"debugData":{"requestUri":"/"}}}`))
	for _, cases := range [][]derivedCase{riskCases, behaviorCases, targetCases, threatCases, copyCases} {
		for _, test := range cases {
			if !slices.Contains([]string{"in other places", "debug data as text", "an object in place of a list", "services of another shape"}, test.name) {
				events = append(events, []byte(`{`+uuidMember+`,`+test.members+`}`))
			}
		}
	}
	for _, event := range generate.New(5).Events(500, observed, time.Second) {
		events = append(events, event.JSON)
	}
	seen := attributeNames(events...)
	for _, name := range documented {
		assert.True(t, seen[name] || name == "okta.event_hook.unconfirmed", "%s is in no record", name)
	}
	for name := range seen {
		assert.True(t, slices.Contains(documented, name), "%s is not documented", name)
	}
}

func TestEachAttributeIsDescribed(t *testing.T) {
	names := map[string]bool{}
	for _, a := range Attributes() {
		assert.False(t, names[a.Name], "%s twice", a.Name)
		names[a.Name] = true
		assert.NotZero(t, a.Group, a.Name)
		assert.NotEmpty(t, a.Type, a.Name)
		assert.NotEmpty(t, a.From, a.Name)
		assert.Contains(t, []Privacy{Kept, Pseudonym, Dropped}, a.Privacy, a.Name)
	}
	require.Greater(t, len(names), 100)
}

// Elasticsearch refuses a document in which a name has a value and is the beginning of another name.
func TestNoNameIsANamespace(t *testing.T) {
	for _, a := range Attributes() {
		for _, b := range Attributes() {
			assert.False(t, strings.HasPrefix(b.Name, a.Name+"."), "%s is below %s", b.Name, a.Name)
		}
	}
}
