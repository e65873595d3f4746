// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"syscall"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/otel-okta/okta-systemlog-receiver/internal/translate/translatetest"
)

const (
	// validPasses is how often json.Valid reads the events for one figure, the median.
	validPasses = 11
	// rebuildPasses is how often their records are made for one figure, the mean: garbage is collected in some of them.
	rebuildPasses = 6
)

// floors are what an event costs whatever the receiver does, in CPU time: json.Valid reading it, and pdata making its
// record out of values that are there already, with the decompression of the page that it came in.
type floors struct{ valid, rebuilt time.Duration }

// floors measures both in this process, while nothing else happens in it.
func (s *sample) floors() (f floors, err error) {
	// One thread at a time, so that the process's CPU time is what the work takes, and garbage collection counts as
	// the work does.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if f.valid, err = s.valid(); err != nil {
		return f, err
	}
	f.rebuilt, err = s.rebuilt()
	return f, err
}

// valid returns the CPU time that encoding/json.Valid takes for an event.
func (s *sample) valid() (time.Duration, error) {
	passes := make([]time.Duration, validPasses)
	for i := range passes {
		took, err := cpuTime(func() error {
			for _, event := range s.events {
				if !json.Valid(event) {
					return errors.New("an event of the simulator is not valid JSON")
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		passes[i] = took / time.Duration(len(s.events))
	}
	return median(passes), nil
}

// rebuilt returns the CPU time that the decompression of the pages and pdata alone take for an event.
func (s *sample) rebuilt() (time.Duration, error) {
	var page bytes.Buffer
	var zipped gzip.Reader
	runtime.GC() // so that each figure has as many collections
	took, err := cpuTime(func() error {
		for range rebuildPasses {
			for _, p := range s.pages {
				page.Reset()
				if err := gunzip(&page, &zipped, p.zipped); err != nil {
					return err
				}
				translatetest.Rebuild(p.records)
			}
		}
		return nil
	})
	return took / time.Duration(rebuildPasses*len(s.events)), err
}

// gunzip appends what was compressed to page. The reader is one to use again.
func gunzip(page *bytes.Buffer, with *gzip.Reader, zipped []byte) error {
	if err := with.Reset(bytes.NewReader(zipped)); err != nil {
		return err
	}
	_, err := page.ReadFrom(with)
	return err
}

// cpuTime returns the CPU time that the process uses while work runs.
func cpuTime(work func() error) (time.Duration, error) {
	before, err := usedByProcess()
	if err != nil {
		return 0, err
	}
	if err := work(); err != nil {
		return 0, err
	}
	after, err := usedByProcess()
	return after - before, err
}

func usedByProcess() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, fmt.Errorf("CPU time of this process: %w", err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}
