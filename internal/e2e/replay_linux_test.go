// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
	"github.com/otel-okta/okta-systemlog-receiver/internal/scrape"
)

const (
	// orgLimit is what the org allows in a minute. A reserve of 20 % leaves 240 of it to receivers, and half of those,
	// 120, to a replay.
	orgLimit = 300
	// liveInterval is how often the live collector asks.
	liveInterval = 5 * time.Second
	none         = time.Duration(-1)
)

// besideLive is an org, a live collector that follows its log, and a far end for each of two collectors with the same
// configuration, which name their far end and the port of their metrics by variables.
type besideLive struct {
	org         *simulator
	live, again *farEnd
	config      string
	metrics     string // of the live collector

	mu     sync.Mutex
	lowest int // that the org said was left of its limit, to requests of a replay
}

// aMinuteAgo is a log to which events are appended as of a minute ago. A collector that begins at the end of the log
// takes what happened in the second before, since a Date has no fractions of one.
type aMinuteAgo struct{ *oktatest.Org }

func (l aMinuteAgo) Now() time.Time { return l.Org.Now().Add(-time.Minute) }

// startBesideLive starts the live collector.
func startBesideLive(t *testing.T, backlog int, span time.Duration) (*besideLive, *process) {
	t.Helper()
	b := &besideLive{
		org:  startSimulatorWith(t, oktatest.Options{RateLimit: orgLimit, PrincipalShare: 1}),
		live: startFarEnd(t), again: startFarEnd(t), metrics: freeAddress(t), lowest: orgLimit,
	}
	b.org.leave()
	b.org.handler = b
	b.org.comeBack(t)
	generate.Feed{Generator: b.org.generator}.Backlog(aMinuteAgo{b.org.Org}, backlog, span)
	directory := t.TempDir()
	b.config = filepath.Join(directory, "config.yaml")
	require.NoError(t, os.WriteFile(b.config, fmt.Appendf(nil, `
receivers:
  okta_systemlog: {org_url: "http://%s", api_token: "${env:OKTA_API_TOKEN}", poll_interval: %s, storage: file_storage}
processors: {batch: {timeout: 10ms}}
exporters: {otlp_grpc: {endpoint: "${env:FAR_END}", tls: {insecure: true}}}
extensions: {file_storage: {directory: %q, create_directory: true, fsync: true}, health_check: {endpoint: %q}}
service:
  extensions: [file_storage, health_check]
  pipelines: {logs: {receivers: [okta_systemlog], processors: [batch], exporters: [otlp_grpc]}}
  telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: "${env:METRICS_PORT}", without_units: true}}}}]}}
`, b.org.address, liveInterval, filepath.Join(directory, "storage"), freeAddress(t)), 0o600))
	_, port, _ := strings.Cut(b.metrics, ":")
	t.Setenv("METRICS_PORT", port)
	t.Setenv("FAR_END", b.live.address)
	p := start(t, "otelcol-okta", "--config", b.config)
	p.awaitPrinted(t, "Everything is ready", 1)
	t.Setenv("FAR_END", b.again.address)
	return b, p
}

// ServeHTTP notes what is left of the limit when a replay asks.
func (b *besideLive) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.org.ServeHTTP(w, r)
	left, err := strconv.Atoi(w.Header().Get("X-Rate-Limit-Remaining"))
	if err == nil && r.URL.Query().Has("until") {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.lowest = min(b.lowest, left)
	}
}

// lag is how old the newest event is that the live collector has delivered, on the org's clock; none before the first.
func (b *besideLive) lag(t *testing.T) time.Duration {
	t.Helper()
	metrics, err := scrape.Get(t.Context(), "http://"+b.metrics+"/metrics")
	require.NoError(t, err)
	seconds, found := metrics.Sum("otelcol_okta_systemlog_lag", nil)
	if !found {
		return none
	}
	return time.Duration(seconds * float64(time.Second))
}

// childOf returns the process that a program has started.
func childOf(t *testing.T, p *process) int {
	t.Helper()
	pid := p.cmd.Process.Pid
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	require.NoError(t, err)
	for _, task := range tasks {
		children, err := os.ReadFile(task)
		require.NoError(t, err)
		if fields := bytes.Fields(children); len(fields) > 0 {
			child, err := strconv.Atoi(string(fields[0]))
			require.NoError(t, err)
			return child
		}
	}
	require.Fail(t, "the program has started no other", p.output.tail())
	return 0
}

// isRunning reports whether there is a process that has not ended.
func isRunning(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return err == nil && !bytes.Contains(status, []byte("State:\tZ"))
}

// A range of events is replayed while the program, and the collector that it runs, are killed, beside a live collector
// with the same configuration, storage and limit.
func TestReplayBesideALiveCollector(t *testing.T) {
	wanted, times := 20_000, 2
	if *kills > 3 {
		wanted, times = 100_000, 5
	}
	const span, pageSize = 12 * time.Hour, 1000
	b, live := startBesideLive(t, wanted*4/3, span)
	from, to := time.Now().Add(-11*time.Hour).UTC(), time.Now().Add(-2*time.Hour).UTC()
	ctx, cancel := context.WithCancel(t.Context())
	var events sync.WaitGroup
	started := time.Now()
	events.Go(func() { generate.Feed{Generator: b.org.generator, Rate: 20}.Run(ctx, b.org.Org) })
	defer events.Wait()
	defer cancel()
	eventually(t, func() bool { return b.lag(t) != none }, patience, 100*time.Millisecond)

	args := []string{"replay", "--config", b.config, "--from", from.Format(time.RFC3339Nano), "--to", to.Format(time.RFC3339Nano)}
	var longest time.Duration
	for n := range times {
		p := start(t, "okta-systemlog", args...)
		after := wanted * (n + 1) / (times + 1)
		eventually(t, func() bool {
			longest = max(longest, b.lag(t))
			events, _, _ := b.again.count()
			return events >= after
		}, 2*patience, 500*time.Millisecond, "kill %d at %d events\n%s", n, after, p.output.tail())
		collector := childOf(t, p)
		if n%2 == 0 {
			p.kill(t)
			eventually(t, func() bool { return !isRunning(collector) }, patience, 50*time.Millisecond, "the collector of a program that is gone goes on")
			continue
		}
		child, err := os.FindProcess(collector)
		require.NoError(t, err)
		require.NoError(t, child.Kill())
		status, said := p.awaitEnd(t)
		require.Equal(t, 1, status)
		require.Contains(t, said, "call the same again, which resumes")
	}
	p := start(t, "okta-systemlog", args...)
	eventually(t, func() bool {
		longest = max(longest, b.lag(t))
		select {
		case <-p.done:
			return true
		default:
			return false
		}
	}, 3*patience, 500*time.Millisecond, p.output.tail())
	status, said := p.awaitEnd(t)
	require.Zero(t, status, said)
	require.Contains(t, said, "ended: ")

	replayed, marked := b.again.take(t), b.again.marked()
	arrived := map[string]int{}
	for _, uuid := range replayed {
		arrived[uuid]++
	}
	expected := 0
	for event := range b.org.Events() {
		if event.Published.Before(from) || !event.Published.Before(to) {
			require.Zero(t, arrived[event.UUID], "it was published at %s, which is not in the range", event.Published)
			continue
		}
		expected++
		require.NotZero(t, arrived[event.UUID], "lost")
	}
	assert.Len(t, arrived, expected)
	assert.LessOrEqual(t, len(replayed)-expected, times*pageSize, "a page is repeated for each kill at most")
	assert.Equal(t, len(replayed), marked, "each record is marked")

	// The live collector was not disturbed.
	cancel()
	events.Wait()
	assert.LessOrEqual(t, longest, 2*liveInterval, "the lag of the live collector")
	left := orgLimit * 6 / 10 // 20 % is the reserve, and half of the rest is the live collector's
	assert.GreaterOrEqual(t, b.lowest, left-int(time.Minute/liveInterval)-5, "the replay takes half of what may be used")
	newer := map[string]bool{}
	for event := range b.org.Events() {
		if event.Persisted.After(started) {
			newer[event.UUID] = true
		}
	}
	eventually(t, func() bool { n, _, _ := b.live.count(); return n >= len(newer) }, patience, 100*time.Millisecond)
	live.stop(t)
	followed := b.live.take(t)
	assert.Len(t, followed, len(newer), "the live collector repeats nothing")
	assert.Zero(t, b.live.marked(), "and marks nothing")
	for _, uuid := range followed {
		require.True(t, newer[uuid], "the live collector follows the log alone")
	}

	// The same again sends nothing, and under another name all of it.
	status, said = runProgram(t, args...)
	require.Zero(t, status, said)
	assert.Contains(t, said, "has ended in an earlier run, and nothing was sent")
	assert.Empty(t, b.again.take(t))
	t.Logf("%d events, %d kills, %d repeated; lag of the live collector %s at most; at least %d of %d requests left",
		expected, times, len(replayed)-expected, longest.Round(time.Millisecond), b.lowest, orgLimit)
}
