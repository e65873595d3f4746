// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPeakIsReadInBytes(t *testing.T) {
	peak, err := memoryIn([]byte("VmPeak:\t  900 kB\nVmHWM:\t  150 kB\nVmRSS:\t   80 kB\n"), "VmHWM")
	require.NoError(t, err)
	assert.EqualValues(t, 150<<10, peak)
	_, err = memoryIn([]byte("Name:\tcollector\n"), "VmHWM")
	assert.Error(t, err)
}

func TestGoroutinesOfADumpAreCounted(t *testing.T) {
	dump := "SIGQUIT: quit\n\ngoroutine 0 gp=0x1 m=0 mp=0x2 [idle]:\nx()\n\ngoroutine 1 gp=0x3 m=nil [select, 2 minutes]:\nmain.main()\n" +
		"\ngoroutine 57 [chan receive]:\nmain.goroutine()\ncreated by main.main in goroutine 1\n"
	assert.Equal(t, 2, goroutinesIn([]byte(dump)))
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
