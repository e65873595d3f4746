// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
)

// lost is the cause of a failure that costs events: it is logged as an error.
const lost = "dropped"

// aspect is one of the things that can fail while a receiver runs, each by itself.
type aspect int

const (
	asking     aspect = iota // Okta for events
	delivering               // events to the pipeline
	storing                  // the position
	aspects                  // how many there are
)

// good is what the log says when an aspect works again.
var good = [aspects]string{
	asking:     "Okta answers again",
	delivering: "The pipeline accepts events again",
	storing:    "The position is stored again",
}

// health tells an operator how a receiver is: one log line and one component status for each change,
// and nothing in between. The receiver is OK while no aspect fails. It is safe for concurrent use.
type health struct {
	logger *zap.Logger
	report func(*componentstatus.Event)

	mu      sync.Mutex
	failing [aspects]failure
	// said is a cause, of asking, that was logged before polling began.
	said string
}

// failure is how an aspect fails; the zero value means that it does not.
type failure struct {
	cause string
	err   error
}

// failed says that an aspect fails. It is told to the operator unless it failed for the same cause
// before. status is the word for the cause that the component status begins with.
func (h *health) failed(a aspect, cause, status, message string, err error, fields ...zap.Field) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fields = append(fields, zap.Error(err))
	if h.failing[a].cause == cause {
		h.logger.Debug(message, fields...)
		return
	}
	h.failing[a] = failure{cause, fmt.Errorf("%s: %w", status, err)}
	switch {
	case a == asking && cause == h.said:
		h.logger.Debug(message, fields...)
	case cause == lost:
		h.logger.Error(message, fields...)
	default:
		h.logger.Warn(message, fields...)
	}
	h.tell()
}

// succeeded says that an aspect works.
func (h *health) succeeded(a aspect) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failing[a].cause == "" {
		return
	}
	h.failing[a] = failure{}
	h.logger.Info(good[a])
	h.tell()
}

// expect says that a failure of asking was logged already: it is not logged again for this cause,
// until expect is told another one, or "".
func (h *health) expect(cause string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said = cause
}

// tell reports the status. Of several failures the one furthest down the way of an event counts: it
// holds up the others.
func (h *health) tell() {
	for a := aspects - 1; a >= 0; a-- {
		if h.failing[a].err != nil {
			h.report(componentstatus.NewRecoverableErrorEvent(h.failing[a].err))
			return
		}
	}
	h.report(componentstatus.NewEvent(componentstatus.StatusOK))
}
