// SPDX-License-Identifier: Apache-2.0

//go:build linux

// Benche2e measures what the built collector costs: CPU time and memory, as the operating system
// counts them, against the simulator as another process. make bench-e2e, make bench-orgs and make profile run it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// How often a log is drained for one figure, the median: an empty log, one without gzip, one with,
	// and a short one for its memory. someEvents are drained while the floor is still what it was.
	startUpTimes = 3
	plainTimes   = 5
	zippedTimes  = 3
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
	return r.print(os.Stdout)
}

func (b *bench) measure(ctx context.Context) (r results, err error) {
	if b.sample, err = fetchSample(ctx, b); err != nil {
		return r, err
	}
	r.bytesPerEvent = b.sample.bytes / len(b.sample.events)
	if r.startUp, err = b.startUp(ctx); err != nil {
		return r, err
	}
	if r.plain, err = b.compare(ctx, plainTimes, someEvents, r.startUp, "--gzip=false"); err != nil {
		return r, err
	}
	b.say("with gzip:")
	if r.zipped, err = b.compare(ctx, zippedTimes, someEvents, r.startUp); err != nil {
		return r, err
	}
	b.say("short and long, without gzip:")
	if r.short, err = b.compare(ctx, shortTimes, shortEvents, r.startUp, "--gzip=false"); err != nil {
		return r, err
	}
	if r.long, err = b.compare(ctx, 1, longEvents, r.startUp, "--gzip=false"); err != nil {
		return r, err
	}
	if r.pages, err = b.pagesPerLatency(ctx); err != nil {
		return r, err
	}
	r.idleMB, r.idleCount, err = b.perIdleReceiver(ctx)
	return r, err
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
