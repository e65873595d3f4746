// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
	// inside is the id of the process that signals are passed on to, where the program is around another one.
	inside int
}

// start runs a program that make build makes until the test ends, or stop.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	return startProgram(t, built(t, name), args...)
}

// startProgram runs the program at a path until the test ends, or stop.
func startProgram(t *testing.T, path string, args ...string) *process {
	t.Helper()
	p := &process{output: &output{more: make(chan struct{})}, done: make(chan struct{})}
	p.cmd = exec.Command(path, args...) //nolint:noctx // ended by stop
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
			t.Logf("%s:\n%s", filepath.Base(path), p.output.tail())
		}
	})
	return p
}

// stopTime is how long a program may take to end when it is asked to.
const stopTime = 10 * time.Second

// settling is far longer than a program takes from the first signal that it listens for to the last.
const settling = 200 * time.Millisecond

// stop asks the program to end, requires that it does so cleanly and soon, and returns how long it took.
func (p *process) stop(t *testing.T) time.Duration {
	t.Helper()
	took := p.terminate(t)
	require.True(t, p.cmd.ProcessState.Success(), "%s\n%s", p.cmd.ProcessState, p.output.tail())
	return took
}

// terminate asks the program to end, requires that it does so soon, and returns how long it took.
func (p *process) terminate(t *testing.T) time.Duration {
	t.Helper()
	// The Collector listens for signals only once all of its components have started, and events flow
	// before: a SIGTERM in between would kill it, which is not what these tests are about. It begins with
	// SIGHUP, and SIGTERM follows within microseconds, which nothing tells from outside.
	eventually(t, func() bool { return listensForSignals(cmp.Or(p.inside, p.cmd.Process.Pid)) }, patience, time.Millisecond, "it never listens for signals\n%s", p.output.tail())
	<-time.After(settling)
	asked := time.Now()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.done:
	case <-time.After(stopTime):
		require.Failf(t, "it still runs", "%s after SIGTERM\n%s", stopTime, p.output.tail())
	}
	return time.Since(asked)
}

// kill ends the program without asking it.
func (p *process) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Kill(), p.output.tail())
	<-p.done
	require.False(t, p.cmd.ProcessState.Exited(), "it ended by itself before it was killed: %s\n%s", p.cmd.ProcessState, p.output.tail())
}

// await waits until the channel is closed, which is what the words say has come to pass.
func (p *process) await(t *testing.T, words string, happened <-chan struct{}) {
	t.Helper()
	p.awaitUntil(t, words, happened, time.After(patience))
}

func (p *process) awaitUntil(t *testing.T, words string, happened <-chan struct{}, over <-chan time.Time) {
	t.Helper()
	select {
	case <-happened:
	case <-p.done:
		require.Failf(t, "the program ended", "%s before: %s\n%s", p.cmd.ProcessState, words, p.output.tail())
	case <-over:
		require.Failf(t, "patience is over", "never: %s\n%s", words, p.output.tail())
	}
}

// eventually looks at once, and then at every tick, whether the condition holds, until the time is over. Unlike
// testify's Eventually it does so on the test's own goroutine, the only one on which a condition may use require.
func eventually(t *testing.T, condition func() bool, within, every time.Duration, message ...any) {
	t.Helper()
	ticker, over := time.NewTicker(every), time.After(within)
	defer ticker.Stop()
	for !condition() {
		select {
		case <-ticker.C:
		case <-over:
			require.Fail(t, "the condition never held", message...)
		}
	}
}

// printed returns how many times the program has printed the text.
func (p *process) printed(text string) int {
	return strings.Count(p.output.String(), text)
}

// awaitPrinted waits until the program has printed the text so many times.
func (p *process) awaitPrinted(t *testing.T, text string, times int) {
	t.Helper()
	for over := time.After(patience); ; { // whatever else it prints meanwhile
		printed, more := p.output.watch()
		if strings.Count(printed, text) >= times {
			return
		}
		p.awaitUntil(t, "it prints "+text, more, over)
	}
}

// output keeps what a program prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // closed and replaced when there is more
}

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.more)
	o.more = make(chan struct{})
	return o.text.Write(text)
}

func (o *output) String() string {
	text, _ := o.watch()
	return text
}

// watch returns what was printed so far, and a channel that is closed when there is more.
func (o *output) watch() (text string, more <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.more
}

func (o *output) tail() string {
	text := o.String()
	return text[max(0, len(text)-4000):]
}
