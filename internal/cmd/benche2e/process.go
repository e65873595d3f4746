// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// token is what the simulator accepts and the collector presents.
	token = "00tokenOfTheBenchmark"
	// stopTime is how long a program may take to end when asked to.
	stopTime = 15 * time.Second
)

// process is a program that runs, and what it has printed.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}

	mu     sync.Mutex
	output bytes.Buffer
	line   chan struct{} // closed and replaced when there is more output
}

// startProcess runs a program until end, or until ctx ends, which kills it.
func startProcess(ctx context.Context, environment []string, path string, args ...string) (*process, error) {
	p := &process{ended: make(chan struct{}), line: make(chan struct{})}
	p.cmd = exec.CommandContext(ctx, path, args...) //nolint:gosec // our own programs
	p.cmd.Env = append(os.Environ(), append(environment, "OKTA_API_TOKEN="+token)...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	go func() {
		_ = p.cmd.Wait() // its state tells
		close(p.ended)
	}()
	return p, nil
}

// Write keeps what the program prints.
func (p *process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.line)
	p.line = make(chan struct{})
	return p.output.Write(text)
}

// printed returns what the program has printed, and a channel that is closed when there is more.
func (p *process) printed() (text []byte, more <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.output.Bytes()), p.line
}

// waitFor waits until the program has printed what the pattern matches, and returns the match.
func (p *process) waitFor(ctx context.Context, pattern string) (string, error) {
	expression := regexp.MustCompile(pattern)
	for {
		text, more := p.printed()
		if found := expression.Find(text); found != nil {
			return string(found), nil
		}
		select {
		case <-more:
		case <-p.ended:
			return "", fmt.Errorf("%s ended: %s\n%s", p.cmd.Path, p.cmd.ProcessState, text)
		case <-ctx.Done():
			return "", fmt.Errorf("%s never printed %q: %w\n%s", p.cmd.Path, pattern, ctx.Err(), text)
		}
	}
}

// await waits for something that the program is to bring about.
func (p *process) await(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-p.ended:
		text, _ := p.printed()
		return fmt.Errorf("%s ended: %s\n%.4000s", p.cmd.Path, p.cmd.ProcessState, text)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lasts waits for a while, through which the program must run.
func (p *process) lasts(ctx context.Context, while time.Duration) error {
	enough := make(chan struct{})
	defer time.AfterFunc(while, func() { close(enough) }).Stop()
	return p.await(ctx, enough)
}

// end sends the signal and waits for the program's end. A program that ends in its own way is no error.
func (p *process) end(signal syscall.Signal) error {
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(stopTime):
		_ = p.cmd.Process.Kill()
		<-p.ended
		text, _ := p.printed()
		return fmt.Errorf("%s did not end in %s\n%s", p.cmd.Path, stopTime, text)
	}
}

// cpu is the user and system CPU time of a program that has ended, as the kernel gives it to who reaps it.
func (p *process) cpu() time.Duration {
	return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

// usedSoFar is the CPU time that the running program has used, by the kernel's clock for it: to the nanosecond, with
// the threads that have ended.
func (p *process) usedSoFar() (time.Duration, error) {
	// The clock of a process, as clock_getcpuclockid(3) makes its number.
	const scheduled = 2
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^p.cmd.Process.Pid<<3|scheduled), &used); err != nil {
		return 0, fmt.Errorf("CPU time of %s: %w", p.cmd.Path, err)
	}
	return time.Duration(used.Nano()), nil
}

// peakMemory returns the largest resident set that the running program has had, in bytes. What the
// kernel gives to who reaps a process is no use here: it counts the memory of the process that forked.
func (p *process) peakMemory() (int64, error) { return p.memory("VmHWM") }

// fileMemory returns what is resident of the running program's own file, in bytes: how much that is depends on what the
// kernel has in its page cache, and it can take it back at any time.
func (p *process) fileMemory() (int64, error) { return p.memory("RssFile") }

func (p *process) memory(field string) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	return memoryIn(status, field)
}

// memoryIn reads a field of /proc/PID/status that is an amount of memory, in bytes.
func memoryIn(status []byte, field string) (int64, error) {
	match := regexp.MustCompile(`(?m)^` + field + `:\s*(\d+) kB$`).FindSubmatch(status)
	if match == nil {
		return 0, fmt.Errorf("the kernel does not tell %s", field)
	}
	kilobytes, err := strconv.ParseInt(string(match[1]), 10, 64)
	return kilobytes << 10, err
}

// goroutinesIn counts the goroutines in the dump that a Go program prints on SIGQUIT.
func goroutinesIn(dump []byte) int {
	n := 0
	lines := bufio.NewScanner(bytes.NewReader(dump))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if goroutine.Match(lines.Bytes()) {
			n++
		}
	}
	return n
}

var goroutine = regexp.MustCompile(`^goroutine [1-9]\d* .*\[.*\]:$`)
