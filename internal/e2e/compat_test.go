// SPDX-License-Identifier: Apache-2.0

//go:build compat

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// The Collectors that make compat builds, of the same components.
const (
	oldest = "otelcol-okta-oldest"
	newest = "otelcol-okta-newest"
)

// What the distribution's Collector must do, each of the two does.
func TestCompatContract(t *testing.T) {
	for _, program := range []string{oldest, newest} {
		for name, holds := range map[string]func(*testing.T, string){
			"killed while draining": killedWhileDraining, "killed while tailing": killedWhileTailing,
			"metrics and status": operatorSeesMetricsAndStatus, "stopped": stoppedWhileDraining,
		} {
			t.Run(program+" "+name, func(t *testing.T) { holds(t, program) })
		}
	}
}

// stoppedWhileDraining requires that SIGTERM ends the collector within bounds at each moment, and that what comes after
// repeats nothing but what was not accepted.
func stoppedWhileDraining(t *testing.T, program string) {
	t.Helper()
	s := newTestbed(t, 100, direct)
	s.program = program
	s.org.backlog(1000)
	for _, met := range []func() <-chan struct{}{
		func() <-chan struct{} { return s.org.meet(1, fault.Hang()) },
		func() <-chan struct{} { return s.far.meet(1, refused) },
		func() <-chan struct{} { return s.far.meet(1, accepted) },
	} {
		come := met()
		s.start(t)
		s.await(t, "the moment has come", come)
		s.stop(t)
	}
	s.start(t)
	s.finish(t)
}

// A stored position is good for both, whichever has written it, however that has ended: who changes to a newer
// Collector, or back, loses and repeats nothing.
func TestCompatPositionsAreShared(t *testing.T) {
	s := newTestbed(t, 100, direct)
	for _, run := range []struct {
		program string
		end     func(*testing.T)
	}{
		{oldest, s.stop}, {newest, s.stop}, {oldest, s.stop}, // there and back
		{newest, s.kill}, {oldest, s.kill}, {newest, s.kill}, {oldest, s.stop},
	} {
		s.program = run.program
		s.org.backlog(1000) // however many the run before has read after its third page
		come := s.far.meet(2, accepted)
		s.start(t)
		s.await(t, "three pages are accepted", come)
		run.end(t)
	}
	s.program = newest
	s.start(t)
	s.drain(t)
	s.stop(t)
	s.program = oldest
	s.org.backlog(50)
	s.start(t)
	s.finish(t)
}

// The versions are those that the component's README names, and the oldest those that go.mod requires.
func TestCompatVersions(t *testing.T) {
	read := func(path string) string {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		require.NoError(t, err)
		return string(text)
	}
	table := read("receiver/oktasystemlogreceiver/README.md")
	for program, modules := range map[string]string{oldest: "internal/tools/compat/oldest.mod", newest: "internal/tools/compat/go.mod"} {
		said, err := exec.CommandContext(t.Context(), built(t, program), "--version").Output()
		require.NoError(t, err)
		version := strings.TrimSpace(string(said[strings.LastIndex(string(said), " ")+1:]))
		list := read(modules)
		assert.Equal(t, required(t, list, "go.opentelemetry.io/collector/otelcol"), version, program)
		assert.Contains(t, table, "| "+required(t, list, "go.opentelemetry.io/collector/component")+" / "+version+" | "+
			required(t, list, "github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage")+" |")
		if program == oldest {
			assert.Equal(t, required(t, read("go.mod"), "go.opentelemetry.io/collector/component"), required(t, list, "go.opentelemetry.io/collector/component"))
		}
	}
}

// required is the version of a module in the text of a go.mod.
func required(t *testing.T, list, module string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^\s+` + regexp.QuoteMeta(module) + ` (v\S+)`).FindStringSubmatch(list)
	require.NotNil(t, found, module)
	return found[1]
}
