// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// drained is what it took to drain a log.
type drained struct {
	cpu    time.Duration
	wall   time.Duration
	memory int64 // the peak
	file   int64 // what is in memory of the program's own file
}

// drain has a collector read a log of the given length to its end, deliver and commit it, and go on
// polling once; then it ends.
func (b *bench) drain(ctx context.Context, events int, settings ...string) (drained, error) {
	simulator, org, err := b.simulate(ctx, events, settings...)
	if err != nil {
		return drained{}, err
	}
	defer simulator.end(syscall.SIGTERM) //nolint:errcheck // the collector tells what went wrong
	c := collector{receivers: 1, org: org, pollInterval: "1s", exporter: discarding, environment: b.profiling()}
	began := time.Now()
	running, err := c.start(ctx, b)
	if err != nil {
		return drained{}, err
	}
	defer running.end(syscall.SIGTERM) //nolint:errcheck // ended below unless something else went wrong
	if _, err := simulator.waitFor(ctx, "all .* events were read"); err != nil {
		return drained{}, err
	}
	took := drained{wall: time.Since(began)}
	accepted, err := running.accepted(ctx)
	if err != nil {
		return took, err
	}
	if accepted != events {
		return took, fmt.Errorf("the pipeline accepted %d of %d events", accepted, events)
	}
	if took.memory, err = running.peakMemory(); err != nil {
		return took, err
	}
	if took.file, err = running.fileMemory(); err != nil {
		return took, err
	}
	if err := b.finishProfile(ctx, running); err != nil {
		return took, err
	}
	err = running.end(syscall.SIGTERM)
	took.cpu = running.cpu()
	return took, err
}

// profiling is the environment of a collector that profiles itself.
func (b *bench) profiling() []string {
	if b.profile == "" {
		return nil
	}
	return []string{"PROFILE_DIRECTORY=" + b.profile}
}

// finishProfile asks a collector that profiles itself for its profiles, and waits for them.
func (b *bench) finishProfile(ctx context.Context, running *running) error {
	if b.profile == "" {
		return nil
	}
	if err := running.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		return err
	}
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		_, err := os.Stat(filepath.Join(b.profile, "done"))
		if !errors.Is(err, os.ErrNotExist) {
			return err
		}
		select {
		case <-look.C:
		case <-running.ended:
			return errors.New("the collector ended before its profiles were complete")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
