// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
	"github.com/otel-okta/okta-systemlog-receiver/internal/replay"
)

// call runs the command.
func call(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, complained bytes.Buffer
	command := Command()
	command.SetArgs(args)
	command.SetOut(&out)
	command.SetErr(&complained)
	command.SilenceErrors, command.SilenceUsage = true, true
	err = command.ExecuteContext(t.Context())
	return out.String(), complained.String(), err
}

const config = `yaml:{receivers: {okta_systemlog: {org_url: "https://acme.okta.com", api_token: t, storage: file_storage}, otlp: {}}, ` +
	`processors: {batch: {}}, exporters: {file: {path: a.json}}, extensions: {file_storage: {directory: /d}}, ` +
	`service: {pipelines: {logs: {receivers: [okta_systemlog], processors: [batch], exporters: [file]}}}}`

// Days that Okta still keeps.
var (
	early = time.Now().UTC().AddDate(0, 0, -8).Format(time.DateOnly)
	late  = time.Now().UTC().AddDate(0, 0, -5).Format(time.DateOnly)
)

func TestCommandLinesThatCannotBeUnderstood(t *testing.T) {
	for complaint, args := range map[string][]string{
		"no configuration is named":                             {"--from", early, "--to", late},
		"--from is missing: name a time such as":                {"--config", config, "--to", late},
		"--to is missing":                                       {"--config", config, "--from", early},
		`--from is "-24h": name a time`:                         {"--config", config, "--from", "-24h", "--to", late},
		`--to is "yesterday": name a time`:                      {"--config", config, "--from", early, "--to", "yesterday"},
		"which is not after --from":                             {"--config", config, "--from", late, "--to", late + "T00:00:00Z"},
		"--to is 2226-11-22, which has not come yet":            {"--config", config, "--from", late, "--to", "2226-11-22"},
		"--to is 2020-11-22, and Okta keeps events for 90 days": {"--config", config, "--from", "2020-11-21", "--to", "2020-11-22"},
		"--dry-run prints no JSON":                              {"--config", config, "--from", early, "--to", late, "--json", "--dry-run"},
		"--share is NaN":                                        {"--config", config, "--from", early, "--to", late, "--share", "NaN"},
		"--share is 0: use a number above 0":                    {"--config", config, "--from", early, "--to", late, "--share", "0"},
		"--share is 1.5":                                        {"--config", config, "--from", early, "--to", late, "--share", "1.5"},
		`--name is "a/b": use letters`:                          {"--config", config, "--from", early, "--to", late, "--name", "a/b"},
		`"a b" is not the id of a receiver`:                     {"--config", config, "--from", early, "--to", late, "a b"},
		`--share is 2: use a number above 0, and 1 at most` + "\n" + `--name is "": use letters`: {"--config", config, "--from", early, "--to", late, "--name", "", "--share", "2"},
	} {
		_, _, err := call(t, args...)
		require.ErrorContains(t, err, complaint)
		assert.Equal(t, exit.Usage, exit.Status(err))
	}
}

func TestWhatCannotBeReplayedIsAFailure(t *testing.T) {
	for complaint, args := range map[string][]string{
		"the configuration can't be read":                  {"--config", "/does/not/exist"},
		"the configuration has no receiver okta_systemlog": {"--config", "yaml:{receivers: {}}"},
		"no receiver okta_systemlog/a: name one of":        {"--config", config, "okta_systemlog/a"},
		"start the collector":                              {"--config", config, "--collector", "/does/not/exist"},
	} {
		_, _, err := call(t, append(args, "--from", early, "--to", late)...)
		if assert.Error(t, err, complaint) {
			assert.Equal(t, exit.Failed, exit.Status(err))
		}
	}
}

func TestADryRunSaysWhatWouldBeDifferent(t *testing.T) {
	stdout, stderr, err := call(t, "--config", config, "--from", early, "--to", late+"T01:00:00+01:00", "--dry-run", "--collector", "/does/not/exist")
	require.NoError(t, err)
	assert.Empty(t, stdout)
	assert.Equal(t, early+"T00:00:00Z up to "+late+`T00:00:00Z
  okta_systemlog, with the position of okta_systemlog/replay in file_storage
  rate limit           takes 50 % of what the receiver may use
  file                 writes to a.replay.json
  receivers            without otlp
  processors           without batch
`, stderr)
}

func TestTheBar(t *testing.T) {
	var drawn bytes.Buffer
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	s := newScreen(&drawn, func() time.Time { return now })
	columns := 90
	s.terminal, s.columns = true, func() int { return columns }
	shows := func(read float64, events int, after time.Duration) string {
		drawn.Reset()
		now = now.Add(after)
		s.Came(replay.Progress{Read: read, Events: events})
		return drawn.String()
	}
	assert.Equal(t, "[                              ] 0 %, 0 events", shows(0, 0, 0))
	assert.Equal(t, "\r\x1b[K[=======                       ] 25 %, 10,000 events, 1,000/s, about 30s left", shows(0.25, 10_000, 10*time.Second))
	columns = 40
	assert.Equal(t, "\r\x1b[K50 %, 1,500,000 events, 75,000/s, about", shows(0.5, 1_500_000, 10*time.Second), "no longer than a line")
	columns = 90
	drawn.Reset()
	for range 3 {
		s.Said("warn", "otlp_grpc", "it\x1b[31m is away") // once within a minute
	}
	s.Said("info", "okta_systemlog/replay", "The replay has ended")
	assert.Equal(t, "\r\x1b[Kwarn: otlp_grpc: it[31m is away\nokta_systemlog/replay: The replay has ended\n", drawn.String())
	assert.Equal(t, "[==============================] 100 %, 1 event, 0/s", shows(1, 1, time.Second))
	s.end()
}

func TestLinesWhereThereIsNoTerminal(t *testing.T) {
	var drawn bytes.Buffer
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	s := newScreen(&drawn, func() time.Time { return now })
	for n := range 25 {
		s.Came(replay.Progress{Read: float64(n) / 100, Events: n})
		now = now.Add(time.Second)
	}
	assert.Equal(t, "0 %, 0 events\n10 %, 10 events, 1/s, about 1m30s left\n20 %, 20 events, 1/s, about 1m20s left\n", drawn.String())
}

func TestResults(t *testing.T) {
	o := replay.Options{From: time.Unix(0, 0), To: time.Unix(3600, 0), Name: "replay"}
	plan := &replay.Plan{Sources: []replay.Source{{Receiver: "a", Replay: "a/replay", Storage: "s"}, {Receiver: "b", Replay: "b/replay", Storage: "s"}}}
	var out bytes.Buffer
	printResult(&out, o, plan, replay.Progress{Events: 1, Ended: []string{"a", "b"}, Earlier: []string{"b"}})
	assert.Equal(t, "ended: 1 event sent in this run\n  nothing of b: its range was sent to its end in an earlier run\n", out.String())
	out.Reset()
	printResult(&out, o, plan, replay.Progress{Ended: []string{"a", "b"}, Earlier: []string{"b", "a"}})
	assert.Contains(t, out.String(), `the replay "replay" of this range has ended in an earlier run, and nothing was sent`)
	out.Reset()
	require.NoError(t, printJSON(&out, o, plan, replay.Progress{Events: 1234, Earlier: []string{"b"}}))
	assert.JSONEq(t, `{"from":"1970-01-01T00:00:00Z","to":"1970-01-01T01:00:00Z","events_in_this_run":1234,"receivers":[
		{"receiver":"a","replay":"a/replay","storage":"s","ended_in_earlier_run":false},{"receiver":"b","replay":"b/replay","storage":"s","ended_in_earlier_run":true}]}`, out.String())
}
