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
	memory int64
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

// compared is what several drains of one kind cost an event, beside the floor measured around each.
type compared struct {
	perEvent, floor time.Duration
	ratio           float64
	peak            float64 // MB
}

// compare drains a log several times and takes medians. startUp is subtracted from the CPU time of each drain.
func (b *bench) compare(ctx context.Context, times, events int, startUp time.Duration, settings ...string) (compared, error) {
	var costs, floors []time.Duration
	var ratios, peaks []float64
	before, err := b.sample.floor()
	if err != nil {
		return compared{}, err
	}
	for range times {
		took, err := b.drain(ctx, events, settings...)
		if err != nil {
			return compared{}, err
		}
		after, err := b.sample.floor()
		if err != nil {
			return compared{}, err
		}
		// The machine may be slower or faster by the minute: each drain counts against the floor right before and after
		// it.
		floor := (before + after) / 2
		cost := (took.cpu - startUp) / time.Duration(events)
		costs, floors = append(costs, cost), append(floors, floor)
		ratios, peaks = append(ratios, float64(cost)/float64(floor)), append(peaks, megabytes(took.memory))
		b.say("%d events: %s CPU, %.2f × json.Valid (%s an event), peak %.0f MB, %s", events, took.cpu.Round(time.Millisecond), float64(cost)/float64(floor), floor, megabytes(took.memory), took.wall.Round(100*time.Millisecond))
		before = after
	}
	return compared{perEvent: median(costs), floor: median(floors), ratio: median(ratios), peak: median(peaks)}, nil
}

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }
