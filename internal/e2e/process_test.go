// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

const (
	root  = "../.."
	token = "00tokenOfTheEndToEndTests"
	// patience is how long a test waits for something to happen before it fails.
	patience = time.Minute
)

// built returns the path of a program that make build makes.
func built(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, "_build", name))
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s is not built: run make build, or make test, which does", name)
	}
	return path
}

// process is a running program.
type process struct {
	cmd    *exec.Cmd
	output *output
	done   chan struct{}
}

// start runs a program until the test ends, or stop.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	p := &process{output: &output{}, done: make(chan struct{})}
	p.cmd = exec.Command(built(t, name), args...) //nolint:gosec,noctx // ended by stop
	p.cmd.Env = append(os.Environ(), "OKTA_API_TOKEN="+token)
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	require.NoError(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait() // its state tells
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.done
		if t.Failed() {
			t.Logf("%s:\n%s", name, p.output.tail())
		}
	})
	return p
}

// stop asks the program to end and requires that it does so, cleanly and soon.
func (p *process) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.done:
		require.True(t, p.cmd.ProcessState.Success(), "%s\n%s", p.cmd.ProcessState, p.output.tail())
	case <-time.After(10 * time.Second):
		require.Fail(t, "still running 10 s after SIGTERM", p.output.tail())
	}
}

// output keeps what a program prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(text)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func (o *output) tail() string {
	text := o.String()
	return text[max(0, len(text)-4000):]
}

// startSimulator runs a simulated org and returns its address.
func startSimulator(t *testing.T, args ...string) string {
	t.Helper()
	p := start(t, "oktasim", append([]string{"--listen", "127.0.0.1:0", "--token", token}, args...)...)
	var address string
	require.Eventually(t, func() bool {
		address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(p.output.String())
		return address != ""
	}, patience, 10*time.Millisecond)
	return address
}

// pipeline is a collector that polls an org and writes the records to a file.
type pipeline struct {
	config, records string
}

// newPipeline writes the configuration of such a collector. settings is further YAML of the receiver.
func newPipeline(t *testing.T, org, settings string) *pipeline {
	t.Helper()
	directory := t.TempDir()
	p := &pipeline{config: filepath.Join(directory, "config.yaml"), records: filepath.Join(directory, "records.json")}
	config := fmt.Sprintf(`
receivers:
  okta_systemlog:
    org_url: %s
    api_token: ${env:OKTA_API_TOKEN}
    poll_interval: 1s
    start_at: beginning
    storage: file_storage
%s
exporters:
  file:
    path: %s
    append: true
extensions:
  file_storage:
    directory: %s
    create_directory: true
    fsync: true
service:
  extensions: [file_storage]
  pipelines:
    logs:
      receivers: [okta_systemlog]
      exporters: [file]
  telemetry:
    metrics:
      level: none
`, org, settings, p.records, filepath.Join(directory, "storage"))
	require.NoError(t, os.WriteFile(p.config, []byte(config), 0o600))
	return p
}

func (p *pipeline) start(t *testing.T) *process {
	t.Helper()
	return start(t, "otelcol-okta", "--config", p.config)
}

// read returns the records written so far. A last line that is not complete yet is left out.
func (p *pipeline) read(t *testing.T) []plog.LogRecord {
	t.Helper()
	text, err := os.ReadFile(p.records)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	var records []plog.LogRecord
	var reader plog.JSONUnmarshaler
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		logs, err := reader.UnmarshalLogs(line)
		require.NoError(t, err)
		for _, resource := range logs.ResourceLogs().All() {
			for _, scope := range resource.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					records = append(records, record)
				}
			}
		}
	}
	return records
}

// wait reads until there are n records.
func (p *pipeline) wait(t *testing.T, n int) []plog.LogRecord {
	t.Helper()
	var records []plog.LogRecord
	require.Eventually(t, func() bool {
		records = p.read(t)
		return len(records) >= n
	}, patience, 50*time.Millisecond)
	return records
}
