// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPeakIsReadInBytes(t *testing.T) {
	peak, err := peakIn([]byte("VmPeak:\t  900 kB\nVmHWM:\t  150 kB\nVmRSS:\t   80 kB\n"))
	require.NoError(t, err)
	assert.EqualValues(t, 150<<10, peak)
	_, err = peakIn([]byte("Name:\tcollector\n"))
	assert.Error(t, err)
}

func TestGoroutinesOfADumpAreCounted(t *testing.T) {
	dump := "SIGQUIT: quit\n\ngoroutine 0 gp=0x1 m=0 mp=0x2 [idle]:\nx()\n\ngoroutine 1 gp=0x3 m=nil [select, 2 minutes]:\nmain.main()\n" +
		"\ngoroutine 57 [chan receive]:\nmain.goroutine()\ncreated by main.main in goroutine 1\n"
	assert.Equal(t, 2, goroutinesIn([]byte(dump)))
}

func TestMedian(t *testing.T) {
	assert.Equal(t, 3*time.Second, median([]time.Duration{9 * time.Second, time.Second, 3 * time.Second}))
	assert.InDelta(t, 2, median([]float64{2}), 0)
}

func TestSlowEndpointTakesTheTimesOfTheFirstAndLastPage(t *testing.T) {
	s, start := &slow{done: make(chan struct{})}, time.Now()
	for half := range 2 * latencyPages {
		s.accept(pageSize/2, start.Add(time.Duration(half+1)*time.Second))
	}
	<-s.done
	assert.Equal(t, start.Add(2*latencyWarmUp*time.Second), s.warm)
	assert.Equal(t, start.Add(2*latencyPages*time.Second), s.finished)
}

func TestReportEndsWithOneLineForEachFigure(t *testing.T) {
	var text strings.Builder
	require.NoError(t, results{
		plain:  compared{perEvent: 20 * time.Microsecond, floor: 8 * time.Microsecond, ratio: 2.5},
		zipped: compared{perEvent: 30 * time.Microsecond, floor: 8 * time.Microsecond, ratio: 3.75},
		short:  compared{peak: 110}, long: compared{peak: 120.25},
		pages: 0.955, idleMB: 0.5, idleCount: 4,
	}.print(&text))
	table, lines, found := strings.Cut(text.String(), "\n\n")
	require.True(t, found)
	assert.Contains(t, table, "at most 2.75 ×")
	assert.Equal(t, `end-to-end/json.Valid 2.50
events-per-cpu-second 50000
peak-MB-1M 120.2
peak-MB-100k 110.0
pages-per-api-latency 0.955
MB-per-idle-receiver 0.500
goroutines-per-idle-receiver 4.00
`, lines)
}
