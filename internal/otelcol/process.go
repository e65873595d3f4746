// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// Program is the name of the collector of this project's distribution.
const Program = "otelcol-okta"

// stopTime is how long a collector may take to end when it is asked to; after that it is killed.
const stopTime = 15 * time.Second

// Find returns the path of the collector: the one that is named, or, where none is, the distribution's beside this
// program or in PATH.
func Find(named string) (string, error) {
	if named != "" {
		return named, nil
	}
	name := FileOf(Program)
	if self, err := os.Executable(); err == nil {
		if beside := filepath.Join(filepath.Dir(self), name); isFile(beside) {
			return beside, nil
		}
	}
	found, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("no collector %s beside this program or in PATH: name one that has the receiver with --collector", Program)
	}
	return found, nil
}

// FileOf is the name of the file of a program: with .exe on Windows.
func FileOf(program string) string {
	if runtime.GOOS == "windows" {
		return program + ".exe"
	}
	return program
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// Process is a collector that runs.
type Process struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
	ended  chan struct{}
}

// Start starts a collector with a configuration. It is asked to end when ctx ends, and then sends what it holds.
func Start(ctx context.Context, program string, config []byte, stdout, stderr io.Writer) (*Process, error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd, free, err := command(ctx, program, config)
	if err != nil {
		cancel()
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Start(); err != nil {
		free()
		cancel()
		return nil, fmt.Errorf("start the collector: %w", err)
	}
	p := &Process{cmd: cmd, cancel: cancel, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // its state tells how it ended
		free()
		close(p.ended)
	}()
	return p, nil
}

// command is a collector with a configuration, not started yet. What it uses is to be freed once it has ended.
func command(ctx context.Context, program string, config []byte, args ...string) (cmd *exec.Cmd, free func(), err error) {
	uri, stdin, free, err := given(config)
	if err != nil {
		return nil, nil, fmt.Errorf("give the collector its configuration: %w", err)
	}
	cmd = exec.CommandContext(ctx, program, append(args, "--config", uri)...) //nolint:gosec // the user names the collector
	cmd.Stdin = stdin
	endable(cmd)
	cmd.Cancel = func() error { return askToEnd(cmd.Process) }
	cmd.WaitDelay = stopTime
	return cmd, free, nil
}

// Ended is closed when the collector has ended, by itself or not.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// End asks the collector to end.
func (p *Process) End() { p.cancel() }

// Stop asks the collector to end, and waits until it has. The error says that it did not end well.
func (p *Process) Stop() error {
	p.End()
	<-p.ended
	if !p.cmd.ProcessState.Success() {
		return fmt.Errorf("the collector did not end well: %s", p.State())
	}
	return nil
}

// State is how the collector has ended, such as exit status 1.
func (p *Process) State() string { return p.cmd.ProcessState.String() }
