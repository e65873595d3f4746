// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

var day = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// record appends a record to logs; without uuid or time those are left out.
func record(logs plog.Logs, uuid string, published time.Time, rules ...any) {
	r := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	if uuid != "" {
		r.Attributes().PutStr("log.record.uid", uuid)
	}
	if !published.IsZero() {
		r.SetTimestamp(pcommon.NewTimestampFromTime(published))
	}
	if rules != nil {
		_ = r.Attributes().PutEmptySlice("security_rule.name").FromRaw(rules)
	}
}

func TestEachEventIsCountedOnceForEachRule(t *testing.T) {
	logs := plog.NewLogs()
	record(logs, "a", day, "r1", "r2")
	record(logs, "b", day.Add(24*time.Hour-1), "r1")
	record(logs, "c", day.Add(24*time.Hour))
	record(logs, "a", day, "r1", "late rule") // by another way to another exporter
	record(logs, "c", day.Add(24*time.Hour), "r1")
	record(logs, "", day)
	record(logs, "", time.Time{}, "r2")
	one := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	one.SetTimestamp(pcommon.NewTimestampFromTime(day))
	one.Attributes().PutStr("security_rule.name", "r2")

	text, err := (&plog.JSONMarshaler{}).MarshalLogs(logs)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "matches.json")
	require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o600))
	r := newResult([]string{"r1", "r2", "r3"})
	require.NoError(t, r.addFile(path))

	assert.Equal(t, []string{"r1", "r2", "r3", "late rule"}, r.Rules)
	assert.Equal(t, map[string]map[string]int{
		"r1": {"2026-11-21": 2, "2026-11-22": 1}, "r2": {"2026-11-21": 2, Undated: 1}, "late rule": {"2026-11-21": 1},
	}, r.Matches)
	assert.Equal(t, 5, r.Matched)
	assert.Equal(t, []string{"2026-11-21", "2026-11-22", Undated}, r.Days())
}

func TestNothingMatchedIsNoError(t *testing.T) {
	r := newResult(nil)
	require.NoError(t, r.addFile(filepath.Join(t.TempDir(), "none.json")))
	assert.Zero(t, r.Matched)

	path := filepath.Join(t.TempDir(), "broken.json")
	require.NoError(t, os.WriteFile(path, []byte("{\n"), 0o600))
	assert.ErrorContains(t, r.addFile(path), "read the matches")
}

func TestTable(t *testing.T) {
	r := newResult([]string{"noisy", "a rule that matches nothing"})
	r.Read, r.Exported, r.Windows = 4000, 3999, true
	logs := plog.NewLogs()
	for i := range 8 {
		for range i + 1 {
			record(logs, "", day.AddDate(0, 0, i), "noisy")
		}
	}
	record(logs, "", day, "new in November")
	r.addLogs(logs)
	var table strings.Builder
	require.NoError(t, r.Print(&table))
	assert.Equal(t, `4000 events read, 37 (0.9 %) match a rule
1 not exported: dropped by the configuration

  rule                         total   share  2026-11-21  2026-11-22  2026-11-23  2026-11-24  2026-11-25  2026-11-26  2026-11-27
  noisy                           36   0.9 %           1           2           3           4           5           6           7
  a rule that matches nothing      0   0.0 %           0           0           0           0           0           0           0
  new in November                  1  <0.1 %           1           0           0           0           0           0           0

  rule                         total   share  2026-11-28
  noisy                           36   0.9 %           8
  a rule that matches nothing      0   0.0 %           0
  new in November                  1  <0.1 %           0

Days begin at 00:00 UTC.

What the configuration counts within windows is for Prometheus to judge, and isn't in the table.
`, table.String())
}

func TestEventsOfSeveralPipelines(t *testing.T) {
	r := newResult(nil)
	passed := &counts{
		read: 10, processed: map[string]int{"filter/backtest_logs": 3, "filter/backtest_logs/siem": 8, "transform": 10},
		passed: map[string]int{ownRangeFilter: 9},
	}
	ends := []string{"filter/backtest_logs", "filter/backtest_logs/siem"}
	r.counted(passed, &derived{ends: ends})
	assert.Equal(t, 10, r.Read)
	assert.Equal(t, 8, r.Exported)
	var table strings.Builder
	require.NoError(t, r.Print(&table))
	assert.Contains(t, table.String(), "up to 2 not exported: dropped by the configuration\n")

	r.counted(passed, &derived{ends: ends, read: ownRangeFilter})
	assert.Equal(t, 9, r.Read, "what is in the range")
}

func TestTableExplainsUndated(t *testing.T) {
	r := newResult(nil)
	logs := plog.NewLogs()
	record(logs, "a", time.Time{}, "r1")
	r.addLogs(logs)
	var table strings.Builder
	require.NoError(t, r.Print(&table))
	assert.Contains(t, table.String(), "\nDays begin at 00:00 UTC.\nundated: events without a published time that can be read. They are counted whatever the range is.\n")
}
