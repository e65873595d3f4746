// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// observed is a health, what it has reported, and what it has logged.
func observed() (h *Health, last func() *componentstatus.Event, logs *observer.ObservedLogs) {
	core, logs := observer.New(zapcore.DebugLevel)
	var event *componentstatus.Event
	h = NewHealth(zap.New(core), func(e *componentstatus.Event) { event = e })
	return h, func() *componentstatus.Event { return event }, logs
}

var errFull = errors.New("no space left on device")

func TestStatusIsThatOfTheFailureFurthestAlong(t *testing.T) {
	h, last, _ := observed()
	h.Failed(Requesting, "dns", "unavailable", "Okta sends no events", errFull)
	assert.EqualError(t, last().Err(), "unavailable: no space left on device")
	h.Failed(Storing, "failing", "the storage fails", "The storage fails", errFull)
	assert.EqualError(t, last().Err(), "the storage fails: no space left on device")
	h.Failed(Delivering, "refused", "the pipeline refuses events", "The pipeline does not accept events", errFull)
	assert.EqualError(t, last().Err(), "the storage fails: no space left on device")
	h.Succeeded(Storing)
	assert.EqualError(t, last().Err(), "the pipeline refuses events: no space left on device")
	h.Succeeded(Delivering)
	assert.EqualError(t, last().Err(), "unavailable: no space left on device")
	h.Succeeded(Requesting)
	assert.Equal(t, componentstatus.StatusOK, last().Status())
}

func TestFailureIsLoggedOncePerCause(t *testing.T) {
	h, _, logs := observed()
	for range 3 {
		h.Failed(Requesting, "dns", "unavailable", "Okta sends no events", errFull)
	}
	h.Failed(Requesting, "tls", "unavailable", "Okta sends no events", errFull)
	h.Succeeded(Requesting)
	h.Succeeded(Requesting)
	assert.Equal(t, 2, logs.FilterLevelExact(zapcore.WarnLevel).Len())
	assert.Equal(t, 1, logs.FilterMessage("Okta answers again").Len())

	h.Failed(Delivering, Dropped, "the pipeline drops events", "they are dropped", errFull)
	assert.Equal(t, 1, logs.FilterLevelExact(zapcore.ErrorLevel).Len(), "what costs events is an error")
}

func TestExpectedCauseIsNotLoggedAgain(t *testing.T) {
	h, last, logs := observed()
	h.Expect("dns")
	h.Failed(Requesting, "dns", "unavailable", "Okta sends no events", errFull)
	assert.Zero(t, logs.FilterLevelExact(zapcore.WarnLevel).Len())
	require.NotNil(t, last(), "the status tells of it all the same")
	h.Failed(Requesting, "tls", "unavailable", "Okta sends no events", errFull)
	assert.Equal(t, 1, logs.FilterLevelExact(zapcore.WarnLevel).Len())
}

// Who waits for the end of a replay finds it in the status, also where the last thing before it was a failure.
func TestStatusTellsThatAReplayHasEnded(t *testing.T) {
	h, last, logs := observed()
	h.Failed(Delivering, Dropped, "the pipeline drops events", "they are dropped", errFull)
	_, there := last().Attributes().Get(ReplayAttribute)
	assert.False(t, there)
	h.Ended("The replay has ended")
	assert.Equal(t, componentstatus.StatusOK, last().Status())
	value, there := last().Attributes().Get(ReplayAttribute)
	require.True(t, there)
	assert.Equal(t, ReplayEnded, value.AsString())
	assert.Equal(t, 1, logs.FilterMessage("The replay has ended").Len())
	assert.Zero(t, logs.FilterMessage("The pipeline accepts events again").Len(), "nothing was tried")
	h.Reset()
	_, there = last().Attributes().Get(ReplayAttribute)
	assert.False(t, there, "another replica may go on")
}

func TestLimiterLetsOneThroughInAnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(time.Hour)
		assert.True(t, l.Allow())
		assert.False(t, l.Allow())
		time.Sleep(59 * time.Minute)
		assert.False(t, l.Allow())
		time.Sleep(time.Minute)
		assert.True(t, l.Allow())
	})
}
