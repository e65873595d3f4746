// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate/translatetest"
)

// requireFaithful holds the record made of an event against it, in each mode. The bytes that the record was made of
// have other use meanwhile.
func requireFaithful(t *testing.T, translators []*Translator, event []byte) {
	t.Helper()
	for _, translator := range translators {
		var options []translatetest.Option
		if translator.options.WithoutDerived {
			options = append(options, translatetest.WithoutDerived)
		}
		record := plog.NewLogRecord()
		bytes := slices.Clone(event)
		told := translator.Record(bytes, observed, record)
		copy(bytes, slices.Repeat([]byte{'#'}, len(bytes)))
		require.LessOrEqual(t, (&plog.ProtoMarshaler{}).LogRecordSize(record), told.Size, "size of %s", event)
		require.Empty(t, translatetest.Missing(event, record, options...), "missing of %s", event)
		require.Empty(t, translatetest.Invented(event, record, options...), "invented from %s", event)
	}
}

func allModes() []*Translator {
	return []*Translator{
		New(Options{}), New(Options{BodyOriginal: true}), New(Options{IncludeOriginal: true}), New(Options{WithoutDerived: true}),
	}
}

func TestNothingMissingNothingInvented(t *testing.T) {
	translators := allModes()
	for _, event := range allEvents(t) {
		requireFaithful(t, translators, event)
	}
}

func TestNothingMissingOfGeneratedEvents(t *testing.T) {
	translators := allModes()
	generator := generate.New(17)
	generator.SetMalformed(0.2)
	for i, event := range generator.Events(600, observed, time.Second) {
		requireFaithful(t, translators[i%4:i%4+1], event.JSON)
	}
	for range 20 {
		requireFaithful(t, translators, generator.Broken(observed).JSON)
	}
}

func TestNothingMissingAfterMutation(t *testing.T) {
	translators := allModes()
	random := rand.New(rand.NewPCG(7, 11))
	for _, event := range allEvents(t) {
		for i := range 15 {
			var value any
			require.NoError(t, json.Unmarshal(event, &value))
			for range 1 + random.IntN(6) {
				value = mutate(random, value)
			}
			text, err := json.Marshal(value)
			require.NoError(t, err)
			requireFaithful(t, translators[i%4:i%4+1], text) // each of the modes in turn
		}
	}
}

func TestNothingMissingOfRandomJSON(t *testing.T) {
	translators := allModes()
	random := rand.New(rand.NewPCG(3, 5))
	for range 800 {
		text, err := json.Marshal(randomValue(random, 0))
		require.NoError(t, err)
		requireFaithful(t, translators, text)
	}
}

// mutate changes one place of a JSON value: it drops, nulls, retypes, renames or nests.
func mutate(random *rand.Rand, value any) any {
	switch v := value.(type) {
	case map[string]any:
		return mutateObject(random, v)
	case []any:
		if len(v) > 0 && random.IntN(3) > 0 {
			i := random.IntN(len(v))
			v[i] = mutate(random, v[i])
			return v
		}
	}
	switch random.IntN(4) {
	case 0:
		return nil
	case 1:
		return []any{value, nil}
	case 2:
		return map[string]any{randomKey(random): value}
	default:
		return randomValue(random, 2)
	}
}

func mutateObject(random *rand.Rand, object map[string]any) any {
	if len(object) == 0 {
		return randomValue(random, 1)
	}
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	key := keys[random.IntN(len(keys))]
	switch random.IntN(8) {
	case 0:
		delete(object, key)
	case 1:
		object[key] = nil
	case 2:
		object[randomKey(random)] = object[key]
		delete(object, key)
	case 3:
		object[randomKey(random)] = object[key]
	case 4:
		object[key+".x"] = randomValue(random, 1)
	default:
		object[key] = mutate(random, object[key])
	}
	return object
}

func randomKey(random *rand.Rand) string {
	return pick(random, "id", "type", "osVersion", "os_version", "OsVersion", "OSVersion", "userID", "client", "uuid",
		"actor", "a.b", "a", "b", "a.b.c", "", " ", "ключ", "ÄÖ", "detailEntry", "changeDetails", "parseError",
		"parse_error", "published", "zone", "target", "x509Cert", "geographicalContext", "ip_address", "\x00\n",
		"risk", "level", "reasons", "behaviors", "behavior", "results", "New Device", "Velocity=POSITIVE", "category", "target_user",
		"target_types", "tunnels", "threatDetections", "threatSuspected", "securityContext", "debugContext", "debugData", "isProxy",
		"url", "factor", "displayName", "alternateId", "name", "result", "risk.level", "eventType")
}

func randomValue(random *rand.Rand, depth int) any {
	kinds := 8
	if depth > 4 {
		kinds = 6
	}
	switch random.IntN(kinds) {
	case 0:
		return nil
	case 1:
		return random.IntN(2) == 0
	case 2:
		return json.Number(pick(random, "0", "-0", "1", "1.0", "1e3", "-7", "9223372036854775807", "9223372036854775808",
			"18446744073709551617", "0.1", "0.10000000000000001", "1e400", "1e-400", "5e-324", "123456789.123456789123"))
	case 3, 4:
		return pick(random, "", "null", "User", "unknown", "UNKNOWN", "FAILURE", "INFO", "a long sentence", "\u2028<>&",
			"10.0.0.1", "::1", "{level=HIGH}", "HIGH", "POSITIVE", "New Device=POSITIVE", "{New IP=UNKNOWN}", "AppInstance", "true", "/a?b=c",
			`{"risk":{"level":"LOW"}}`, `[{"anonymous":true}]`, "user.session.start", "DENY", "2026-11-21T10:00:00Z", "2026-02-30T10:00:00Z", "1969-01-01T00:00:00Z", "BAD_CODE", "😀")
	case 5:
		return random.Float64() * 1000
	case 6:
		list := []any{}
		for range random.IntN(4) {
			list = append(list, randomValue(random, depth+1))
		}
		return list
	default:
		object := map[string]any{}
		for range random.IntN(6) {
			object[randomKey(random)] = randomValue(random, depth+1)
		}
		return object
	}
}

func pick(random *rand.Rand, of ...string) string { return of[random.IntN(len(of))] }

// The walk is worth something only if it can fail.
func TestTheWalkFindsFaults(t *testing.T) {
	event := pages(t)["session-start"][0]
	fresh := func() plog.LogRecord {
		record := plog.NewLogRecord()
		New(Options{}).Record(event, observed, record)
		return record
	}
	// Every attribute is missed when it is gone, and noticed when it has another value or name.
	for name := range fresh().Attributes().All() {
		record := fresh()
		record.Attributes().Remove(name)
		assert.NotEmpty(t, translatetest.Missing(event, record), "without %s", name)

		record = fresh()
		record.Attributes().PutStr(name, "something else")
		assert.NotEmpty(t, translatetest.Missing(event, record), "with another %s", name)
		assert.NotEmpty(t, translatetest.Invented(event, record), "with another %s", name)
	}
	for fault, commit := range map[string]func(plog.LogRecord){
		"timestamp":       func(r plog.LogRecord) { r.SetTimestamp(1) },
		"severity number": func(r plog.LogRecord) { r.SetSeverityNumber(1) },
		"severity text":   func(r plog.LogRecord) { r.SetSeverityText("info") },
		"event name":      func(r plog.LogRecord) { r.SetEventName("user.session.start") },
		"body":            func(r plog.LogRecord) { r.Body().SetStr("") },
		"inner map": func(r plog.LogRecord) {
			target, _ := r.Attributes().Get("okta.target")
			target.Slice().At(0).Map().Remove("alternate_id")
		},
	} {
		record := fresh()
		commit(record)
		assert.NotEmpty(t, translatetest.Missing(event, record), fault)
	}
	record := fresh()
	record.Attributes().PutStr("okta.extra", "x")
	assert.Empty(t, translatetest.Missing(event, record))
	assert.Equal(t, []string{"okta.extra = x"}, translatetest.Invented(event, record))
}
