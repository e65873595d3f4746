// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asCollector is the variable with which this test's program is a collector, and says how it behaves.
const asCollector = "OKTA_TEST_AS_COLLECTOR"

func TestMain(m *testing.M) {
	how := os.Getenv(asCollector)
	if how == "" {
		os.Exit(m.Run())
	}
	// As otelcol.Collector does.
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	config, err := os.ReadFile(strings.TrimPrefix(os.Args[2], "file:"))
	fmt.Println(os.Args[1], string(config), err)
	if how == "ends" {
		os.Exit(3)
	}
	<-asked
	fmt.Println("what it held is sent")
	os.Exit(0)
}

// starts starts this test's program as a collector, and returns what it prints.
func starts(ctx context.Context, t *testing.T, how string) (*Process, *io.PipeReader) {
	t.Helper()
	t.Setenv(asCollector, how)
	self, err := os.Executable()
	require.NoError(t, err)
	read, write := io.Pipe()
	p, err := Start(ctx, self, []byte("receivers: {}"), write, os.Stderr)
	require.NoError(t, err)
	go func() {
		<-p.Ended()
		_ = write.Close()
	}()
	t.Cleanup(func() {
		_ = read.Close()
		_ = p.Stop()
	})
	const line = "--config receivers: {} <nil>\n"
	first := make([]byte, len(line))
	_, err = io.ReadFull(read, first)
	require.NoError(t, err)
	assert.Equal(t, line, string(first))
	return p, read
}

// On every system a collector is asked to end, and not killed: it sends what it holds first.
func TestCollectorIsAskedToEnd(t *testing.T) {
	for name, end := range map[string]func(*Process, context.CancelFunc){
		"by its user":    func(p *Process, _ context.CancelFunc) { p.End() },
		"by its context": func(_ *Process, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			p, said := starts(ctx, t, "waits")
			began := time.Now()
			end(p, cancel)
			rest, err := io.ReadAll(said)
			require.NoError(t, err)
			assert.Equal(t, "what it held is sent\n", string(rest))
			require.NoError(t, p.Stop())
			assert.Less(t, time.Since(began), stopTime, "it was not killed")
		})
	}
}

func TestCollectorThatEndsByItselfDidNotEndWell(t *testing.T) {
	p, _ := starts(t.Context(), t, "ends")
	<-p.Ended()
	require.ErrorContains(t, p.Stop(), "the collector did not end well: exit status 3")
}

func TestProgramsAreFoundByTheNameOfTheirFile(t *testing.T) {
	named, err := Find("some/collector")
	require.NoError(t, err)
	assert.Equal(t, "some/collector", named)

	folder := t.TempDir()
	t.Setenv("PATH", folder)
	_, err = Find("")
	require.ErrorContains(t, err, "no collector otelcol-okta beside this program or in PATH")
	path := filepath.Join(folder, FileOf(Program))
	require.NoError(t, os.WriteFile(path, nil, 0o700))
	found, err := Find("")
	require.NoError(t, err)
	assert.Equal(t, path, found)
	assert.Equal(t, runtime.GOOS == "windows", strings.HasSuffix(found, ".exe"))

	_, err = Start(t.Context(), filepath.Join(folder, "none"), nil, io.Discard, io.Discard)
	require.ErrorContains(t, err, "start the collector: ")
}
