// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"fmt"
	"syscall"
	"time"
)

const (
	idleReceivers = 500
	idlePoll      = "2s"
	// idleTime is enough for several polls of each receiver, at intervals that vary around idlePoll, and startTime for the
	// start of each, whose first five requests go at 40 in a second of all receivers.
	idleTime  = 15 * time.Second
	startTime = time.Second / 8
)

// idling is what a collector holds whose receivers poll and find nothing.
type idling struct {
	memory     int64
	goroutines int
}

// idle runs a collector with n receivers, each with a storage and connections of its own, on a log that stays empty.
func (b *bench) idle(ctx context.Context, n int) (idling, error) {
	simulator, org, err := b.simulate(ctx, 0)
	if err != nil {
		return idling{}, err
	}
	defer simulator.end(syscall.SIGTERM) //nolint:errcheck // the collector tells what went wrong
	running, err := collector{
		receivers: n, org: org, pollInterval: idlePoll, exporter: discarding,
		// The dump on SIGQUIT is to have all goroutines, whichever runs.
		environment: []string{"GOTRACEBACK=all"},
	}.start(ctx, b)
	if err != nil {
		return idling{}, err
	}
	defer running.end(syscall.SIGQUIT) //nolint:errcheck // ended below unless something else went wrong
	select {
	case <-time.After(idleTime + time.Duration(n)*startTime):
	case <-running.ended:
	case <-ctx.Done():
		return idling{}, ctx.Err()
	}
	var is idling
	if is.memory, err = running.peakMemory(); err != nil {
		return is, err
	}
	if err := running.end(syscall.SIGQUIT); err != nil {
		return is, err
	}
	dump, _ := running.printed()
	is.goroutines = goroutinesIn(dump)
	if is.goroutines == 0 {
		return is, fmt.Errorf("the collector printed no goroutines:\n%s", dump)
	}
	b.say("%d idle receivers: peak %.1f MB, %d goroutines", n, megabytes(is.memory), is.goroutines)
	return is, nil
}

// perIdleReceiver returns what each further receiver adds to a collector that has one.
func (b *bench) perIdleReceiver(ctx context.Context) (memory, goroutines float64, err error) {
	one, err := b.idle(ctx, 1)
	if err != nil {
		return 0, 0, err
	}
	many, err := b.idle(ctx, idleReceivers)
	if err != nil {
		return 0, 0, err
	}
	const more = idleReceivers - 1
	return megabytes(many.memory-one.memory) / more, float64(many.goroutines-one.goroutines) / more, nil
}
