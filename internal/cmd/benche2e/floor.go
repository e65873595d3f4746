// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"syscall"
	"time"
)

const (
	// sampleEvents is how many events json.Valid reads: all that the simulator varies.
	sampleEvents = 8000
	// floorPasses is how often it reads them for one figure, the median.
	floorPasses = 11
	// thisThread is RUSAGE_THREAD, which package syscall lacks.
	thisThread = 1
)

// sample is the events of the benchmark, each on its own, and their size in all.
type sample struct {
	events [][]byte
	bytes  int
}

// fetchSample reads the events from the simulator, as the collector gets them.
func fetchSample(ctx context.Context, b *bench) (*sample, error) {
	simulator, org, err := b.simulate(ctx, sampleEvents, "--gzip=false")
	if err != nil {
		return nil, err
	}
	defer simulator.end(syscall.SIGTERM) //nolint:errcheck // nothing is left to go wrong
	s := &sample{}
	for at := 0; at < sampleEvents; at += pageSize {
		events, err := fetchPage(ctx, fmt.Sprintf("%s/api/v1/logs?limit=%d&after=%d", org, pageSize, at))
		if err != nil {
			return nil, err
		}
		for _, event := range events {
			s.events = append(s.events, event)
			s.bytes += len(event)
		}
	}
	return s, nil
}

func fetchPage(ctx context.Context, url string) ([]json.RawMessage, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "SSWS "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	var events []json.RawMessage
	if err := json.NewDecoder(response.Body).Decode(&events); err != nil {
		return nil, fmt.Errorf("read a page of the simulator (%s): %w", response.Status, err)
	}
	return events, nil
}

// floor returns the CPU time that encoding/json.Valid takes for an event.
func (s *sample) floor() (time.Duration, error) {
	// The CPU time of a thread is this goroutine's alone while it keeps the thread to itself.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	passes := make([]time.Duration, floorPasses)
	for i := range passes {
		before, err := threadTime()
		if err != nil {
			return 0, err
		}
		for _, event := range s.events {
			if !json.Valid(event) {
				return 0, errors.New("an event of the simulator is not valid JSON")
			}
		}
		after, err := threadTime()
		if err != nil {
			return 0, err
		}
		passes[i] = (after - before) / time.Duration(len(s.events))
	}
	return median(passes), nil
}

func threadTime() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(thisThread, &used); err != nil {
		return 0, fmt.Errorf("CPU time of the thread: %w", err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}

// median returns the middle of the values, the upper one when there are two.
func median[T ~int64 | ~float64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
