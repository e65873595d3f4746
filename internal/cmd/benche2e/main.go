// SPDX-License-Identifier: Apache-2.0

//go:build linux

// Benche2e measures what the built collector costs: CPU time and memory, as the operating system counts them, its start
// and the way of an event, against the simulator as another process, or in this one where requests are to be timed.
// make bench-e2e, make bench-orgs and make profile run it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const (
	// How often a log is drained for one figure, the median: an empty log, one without gzip and with it in turns, and a
	// short one for its memory. someEvents are drained while the floors are still what they were.
	startUpTimes = 3
	someTimes    = 4
	shortTimes   = 3
	someEvents   = 300_000
	shortEvents  = 100_000
	longEvents   = 1_000_000

	// mostTime ends a benchmark that hangs.
	mostTime = 15 * time.Minute
)

func main() {
	b := &bench{}
	flag.StringVar(&b.collector, "collector", "_build/otelcol-okta", "the built collector")
	flag.StringVar(&b.simulator, "simulator", "_build/okta-systemlog", "the program whose command simulate is the org")
	flag.StringVar(&b.profile, "profile", "", "drain 1,000,000 events with a collector that profiles itself, and leave its profiles in this `folder`, instead of measuring")
	flag.IntVar(&b.orgs, "orgs", 0, "measure a collector with so many orgs instead, with the configuration that okta-systemlog config writes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, mostTime)
	err := b.run(ctx)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "benche2e:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context) (err error) {
	// On the disk that the checkout is on: fsync on a file system in memory would cost nothing.
	if b.scratch, err = os.MkdirTemp(filepath.Dir(b.simulator), "bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.scratch) //nolint:errcheck // what stays is in the build folder
	if b.profile != "" {
		return b.leaveProfiles(ctx)
	}
	if b.orgs > 0 {
		return b.measureOrgs(ctx, b.orgs)
	}
	r, err := b.measure(ctx)
	if err != nil {
		return err
	}
	return printFigures(os.Stdout, r.figures())
}

func (b *bench) measure(ctx context.Context) (r results, err error) {
	for _, measure := range []func(context.Context, *results) error{
		b.measureDrains, b.measureLatency, b.measureIdle, b.measureStart, b.measureQuiet,
	} {
		if err := measure(ctx, &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (b *bench) measureDrains(ctx context.Context, r *results) (err error) {
	if b.sample, err = fetchSample(ctx, b); err != nil {
		return err
	}
	r.bytesPerEvent = b.sample.bytes / len(b.sample.events)
	if r.startUp, err = b.startUp(ctx); err != nil {
		return err
	}
	some, err := b.compare(ctx, someTimes, someEvents, r.startUp, plainWay, zippedWay)
	if err != nil {
		return err
	}
	short, err := b.compare(ctx, shortTimes, shortEvents, r.startUp, plainWay)
	if err != nil {
		return err
	}
	long, err := b.compare(ctx, 1, longEvents, r.startUp, plainWay, zippedWay)
	if err != nil {
		return err
	}
	r.plain, r.zipped, r.short, r.long, r.longZipped = some[0], some[1], short[0], long[0], long[1]
	b.sample = nil
	return nil
}

func (b *bench) measureLatency(ctx context.Context, r *results) (err error) {
	r.pages, err = b.pagesPerLatency(ctx)
	return err
}

func (b *bench) measureIdle(ctx context.Context, r *results) (err error) {
	r.idleMB, r.idleCount, err = b.perIdleReceiver(ctx)
	return err
}

func (b *bench) measureStart(ctx context.Context, r *results) (err error) {
	r.started, err = b.startMany(ctx, startedReceivers)
	return err
}

// measureQuiet measures what leaves the machine idle, and takes a minute each, at the same time.
func (b *bench) measureQuiet(ctx context.Context, r *results) error {
	var both sync.WaitGroup
	var quiet, hook error
	both.Go(func() { r.idleCPU, quiet = b.quietCPU(ctx) })
	both.Go(func() { r.hookMedian, r.hookP99, hook = b.hookTimes(ctx) })
	both.Wait()
	return errors.Join(quiet, hook)
}

// startUp is the CPU time of a collector that starts, polls an empty log, and ends.
func (b *bench) startUp(ctx context.Context) (time.Duration, error) {
	var costs []time.Duration
	for range startUpTimes {
		took, err := b.drain(ctx, 0, "--gzip=false")
		if err != nil {
			return 0, err
		}
		b.say("no events: %s CPU, peak %.1f MB", took.cpu.Round(time.Millisecond), megabytes(took.memory))
		costs = append(costs, took.cpu)
	}
	return median(costs), nil
}

func (b *bench) leaveProfiles(ctx context.Context) error {
	if err := os.RemoveAll(b.profile); err != nil {
		return err
	}
	if err := os.MkdirAll(b.profile, 0o750); err != nil {
		return err
	}
	took, err := b.drain(ctx, longEvents, "--gzip=false")
	b.say("%d events: %s CPU while profiled", longEvents, took.cpu.Round(time.Millisecond))
	return err
}
