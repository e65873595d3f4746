// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// uidOf is the uuid of the event that a record is of.
func uidOf(record plog.LogRecord) string {
	uid, _ := record.Attributes().Get("log.record.uid")
	return uid.Str()
}

func TestProgramReplaysARange(t *testing.T) {
	const backlog = 400
	org := startSimulator(t, "--backlog", "400", "--rate", "0", "--rate-limit", "-1", "--malformed", "0")
	p := newPipeline(t, org, "")
	live := p.start(t)
	records := p.wait(t, backlog)
	live.stop(t)
	from, to := time.Now().Add(-20*time.Hour).Truncate(time.Second).UTC(), time.Now().Add(-4*time.Hour).Truncate(time.Second).UTC()
	var want []string
	for _, record := range records {
		if at := record.Timestamp().AsTime(); !at.Before(from) && at.Before(to) {
			want = append(want, uidOf(record))
		}
	}
	require.NotEmpty(t, want)
	require.Less(t, len(want), backlog)

	args := []string{"replay", "--config", p.config, "--from", from.Format(time.RFC3339), "--to", to.Format(time.RFC3339)}
	status, said := runProgram(t, append(args, "--dry-run")...)
	require.Zero(t, status, said)
	again := pipeline{records: strings.TrimSuffix(p.records, ".json") + ".replay.json"}
	assert.NoFileExists(t, again.records)

	status, said = runProgram(t, args...)
	require.Zero(t, status, said)
	assert.Contains(t, said, "The replay has ended")
	var got []string
	for _, record := range again.read(t) {
		mark, _ := record.Attributes().Get("okta.replay")
		assert.True(t, mark.Bool())
		got = append(got, uidOf(record))
	}
	assert.ElementsMatch(t, want, got, "each event of the range once")
	assert.Len(t, p.read(t), backlog, "nothing more is in the file of the live collector")

	// What has ended is not sent again, however often and soon it is called.
	for range 3 {
		status, said = runProgram(t, args...)
		require.Zero(t, status, said)
		require.Contains(t, said, "has ended in an earlier run, and nothing was sent")
	}
	assert.Len(t, again.read(t), len(want))
	status, said = runProgram(t, append(args, "--name", "second", "--mark=false")...)
	require.Zero(t, status, said)
	second := pipeline{records: strings.TrimSuffix(p.records, ".json") + ".second.json"}
	assert.Len(t, second.read(t), len(want))
	_, marked := second.read(t)[0].Attributes().Get("okta.replay")
	assert.False(t, marked)

	// The position of the live collector is as it was, and the files of the replays are told apart.
	status, said = runProgram(t, "position", "show", "--config", p.config)
	require.Zero(t, status, said)
	assert.Contains(t, said, "which the receiver polls")
	assert.Contains(t, said, "lies a file of okta_systemlog/replay, with no position in the log: that of a replay")
	live = p.start(t)
	live.awaitPrinted(t, "Polling resumes from the stored position", 1)
	live.stop(t)
	assert.Len(t, p.read(t), backlog)
}

func TestReplaysThatCannotBegin(t *testing.T) {
	org := startSimulator(t, "--rate", "0")
	p := newPipeline(t, org, "    page_size: 10\n")
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, -days).Format(time.DateOnly) }
	call := func(more ...string) string {
		status, said := runProgram(t, append([]string{"replay", "--config", p.config, "--from", day(3), "--to", day(1)}, more...)...)
		require.Equal(t, 1, status, said)
		return said
	}
	assert.Contains(t, call("--collector", "/bin/false"), "/bin/false does not check the configuration: exit status 1: name a collector that has the receiver")
	assert.Contains(t, call("--collector", t.TempDir()), "name a collector that has the receiver")
	assert.Contains(t, call("--config", "yaml:exporters::file::path: ''"), "path must be non-empty")
	said := call("--config", "yaml:receivers::okta_systemlog::api_token: 00wrongTokenOfTheEndToEndTestsOfReplays000")
	assert.Contains(t, said, "okta answered 401 Unauthorized: E0000011")
	assert.Contains(t, said, "the collector ended (exit status 1) before the replay had: put right what it said")
	assert.Equal(t, 1, strings.Count(said, "E0000011"), "once")
	assert.NotContains(t, said, "00wrongToken")
}
