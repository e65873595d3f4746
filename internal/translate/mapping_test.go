// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

const uuidMember = `"uuid":"u-1","published":"2026-11-21T10:00:00Z"`

// record translates one event, without what is derived.
func record(raw string) (plog.LogRecord, Event) {
	rec := plog.NewLogRecord()
	told := New(Options{WithoutDerived: true}).Record([]byte(raw), observed, rec)
	return rec, told
}

// attributesOf returns the attributes of an event with the given members, without the uuid that all of them have.
func attributesOf(members string) map[string]any {
	if members != "" {
		members = "," + members
	}
	rec, _ := record(`{` + uuidMember + members + `}`)
	attributes := rec.Attributes().AsRaw()
	delete(attributes, "log.record.uid")
	return attributes
}

type m = map[string]any

func TestAttributes(t *testing.T) {
	for _, test := range []struct {
		name, members string
		want          m
	}{
		{"event type", `"eventType":"user.session.start"`, m{"okta.event_type": "user.session.start"}},
		{"event type of another type", `"eventType":7`, m{"okta.event_type": int64(7)}},
		{"legacy event type", `"legacyEventType":"x"`, m{"okta.legacy_event_type": "x"}},
		{
			"actor who is a user", `"actor":{"id":"1","type":"User","alternateId":"a@b.example","displayName":"A","detailEntry":{"aKey":"v"}}`,
			m{
				"user.id": "1", "user.name": "a@b.example", "user.full_name": "A",
				"okta.actor.id": "1", "okta.actor.type": "User", "okta.actor.alternate_id": "a@b.example",
				"okta.actor.display_name": "A", "okta.actor.detail_entry": m{"aKey": "v"},
			},
		},
		{
			"actor whose type comes last", `"actor":{"id":"1","type":"User"}`,
			m{"user.id": "1", "okta.actor.id": "1", "okta.actor.type": "User"},
		},
		{
			"actor who is no user", `"actor":{"type":"SystemPrincipal","id":"1","alternateId":"s","displayName":"S"}`,
			m{"okta.actor.type": "SystemPrincipal", "okta.actor.id": "1", "okta.actor.alternate_id": "s", "okta.actor.display_name": "S"},
		},
		{"actor id that is a number", `"actor":{"type":"User","id":1}`, m{"okta.actor.type": "User", "okta.actor.id": int64(1)}},
		{"IPv4 address", `"client":{"ipAddress":"192.0.2.1"}`, m{"client.address": "192.0.2.1"}},
		{"IPv6 address", `"client":{"ipAddress":"2001:DB8::1"}`, m{"client.address": "2001:DB8::1"}},
		{"address null as text", `"client":{"ipAddress":"null"}`, m{"okta.client.ip_address": "null"}},
		{"not an address", `"client":{"ipAddress":"1.2.3.456"}`, m{"okta.client.ip_address": "1.2.3.456"}},
		{"address that is a number", `"client":{"ipAddress":12}`, m{"okta.client.ip_address": int64(12)}},
		{
			"user agent", `"client":{"userAgent":{"rawUserAgent":"curl/8","os":"Mac OS X","browser":"CHROME"}}`,
			m{"user_agent.original": "curl/8", "user_agent.os.name": "Mac OS X", "user_agent.name": "CHROME"},
		},
		{
			"unknown user agent", `"client":{"userAgent":{"rawUserAgent":"","os":"Unknown","browser":"UNKNOWN"}}`,
			m{"user_agent.original": "", "okta.client.user_agent.os": "Unknown", "okta.client.user_agent.browser": "UNKNOWN"},
		},
		{"user agent as text", `"client":{"userAgent":"curl"}`, m{"okta.client.user_agent": "curl"}},
		{
			"place", `"client":{"geographicalContext":{"city":"Oslo","state":"Oslo County","country":"Norway","postalCode":"0150","geolocation":{"lat":59.9,"lon":10.75}}}`,
			m{
				"geo.locality.name": "Oslo", "geo.postal_code": "0150", "geo.location.lat": 59.9, "geo.location.lon": 10.75,
				"okta.client.geographical_context.state": "Oslo County", "okta.client.geographical_context.country": "Norway",
			},
		},
		{
			"place in whole numbers and out of range", `"client":{"geographicalContext":{"postalCode":90210,"geolocation":{"lat":34,"lon":-999}}}`,
			m{"geo.postal_code": "90210", "geo.location.lat": 34.0, "geo.location.lon": -999.0},
		},
		{
			"place of other types", `"client":{"geographicalContext":{"city":1,"postalCode":true,"geolocation":{"lat":"59.9","lon":1e999}}}`,
			m{
				"okta.client.geographical_context.city": int64(1), "okta.client.geographical_context.postal_code": true,
				"okta.client.geographical_context.geolocation.lat": "59.9", "okta.client.geographical_context.geolocation.lon": "1e999",
			},
		},
		{"session", `"authenticationContext":{"externalSessionId":"idx1"}`, m{"session.id": "idx1"}},
		{
			"unknown session", `"authenticationContext":{"externalSessionId":"unknown","rootSessionId":"unknown"}`,
			m{"okta.authentication_context.external_session_id": "unknown", "okta.authentication_context.root_session_id": "unknown"},
		},
		{"no session", `"authenticationContext":{"externalSessionId":null,"authenticationStep":0}`, m{"okta.authentication_context.authentication_step": int64(0)}},
		{"success", `"outcome":{"result":"SUCCESS","reason":"R"}`, m{"okta.outcome.result": "SUCCESS", "okta.outcome.reason": "R"}},
		{
			"failure with a code", `"outcome":{"result":"FAILURE","reason":"INVALID_CREDENTIALS"}`,
			m{"okta.outcome.result": "FAILURE", "okta.outcome.reason": "INVALID_CREDENTIALS", "error.type": "INVALID_CREDENTIALS"},
		},
		{
			"failure with a sentence", `"outcome":{"result":"FAILURE","reason":"It failed"}`,
			m{"okta.outcome.result": "FAILURE", "okta.outcome.reason": "It failed", "error.type": "_OTHER"},
		},
		{
			"failure with a reason that only begins like a code", `"outcome":{"reason":"1A","result":"FAILURE"}`,
			m{"okta.outcome.result": "FAILURE", "okta.outcome.reason": "1A", "error.type": "_OTHER"},
		},
		{"failure without reason", `"outcome":{"result":"FAILURE","reason":null}`, m{"okta.outcome.result": "FAILURE", "error.type": "_OTHER"}},
		{"outcome as text", `"outcome":"FAILURE"`, m{"okta.outcome": "FAILURE"}},
		{
			"debug data", `"debugContext":{"debugData":{"requestUri":"/a","someKey":"{\"a\":1}","anObject":{"bKey":[{"cKey":null,"d":1}]}}}`,
			m{
				"url.path":                      "/a",
				"okta.debug_context.debug_data": m{"requestUri": "/a", "someKey": `{"a":1}`, "anObject": m{"bKey": []any{m{"cKey": nil, "d": int64(1)}}}},
			},
		},
		{"debug data as text", `"debugContext":{"debugData":""}`, m{"okta.debug_context.debug_data": ""}},
		{"debug data that says nothing", `"debugContext":{"debugData":{"b":{"c":{}}}}`, m{}},
		{
			"debug data that says it in its keys", `"debugContext":{"debugData":{"behaviors":{"New Device=POSITIVE":null},"b":{"c":{}},"d":1,"d":null}}`,
			m{"okta.debug_context.debug_data": m{"behaviors": m{"New Device=POSITIVE": nil}, "d": nil}},
		},
		{
			"nulls of all free-form maps", `"transaction":{"detail":{"a":null}},"actor":{"detailEntry":{"b":{"c":null}}},"target":[{"detailEntry":{"d":null},"x":{"e":null}},{"changeDetails":{}}],"x":{"y":{"changeDetails":{"f":null},"z":null}}`,
			m{
				"okta.transaction.detail": m{"a": nil}, "okta.actor.detail_entry": m{"b": m{"c": nil}},
				"okta.target": []any{m{"detail_entry": m{"d": nil}}, m{}}, "okta.x.y.change_details": m{"f": nil},
			},
		},
		{"nulls elsewhere", `"client":{"geographicalContext":{"geolocation":{"lat":null}},"detail":{"a":null}},"debugData":{"a":null}`, m{}},
		{"no free-form map", `"debugContext":{"debugData":null},"transaction":{"detail":{}},"target":[{"detailEntry":null}]`, m{"okta.target": []any{m{}}}},
		{"a path with a query", `"debugContext":{"debugData":{"requestUri":"/a?b=c"}}`, m{"okta.debug_context.debug_data": m{"requestUri": "/a?b=c"}}},
		{"a word for a path", `"debugContext":{"debugData":{"requestUri":"redacted"}}`, m{"okta.debug_context.debug_data": m{"requestUri": "redacted"}}},
		{
			"actor who is unknown", `"actor":{"id":"unknown","type":"User","alternateId":"someone","displayName":"Unknown"}`,
			m{"user.name": "someone", "okta.actor.id": "unknown", "okta.actor.type": "User", "okta.actor.alternate_id": "someone", "okta.actor.display_name": "Unknown"},
		},
		{"actor without a name", `"actor":{"type":"User","alternateId":"UNKNOWN"}`, m{"okta.actor.type": "User", "okta.actor.alternate_id": "UNKNOWN"}},
		{
			"unknown place", `"client":{"userAgent":{"rawUserAgent":"UNKNOWN"},"geographicalContext":{"city":"unknown","postalCode":"Unknown"}}`,
			m{"okta.client.user_agent.raw_user_agent": "UNKNOWN", "okta.client.geographical_context.city": "unknown", "okta.client.geographical_context.postal_code": "Unknown"},
		},
		{
			"denied with a code", `"outcome":{"result":"DENY","reason":"BLOCKED_BY_ZONE"}`,
			m{"okta.outcome.result": "DENY", "okta.outcome.reason": "BLOCKED_BY_ZONE", "error.type": "BLOCKED_BY_ZONE"},
		},
		{"denied", `"outcome":{"result":"DENY"}`, m{"okta.outcome.result": "DENY", "error.type": "_OTHER"}},
		{"failure for an unknown reason", `"outcome":{"result":"FAILURE","reason":"UNKNOWN"}`, m{"okta.outcome.result": "FAILURE", "okta.outcome.reason": "UNKNOWN", "error.type": "_OTHER"}},
		{"ip chain", `"request":{"ipChain":[{"ip":"192.0.2.1","geographicalContext":{"postalCode":1,"geolocation":{"lat":1,"lon":2.5}},"source":null}]}`, m{
			"okta.request.ip_chain": []any{m{"ip": "192.0.2.1", "geographical_context": m{"postal_code": int64(1), "geolocation": m{"lat": int64(1), "lon": 2.5}}}},
		}},
		{"ip chain of the client", `"client":{"ipChain":[{"ip":"192.0.2.1"}]}`, m{"okta.client.ip_chain": []any{m{"ip": "192.0.2.1"}}}},
		{
			"target", `"target":[{"id":"1","alternateId":"a","displayName":"d","detailEntry":{"xKey":1},"changeDetails":{"from":{"aB":[null]},"to":{"aB":{}}}}]`,
			m{"okta.target": []any{m{
				"id": "1", "alternate_id": "a", "display_name": "d",
				"detail_entry": m{"xKey": int64(1)}, "change_details": m{"from": m{"aB": []any{nil}}},
			}}},
		},
		{"no target", `"target":null`, m{}},
		{"empty target", `"target":[]`, m{"okta.target": []any{}}},
		{"zone", `"client":{"zone":"HQ"}`, m{"okta.client.zone": "HQ"}},
		{"no zone", `"client":{"zone":"null"}`, m{}},
		{"zone of another type", `"client":{"zone":false}`, m{"okta.client.zone": false}},
		{"client as text", `"client":"x"`, m{"okta.client": "x"}},
		{"empty objects", `"client":{},"device":{},"debugContext":{},"transaction":{"type":null,"detail":{}}`, m{}},
		{"transaction", `"transaction":{"type":"JOB","id":"1","detail":{"aKey":"v"}}`, m{"okta.transaction.type": "JOB", "okta.transaction.id": "1", "okta.transaction.detail": m{"aKey": "v"}}},
		{"version as a number", `"version":0`, m{"okta.version": int64(0)}},
		{"AS number above 2³¹", `"securityContext":{"asNumber":4200000000}`, m{"okta.security_context.as_number": int64(4200000000)}},
		{"device in snake_case", `"device":{"os_version":"1"}`, m{"okta.device.os_version": "1"}},
		{"device in camelCase", `"device":{"osVersion":"1"}`, m{"okta.device.os_version": "1"}},
		{"device in both, snake_case last", `"device":{"osVersion":"1","os_version":"2"}`, m{"okta.device.osVersion": "1", "okta.device.os_version": "2"}},
		{"device in both, camelCase last", `"device":{"os_version":"2","osVersion":"1"}`, m{"okta.device.osVersion": "1", "okta.device.os_version": "2"}},
		{"two capitals, one name", `"device":{"osVersion":"1","OsVersion":"2"}`, m{"okta.device.os_version": "1", "okta.device.OsVersion": "2"}},
		{"both in a target", `"target":[{"alternateId":"1","alternate_id":"2"}]`, m{"okta.target": []any{m{"alternateId": "1", "alternate_id": "2"}}}},
		{
			"both of an object", `"client":{"geographicalContext":{"city":"A","state":"S"},"geographical_context":{"city":"B","state":"T"}}`,
			m{
				"geo.locality.name": "A", "okta.client.geographicalContext.state": "S",
				"okta.client.geographical_context.city": "B", "okta.client.geographical_context.state": "T",
			},
		},
		{"unknown field", `"brandNew":{"someID":1,"x509Cert":"c","OSVersion":true}`, m{"okta.brand_new.some_id": int64(1), "okta.brand_new.x509_cert": "c", "okta.brand_new.os_version": true}},
		{"the same key twice", `"a":1,"a":{"b":2}`, m{"okta.a.b": int64(2)}},
		{"the same key twice, null last", `"a":1,"a":null`, m{}},
		{"the same key twice in a map", `"target":[{"id":1,"id":2}],"transaction":{"detail":{"k":1,"\u006b":3}}`, m{"okta.target": []any{m{"id": int64(2)}}, "okta.transaction.detail": m{"k": int64(3)}}},
		{"a dot in a key", `"a.b":1`, m{"okta.a.b": int64(1)}},
		{"a dot in a key and the path", `"a.b":1,"a":{"b":2}`, m{"okta.a.b#2": int64(1), "okta.a.b": int64(2)}},
		{"a dot in a key is no path", `"client.zone":"null"`, m{"okta.client.zone": "null"}},
		{"spaces and empty keys", `"":1," ":2,"x":{"":3}`, m{"okta.": int64(1), "okta. ": int64(2), "okta.x.": int64(3)}}, //nolint:gocritic // the space is the point
		{"arrays in arrays", `"x":[[1,[]],[[{"aB":null,"cD":[{}]}]]]`, m{"okta.x": []any{[]any{int64(1), []any{}}, []any{[]any{m{"c_d": []any{m{}}}}}}}},
		{"mixed array", `"x":[null,1,"a",{},{"aB":1},false]`, m{"okta.x": []any{nil, int64(1), "a", m{}, m{"a_b": int64(1)}, false}}},
		{"text that looks like something", `"x":"{a=b}","y":"{\"a\":null}","z":"12"`, m{"okta.x": "{a=b}", "okta.y": `{"a":null}`, "okta.z": "12"}},
		{"four bytes of UTF-8", `"x":"😀","y":"\ud83d\ude00"`, m{"okta.x": "😀", "okta.y": "😀"}},
		{"half a surrogate pair", `"x":"a\ud83dz","y":"\ude00\ud83d"`, m{"okta.x": "a\uFFFDz", "okta.y": "\uFFFD\uFFFD"}},
		{"not UTF-8", "\"x\":\"a\xff\xfez\",\"k\xff\":1", m{"okta.x": "a\uFFFD\uFFFDz", "okta.k\uFFFD": int64(1)}},
		{"a message that is no text", `"displayMessage":{"a":1}`, m{"okta.display_message.a": int64(1)}},
		{"a severity that is no text", `"severity":3`, m{"okta.severity": int64(3)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, attributesOf(test.members))
		})
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]any{
		"0": int64(0), "-0": int64(0), "1": int64(1), "9007199254740993": int64(9007199254740993),
		"9223372036854775807": int64(9223372036854775807), "-9223372036854775808": int64(-9223372036854775808),
		"9223372036854775808": 9223372036854775808.0, "9223372036854775809": "9223372036854775809",
		"18446744073709551616": 18446744073709551616.0, "18446744073709551617": "18446744073709551617",
		"1.0": 1.0, "1e3": 1000.0, "1E+2": 100.0, "0.1": 0.1, "-0.0": 0.0, "0e99999999999999999999": 0.0, "5e-324": 5e-324,
		"0.1000000000000000055511151231257827": 0.1, "0.30000000000000001": "0.30000000000000001",
		"1e308": 1e308, "1e309": "1e309", "1e-400": "1e-400", "1.00000000000000000000": 1.0, "0.00001200": 0.000012,
	} {
		assert.Equal(t, m{"okta.n": want}, attributesOf(`"n":`+text), text)
	}
}

func TestSnakeCase(t *testing.T) {
	for key, want := range map[string]string{
		"asNumber": "as_number", "userID": "user_id", "OSVersion": "os_version", "x509Cert": "x509_cert", "os_version": "os_version",
		"": "", "a b": "a b", "A": "a", "aB": "a_b", "aBC": "a_bc", "ABc": "a_bc", "URL": "url", "My_Key": "my_key", "ÄaB": "Äa_b",
		"ipV4Address": "ip_v4_address", "a-B": "a-b",
	} {
		assert.Equal(t, want, snakeCase(key), key)
	}
}

func TestRecordFields(t *testing.T) {
	rec, told := record(`{"uuid":"u-1","published":"2026-11-21T10:00:00.5Z","severity":"WARN","eventType":"a.b","displayMessage":"hello"}`)
	assert.Equal(t, time.Date(2026, 11, 21, 10, 0, 0, 5e8, time.UTC), rec.Timestamp().AsTime())
	assert.Equal(t, observed, rec.ObservedTimestamp().AsTime())
	assert.Equal(t, "okta.a.b", rec.EventName())
	assert.Equal(t, "hello", rec.Body().Str())
	assert.Equal(t, Event{UUID: "u-1", Published: time.Date(2026, 11, 21, 10, 0, 0, 5e8, time.UTC), Size: told.Size}, told)

	rec, _ = record(`{` + uuidMember + `,"displayMessage":null,"eventType":null,"severity":null}`)
	assert.Empty(t, rec.EventName())
	assert.Equal(t, "Empty", rec.Body().Type().String())
	assert.Empty(t, rec.SeverityText())

	rec, _ = record(`{` + uuidMember + `,"displayMessage":""}`)
	assert.Equal(t, "Str", rec.Body().Type().String())
}

func TestSeverity(t *testing.T) {
	for text, want := range map[string]plog.SeverityNumber{"DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17, "NOTICE": 0, "info": 0, "": 0} {
		rec, _ := record(`{` + uuidMember + `,"severity":"` + text + `"}`)
		assert.Equal(t, want, rec.SeverityNumber(), text)
		assert.Equal(t, text, rec.SeverityText())
	}
}

func TestPublished(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		json      string
		want      time.Time // zero: no timestamp
		kept      any
		malformed string
	}{
		{`"2026-11-21T12:00:00Z"`, noon, nil, ""},
		{`"2026-11-21T12:00:00.1Z"`, noon.Add(100 * time.Millisecond), nil, ""},
		{`"2026-11-21T12:00:00.123456789Z"`, noon.Add(123456789), nil, ""},
		{`"2026-11-21T12:00:00.1234567891Z"`, noon.Add(123456789), "2026-11-21T12:00:00.1234567891Z", ""},
		{`"2026-11-21T14:30:00+02:30"`, noon, nil, ""},
		{`"2026-11-21T12:00:00"`, time.Time{}, "2026-11-21T12:00:00", malformedPublished},
		{`"2026-11-21 12:00:00Z"`, time.Time{}, "2026-11-21 12:00:00Z", malformedPublished},
		{`"2026-09-31T12:00:00Z"`, time.Time{}, "2026-09-31T12:00:00Z", malformedPublished},
		{`"2026-11-21T12:00:00,5Z"`, time.Time{}, "2026-11-21T12:00:00,5Z", malformedPublished},
		{`"2026-11-21T9:00:00Z"`, time.Time{}, "2026-11-21T9:00:00Z", malformedPublished},
		{`"2026-11-21T12:00:00+25:00"`, time.Time{}, "2026-11-21T12:00:00+25:00", malformedPublished},
		{`""`, time.Time{}, "", malformedPublished},
		{`1763726400`, time.Time{}, int64(1763726400), malformedPublished},
		{`"1969-12-31T23:59:59Z"`, time.Time{}, "1969-12-31T23:59:59Z", malformedTimeRange},
		{`"1970-01-01T00:00:00Z"`, time.Time{}, "1970-01-01T00:00:00Z", malformedTimeRange},
		{`"4000-01-01T00:00:00Z"`, time.Time{}, "4000-01-01T00:00:00Z", malformedTimeRange},
		{`null`, time.Time{}, nil, malformedNoPublished},
	} {
		rec, told := record(`{"uuid":"u","published":` + test.json + `}`)
		kept := rec.Attributes().AsRaw()["okta.published"]
		assert.Equal(t, test.kept, kept, test.json)
		assert.Equal(t, test.malformed, told.Malformed, test.json)
		assert.Equal(t, test.want, told.Published, test.json)
		if test.want.IsZero() {
			assert.Zero(t, rec.Timestamp(), test.json)
		} else {
			assert.Equal(t, test.want, rec.Timestamp().AsTime(), test.json)
		}
	}
}

func TestWhatIsNoEvent(t *testing.T) {
	for raw, malformed := range map[string]string{
		`"text"`: malformedNotObject, `null`: malformedNotObject, `[{"uuid":"u"}]`: malformedNotObject, `12`: malformedNotObject,
		`{"uuid":`: malformedNotJSON, ``: malformedNotJSON, `{}x`: malformedNotJSON,
		`{"a":1}`: malformedNoUUID, `{}`: malformedNoUUID, `{"uuid":""}`: malformedNoUUID, `{"uuid":12}`: malformedNoUUID, `{"uuid":null}`: malformedNoUUID,
	} {
		rec, told := record(raw)
		assert.Equal(t, raw, rec.Body().Str(), raw)
		assert.Equal(t, malformed, told.Malformed, raw)
		assert.Equal(t, malformed, rec.Attributes().AsRaw()["okta.parse_error"], raw)
		assert.Equal(t, observed, rec.ObservedTimestamp().AsTime(), raw)
		assert.Empty(t, told.UUID, raw)
	}
}

func TestWithoutUUIDTheRestIsThere(t *testing.T) {
	rec, _ := record(`{"uuid":12,"displayMessage":"hello","parseError":"mine","actor":{"id":"1"}}`)
	assert.Equal(t, m{
		"okta.parse_error": malformedNoUUID, "okta.parse_error#2": "mine", "okta.uuid": int64(12),
		"okta.display_message": "hello", "okta.actor.id": "1",
	}, rec.Attributes().AsRaw())
}

func TestRecordsOfReplaysAreMarked(t *testing.T) {
	for raw, want := range map[string]m{
		`{"uuid":"u","replay":{"a":1},"version":"0"}`: {"log.record.uid": "u", "okta.replay": true, "okta.version": "0", "okta.replay.a": int64(1)},
		`{"uuid":"u","replay":"mine"}`:                {"log.record.uid": "u", "okta.replay": true, "okta.replay#2": "mine"},
		`{"uuid":`:                                    {"okta.parse_error": malformedNotJSON, "okta.replay": true},
	} {
		rec := plog.NewLogRecord()
		New(Options{Replay: true}).Record([]byte(raw), observed, rec)
		assert.Equal(t, want, rec.Attributes().AsRaw(), raw)
	}
	assert.Equal(t, m{"okta.replay": "mine"}, attributesOf(`"replay":"mine"`), "a field of Okta's keeps its name")
}

func TestDeepNestingIsText(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 100000) + "1" + strings.Repeat("}", 100000)
	rec, told := record(`{` + uuidMember + `,"x":` + deep + `}`)
	assert.Equal(t, malformedNotJSON, told.Malformed) // encoding/json's own limit is 10,000
	assert.Contains(t, rec.Body().Str(), deep)

	deep = strings.Repeat(`[`, 9000) + strings.Repeat("]", 9000)
	rec, told = record(`{` + uuidMember + `,"x":` + deep + `}`)
	assert.Empty(t, told.Malformed)
	inner, found := rec.Attributes().Get("okta.x")
	for found && inner.Type().String() == "Slice" {
		inner = inner.Slice().At(0)
	}
	assert.Equal(t, deep[27:len(deep)-27], inner.Str())
}

// Names grow with the depth and stand before every leaf; a hostile event must not become much larger than it is.
func TestLongNamesDoNotMultiply(t *testing.T) {
	long := strings.Repeat("k", 300)
	assert.Equal(t, m{"okta." + long: m{"aB": int64(1), "a_b": m{"c": true}}},
		attributesOf(`"`+long+`":{"aB":1,"a_b":{"c":true}}`))
}

// More keys than a node remembers, and enough to make anything quadratic felt.
func TestManyKeys(t *testing.T) {
	object := func(keys int) []byte {
		members := m{"uuid": "u"}
		for i := range keys {
			members[fmt.Sprintf("key%dName", i)] = i
			members[fmt.Sprintf("key%d_name", i)] = i
		}
		text, err := json.Marshal(members)
		require.NoError(t, err)
		return text
	}
	requireFaithful(t, allModes(), object(40))
	rec, _ := record(string(object(20000)))
	assert.Equal(t, 40001, rec.Attributes().Len())
}

// One event does not choose how much memory its record takes.
func TestEventsWithTooManyValues(t *testing.T) {
	huge := "[" + strings.TrimSuffix(strings.Repeat("0,", 1<<20), ",") + "]"
	rec, event := record(`{"uuid":"u","published":"2026-11-21T00:00:00.000Z","debugContext":{"debugData":{"list":` + huge + `,"url":"/app"}},"severity":"WARN"}`)
	assert.Equal(t, Event{UUID: "u", Published: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Size: event.Size}, event)
	assert.Equal(t, m{"list": huge, "url": "/app"}, rec.Attributes().AsRaw()["okta.debug_context.debug_data"], "the list as text")
	assert.Equal(t, "WARN", rec.SeverityText())
	assert.LessOrEqual(t, rec.Attributes().Len(), 10)

	whole := "{" + strings.TrimSuffix(strings.Repeat(`"a":0,`, 1<<20), ",") + "}"
	rec, event = record(whole)
	assert.Equal(t, malformedTooMuch, event.Malformed)
	assert.Equal(t, whole, rec.Body().Str())
}
