// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testbed is a collector with both of its ends in this process. It runs many times on one storage; each run ends in its
// own way, and in the end everything that came through is accounted for.
type testbed struct {
	*process
	// program is the collector that runs: that of the distribution, unless a test has another.
	program   string
	org       *simulator
	far       *farEnd
	directory string
	config    string
	pageSize  int

	runs         []run
	longestStop  time.Duration
	begun        time.Time
	kills, stops int
}

// run is one life of the collector.
type run struct {
	uuids []string
	// repeats is how many events at most the run after it may deliver again: a page when it ended between a delivery
	// and its commit.
	repeats int
}

// direct is an exporter as the examples have it, without a queue: what it accepts, the far end has. It tries again
// sooner.
const direct = `otlp_grpc: {endpoint: "%s", tls: {insecure: true}, sending_queue: {enabled: false}, retry_on_failure: {initial_interval: 200ms}}`

// storage is the directory of the position.
func (s *testbed) storage() string { return filepath.Join(s.directory, "storage") }

// newTestbed sets up an org and a far end, and the configuration of a collector between them.
func newTestbed(t *testing.T, pageSize int, exporter string) *testbed {
	t.Helper()
	s := &testbed{program: "otelcol-okta", org: startSimulatorHere(t), far: startFarEnd(t), directory: t.TempDir(), pageSize: pageSize, begun: time.Now()}
	s.config = writeConfig(t, s.directory, "http://"+s.org.address,
		fmt.Sprintf("    page_size: %d\n    retry: {initial_interval: 100ms, max_interval: 500ms}\n", pageSize),
		fmt.Sprintf(exporter, s.far.address))
	return s
}

// start begins a run.
func (s *testbed) start(t *testing.T) {
	t.Helper()
	s.process = start(t, s.program, "--config", s.config)
}

// ready waits until all of the collector has started.
func (s *testbed) ready(t *testing.T) {
	t.Helper()
	s.awaitPrinted(t, "Everything is ready", 1)
}

// kill ends the run with SIGKILL.
func (s *testbed) kill(t *testing.T) {
	t.Helper()
	s.process.kill(t)
	s.kills++
	s.end(t, s.pageSize)
}

// stop ends the run with SIGTERM. Nothing may be delivered again after it.
func (s *testbed) stop(t *testing.T) {
	t.Helper()
	s.stopUncommitted(t, 0)
}

// stopUncommitted ends the run with SIGTERM, while so many delivered events can't be committed.
func (s *testbed) stopUncommitted(t *testing.T, events int) {
	t.Helper()
	s.longestStop = max(s.longestStop, s.process.stop(t))
	s.stops++
	s.end(t, events)
}

// stopEarly ends with SIGTERM a run that has delivered nothing. A collector catches the signal from a
// moment after it has said that it is ready; one that comes sooner ends it, which is as good here.
func (s *testbed) stopEarly(t *testing.T) {
	t.Helper()
	s.longestStop = max(s.longestStop, s.terminate(t))
	s.stops++
	events, _, _ := s.far.count()
	require.Zero(t, events)
	s.end(t, 0)
}

func (s *testbed) end(t *testing.T, repeats int) {
	t.Helper()
	s.org.ClearFaults()
	s.runs = append(s.runs, run{uuids: s.far.take(t), repeats: repeats})
}

// drain waits until the far end has every event.
func (s *testbed) drain(t *testing.T) {
	t.Helper()
	for {
		events, _, more := s.far.count()
		if events >= s.org.Len() {
			return
		}
		s.await(t, fmt.Sprintf("the far end has all %d events, not only %d", s.org.Len(), events), more)
	}
}

// drained starts the collector, lets it deliver the rest of the log, and stops it.
func (s *testbed) drained(t *testing.T) {
	t.Helper()
	s.start(t)
	s.drain(t)
	s.stop(t)
}

// finish lets the running collector deliver the rest of the log, and one more go on from there, before all is accounted
// for.
func (s *testbed) finish(t *testing.T) {
	t.Helper()
	s.drain(t)
	s.stop(t)
	s.org.backlog(1)
	s.drained(t)
	s.account(t)
}

// account requires that each run delivered the log in persistence order, event by event, from where the run before it
// has ended, or from so many events before that as may be repeated. So no event is lost, and none is repeated without
// need.
func (s *testbed) account(t *testing.T) {
	t.Helper()
	place := map[string]int{}
	for event := range s.org.Events() {
		place[event.UUID] = len(place)
	}
	var repeated, next, repeats int // next is the place of the event that nobody has delivered yet
	for n, run := range s.runs {
		delivered := len(run.uuids)
		if delivered == 0 {
			repeats = max(repeats, run.repeats)
			continue
		}
		first := place[run.uuids[0]]
		require.LessOrEqual(t, first, next, "run %d leaves events out", n)
		require.LessOrEqual(t, next-first, repeats, "run %d repeats too many events", n)
		for i, uuid := range run.uuids {
			at, ours := place[uuid]
			require.True(t, ours, "run %d delivers an event that the org does not have: %q", n, uuid)
			require.Equal(t, first+i, at, "run %d is out of order at its delivery %d of %d", n, i, delivered)
		}
		repeated += min(delivered, next-first)
		// A run that came to nothing new may have left uncommitted what was uncommitted before.
		if first+delivered <= next {
			repeats = max(repeats, run.repeats)
			continue
		}
		next, repeats = first+delivered, run.repeats
	}
	lost := len(place) - next
	assert.Zero(t, lost, "lost events")
	t.Logf("%d kills, %d stops, the longest %s; %d events, %d lost, %d repeated; %s",
		s.kills, s.stops, s.longestStop.Round(time.Millisecond), len(place), lost, repeated, time.Since(s.begun).Round(100*time.Millisecond))
}
