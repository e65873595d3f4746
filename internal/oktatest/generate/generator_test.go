// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestGeneratorIsDeterministic(t *testing.T) {
	again := New(7).Page(50, noon)
	assert.Equal(t, New(7).Page(50, noon), again)
	assert.NotEqual(t, New(7).Page(50, noon), New(8).Page(50, noon))
	var page []json.RawMessage
	require.NoError(t, json.Unmarshal(New(7).Page(50, noon), &page))
	assert.Len(t, page, 50)
}

func TestGeneratedEventsAreRealistic(t *testing.T) {
	t.Parallel()
	g := New(1)
	g.SetMalformed(0)
	const n = 3000
	types, uuids := map[string]int{}, map[string]bool{}
	total, smallest, largest := 0, 1<<20, 0
	for i, e := range g.Events(n, noon, time.Second) {
		require.True(t, json.Valid(e.JSON), "%s", e.JSON)
		parsed, err := logevent.Parse(e.JSON)
		require.NoError(t, err)
		require.Equal(t, e, parsed)
		require.Equal(t, noon.Add(time.Duration(i)*time.Second), e.Published)
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$`, e.UUID)
		uuids[e.UUID] = true
		eventType, _ := logevent.Text(e.JSON, "eventType")
		types[eventType]++
		total, smallest, largest = total+len(e.JSON), min(smallest, len(e.JSON)), max(largest, len(e.JSON))
	}
	assert.Len(t, uuids, n)
	assert.Len(t, types, len(kinds), "every kind comes up")
	assert.InDelta(t, 1900, total/n, 200, "mean size in bytes")
	assert.GreaterOrEqual(t, smallest, 900)
	assert.LessOrEqual(t, largest, 4400)
}

// Each quirk of Okta's data, as it looks in JSON text.
func TestGeneratorCoversTheQuirks(t *testing.T) {
	t.Parallel()
	g := New(3)
	g.SetMalformed(1)
	all := string(g.Page(4000, noon))
	require.True(t, json.Valid([]byte(all)))
	for _, quirk := range []string{
		`"zone":"null"`, `"zone":null`, `"outcome":null`, `"target":null`, `"target":[]`, `"displayMessage":null`, `"displayMessage":""`,
		`"transaction":{"type":null,"id":"unknown","detail":null}`, `"externalSessionId":null`, `"externalSessionId":"unknown"`, `"externalSessionId":"trs`,
		`"client":{}`, `"device":{}`, `"device":null`, `"debugContext":{}`, `"debugData":""`, `"changedAttributes":{`, `"version":0`, `"version":"0"`,
		`"postalCode":94107`, `"asNumber":4294967294`, `"asNumber":null`, `9007199254740993`, `18446744073709551617`, `"lat":47,"lon":-8`, `"lat":191.25`,
		`"ipAddress":"null"`, `"ipAddress":"unknown-proxy.example.net"`, `"version":"V6"`, `"2001:db8:`, `12:00:00Z"`, `-07:00","securityContext"`,
		`"published":"2026-09-31T`, `𝒜`, `},"ipChain":[`, `mim.checkOSXAccessEligibility.true`, `"NOTICE"`, `"newThing":{`,
		`"osVersion":`, `"os_version":`, `"deviceIntegrator":"{\"`, `"browser":"unknown"`, `"type":"JOB"`, `"ipChain":[]`, `"changeDetails":{"from"`,
		`"logOnlySecurityData":"{\"risk`, `"risk":"{level=LOW}"`, `"risk":"Risk{level=LOW}"`, `"behaviors":"{New Geo-Location=`, `"detail":{}`, `"requestApiTokenId":"00T`,
		`"type":"IP address"`, `"type":"PublicClientApp"`, `"botProtection"`, `"legacyEventType":null`, `"alternateId":null`, `grant_type=******`,
	} {
		assert.True(t, strings.Contains(all, quirk), quirk)
	}
	assert.Regexp(t, `"published":"2026-11-21T12:00:0\d\.\d{9}Z"`, all)
	assert.Regexp(t, `"published":"2026-11-21T12:00:0\d\.\d{3}"`, all)
}

func TestBrokenEventsAreJSONButNoLogEvents(t *testing.T) {
	g := New(1)
	seen := map[string]bool{}
	for range 200 {
		e := g.Broken(noon)
		require.True(t, json.Valid(e.JSON))
		_, err := logevent.Parse(e.JSON)
		require.Error(t, err)
		seen[string(e.JSON)] = true
	}
	assert.Len(t, seen, 9)
}

func BenchmarkGenerator(b *testing.B) {
	g := New(1)
	for b.Loop() {
		b.SetBytes(int64(len(g.Event(noon).JSON)))
	}
}
