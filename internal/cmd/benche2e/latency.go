// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"sync"
	"syscall"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
)

const (
	apiLatency        = 200 * time.Millisecond
	downstreamLatency = 150 * time.Millisecond // a page
	latencyPages      = 120
	// The first pages open connections and grow the heap.
	latencyWarmUp = 20
)

// slow is a far end that takes its time: downstreamLatency for each pageSize records, however many calls they come in.
type slow struct {
	mu       sync.Mutex
	records  int
	warm     time.Time // when the last record of the warm-up was accepted
	finished time.Time
	done     chan struct{}
}

func (s *slow) take(logs plog.Logs, arrived time.Time) {
	records := logs.LogRecordCount()
	<-time.After(time.Until(arrived.Add(downstreamLatency * time.Duration(records) / pageSize)))
	s.accept(records, time.Now())
}

func (s *slow) accept(records int, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records += records
	switch s.records {
	case latencyWarmUp * pageSize:
		s.warm = now
	case latencyPages * pageSize:
		s.finished = now
		close(s.done)
	}
}

// pagesPerLatency returns how many pages get through in the time that the API takes for one.
func (b *bench) pagesPerLatency(ctx context.Context) (float64, error) {
	end := &slow{done: make(chan struct{})}
	endpoint, stop, err := serve(ctx, farEnd(end.take))
	if err != nil {
		return 0, err
	}
	defer stop()
	simulator, org, err := b.simulate(ctx, latencyPages*pageSize, "--gzip=false", "--latency", apiLatency.String())
	if err != nil {
		return 0, err
	}
	defer simulator.end(syscall.SIGTERM) //nolint:errcheck // the collector tells what went wrong
	running, err := collector{
		receivers: 1, org: org, pollInterval: "1s", exporter: sendingTo(endpoint),
	}.start(ctx, b)
	if err != nil {
		return 0, err
	}
	defer running.end(syscall.SIGTERM) //nolint:errcheck // the figure is taken
	if err := running.await(ctx, end.done); err != nil {
		return 0, err
	}
	pages := float64(latencyPages - latencyWarmUp)
	share := pages * apiLatency.Seconds() / end.finished.Sub(end.warm).Seconds()
	b.say("%d pages of %d events at %s a request and %s a delivery: %.3f pages per %s", latencyPages-latencyWarmUp, pageSize, apiLatency, downstreamLatency, share, apiLatency)
	return share, nil
}
