// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

const (
	apiLatency        = 200 * time.Millisecond
	downstreamLatency = 150 * time.Millisecond // a page
	latencyPages      = 120
	// The first pages open connections and grow the heap.
	latencyWarmUp = 20
)

// slow is an OTLP/HTTP endpoint that takes its time: downstreamLatency for each pageSize records, however many calls
// they come in.
type slow struct {
	mu       sync.Mutex
	records  int
	warm     time.Time // when the last record of the warm-up was accepted
	finished time.Time
	done     chan struct{}
}

func (s *slow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrived := time.Now()
	body, err := io.ReadAll(r.Body)
	request := plogotlp.NewExportRequest()
	if err == nil {
		err = request.UnmarshalProto(body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	records := request.Logs().LogRecordCount()
	<-time.After(time.Until(arrived.Add(downstreamLatency * time.Duration(records) / pageSize)))
	s.accept(records, time.Now())
	w.Header().Set("Content-Type", "application/x-protobuf")
	// The answer that all went well has no bytes.
	w.WriteHeader(http.StatusOK)
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
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	server := &http.Server{Handler: end, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener) //nolint:errcheck // ends with Close
	defer server.Close()      //nolint:errcheck // nothing is left to go wrong

	simulator, org, err := b.simulate(ctx, latencyPages*pageSize, "--gzip=false", "--latency", apiLatency.String())
	if err != nil {
		return 0, err
	}
	defer simulator.end(syscall.SIGTERM) //nolint:errcheck // the collector tells what went wrong
	running, err := collector{
		receivers: 1, org: org, pollInterval: "1s",
		exporter: sendingTo("http://" + listener.Addr().String()),
	}.start(ctx, b)
	if err != nil {
		return 0, err
	}
	defer running.end(syscall.SIGTERM) //nolint:errcheck // the figure is taken
	select {
	case <-end.done:
	case <-running.ended:
		text, _ := running.printed()
		return 0, errors.New("the collector ended\n" + string(text))
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	pages := float64(latencyPages - latencyWarmUp)
	share := pages * apiLatency.Seconds() / end.finished.Sub(end.warm).Seconds()
	b.say("%d pages of %d events at %s a request and %s a delivery: %.3f pages per %s", latencyPages-latencyWarmUp, pageSize, apiLatency, downstreamLatency, share, apiLatency)
	return share, nil
}
