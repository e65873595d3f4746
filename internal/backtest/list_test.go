// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// listed returns a result with a list: an event with two rules, one that comes again, and one of which little is known.
func listed() *Result {
	r := newResult([]string{"r1"})
	r.List, r.uuids = []Match{}, map[string]string{"a#2": "a"}
	logs := plog.NewLogs()
	record(logs, "", time.Time{}, "r1")
	record(logs, "a#2", day, "r1")
	record(logs, "b", day.Add(-time.Millisecond), "r1", "r2")
	record(logs, "a", day, "r1")
	record(logs, "a", day, "r1") // by another way to another exporter
	for i, attributes := range []map[string]any{
		{"okta.uuid": "7", "okta.actor.id": "00u1", "okta.client.ip_address": "no address"},
		{"okta.actor.alternate_id": "eve\x1b[31m\tand\n<eve>", "okta.actor.id": "00u1", "client.address": "192.0.2.1"},
		{"okta.actor.alternate_id": "", "okta.actor.display_name": "Ada", "client.address": "192.0.2.2"},
	} {
		to := logs.ResourceLogs().At(i).ScopeLogs().At(0).LogRecords().At(0).Attributes()
		for name, value := range attributes {
			to.PutStr(name, value.(string))
		}
	}
	r.addLogs(logs)
	r.sortList()
	return r
}

func TestList(t *testing.T) {
	assert.Equal(t, []Match{
		{Time: day.Add(-time.Millisecond), Rule: "r1", Actor: "Ada", Address: "192.0.2.2", UUID: "b"},
		{Time: day.Add(-time.Millisecond), Rule: "r2", Actor: "Ada", Address: "192.0.2.2", UUID: "b"},
		{Time: day, Rule: "r1", Actor: "eve\x1b[31m\tand\n<eve>", Address: "192.0.2.1", UUID: "a"},
		{Time: day, Rule: "r1", UUID: "a"},
		{Rule: "r1", Actor: "00u1", Address: "no address", UUID: "7"},
	}, listed().List)
}

func TestListIsPrintable(t *testing.T) {
	var table strings.Builder
	require.NoError(t, listed().Print(&table))
	_, list, _ := strings.Cut(table.String(), "\n  time")
	assert.Equal(t, ` (UTC)                rule  actor            address     uuid
  2026-11-20T23:59:59.999Z  r1    Ada              192.0.2.2   b
  2026-11-20T23:59:59.999Z  r2    Ada              192.0.2.2   b
  2026-11-21T00:00:00.000Z  r1    eve[31mand<eve>  192.0.2.1   a
  2026-11-21T00:00:00.000Z  r1    -                -           a
  undated                   r1    00u1             no address  7
`, list)

	r := newResult(nil)
	r.List = []Match{}
	table.Reset()
	require.NoError(t, r.Print(&table))
	assert.Contains(t, table.String(), "\n  time (UTC)  rule  actor  address  uuid\n", "it was asked for")
}

func TestListAsJSON(t *testing.T) {
	var to bytes.Buffer
	require.NoError(t, listed().PrintJSON(&to))
	var printed struct{ List json.RawMessage }
	require.NoError(t, json.Unmarshal(to.Bytes(), &printed))
	assert.JSONEq(t, `[
		{"time":"2026-11-20T23:59:59.999Z","rule":"r1","actor":"Ada","address":"192.0.2.2","uuid":"b"},
		{"time":"2026-11-20T23:59:59.999Z","rule":"r2","actor":"Ada","address":"192.0.2.2","uuid":"b"},
		{"time":"2026-11-21T00:00:00.000Z","rule":"r1","actor":"eve\u001b[31m\tand\n<eve>","address":"192.0.2.1","uuid":"a"},
		{"time":"2026-11-21T00:00:00.000Z","rule":"r1","uuid":"a"},
		{"time":null,"rule":"r1","actor":"00u1","address":"no address","uuid":"7"}]`, string(printed.List))

	r := newResult(nil)
	r.List = []Match{}
	to.Reset()
	require.NoError(t, r.PrintJSON(&to))
	assert.Contains(t, to.String(), `"list": []`)
}
