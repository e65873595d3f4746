// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"syscall"
	"time"
)

const (
	// quietReceivers are as many as make their polls stand out from what the collector does besides, and few enough to
	// be a usual collector.
	quietReceivers = 20
	quietPoll      = "10s" // as it is by default
	neverPoll      = "24h"
	// quietWarmUp is for the start, the check of the connection and the first polls, which both collectors make.
	quietWarmUp = 15 * time.Second
	// quietTime has six polls of each receiver.
	quietTime = 60 * time.Second
)

// quietCPU returns the CPU time of a receiver that polls and finds nothing, in per cent of a core. It is what a
// collector with several uses, less what one uses at the same time whose receivers are the same and do not poll: the
// receivers' own share, without that of the collector and of the Go runtime. The answers cost no more than those
// of an org without events: TLS is not in it.
func (b *bench) quietCPU(ctx context.Context) (float64, error) {
	simulator, org, err := b.simulate(ctx, 0)
	if err != nil {
		return 0, err
	}
	defer simulator.end(syscall.SIGTERM) //nolint:errcheck // the collector tells what went wrong
	var both [2]*running
	for i, interval := range []string{quietPoll, neverPoll} {
		both[i], err = collector{receivers: quietReceivers, org: org, pollInterval: interval, exporter: discarding}.start(ctx, b)
		if err != nil {
			return 0, err
		}
		defer both[i].end(syscall.SIGTERM) //nolint:errcheck // the figure is taken
	}
	if err := both[0].lasts(ctx, quietWarmUp); err != nil {
		return 0, err
	}
	before, err := usedByEach(both)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := both[0].lasts(ctx, quietTime); err != nil {
		return 0, err
	}
	after, err := usedByEach(both)
	if err != nil {
		return 0, err
	}
	polling, still := after[0]-before[0], after[1]-before[1]
	b.say("%d receivers, a poll every %s, %s: %s CPU, %s without polls", quietReceivers, quietPoll, quietTime, polling, still)
	return shareOfCore(polling-still, time.Since(began)) / quietReceivers, nil
}

// usedByEach returns the CPU time that each collector has used.
func usedByEach(both [2]*running) (used [2]time.Duration, err error) {
	for i, one := range both {
		if used[i], err = one.usedSoFar(); err != nil {
			return used, err
		}
	}
	return used, nil
}

// shareOfCore returns CPU time as per cent of one core over a time.
func shareOfCore(cpu, over time.Duration) float64 { return 100 * float64(cpu) / float64(over) }
