// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Dropped is the cause of a failure that costs events: it is logged as an error.
const Dropped = "dropped"

// Aspect is one of the things that can fail while a receiver runs, each by itself.
type Aspect int

// The aspects, in the order in which an event meets them.
const (
	Beginning  Aspect = iota // at start_at
	Requesting               // events from Okta
	Delivering               // events to the pipeline
	Storing                  // the position
	aspects                  // how many there are
)

// recovered is what the log says when an aspect works again.
var recovered = [aspects]string{
	Beginning:  "The time in start_at has come, polling begins",
	Requesting: "Okta answers again",
	Delivering: "The pipeline accepts events again",
	Storing:    "The position is stored again",
}

// Health tells an operator how a receiver is: one log line and one component status for each change,
// and nothing in between. The receiver is OK while no aspect fails. It is safe for concurrent use.
type Health struct {
	logger *zap.Logger
	report func(*componentstatus.Event)

	mu         sync.Mutex
	ended      bool // all that was to be read was
	conditions [aspects]*Condition
	errs       [aspects]error // nil while an aspect works
	expected   string         // a cause, of Requesting, that was logged before polling began
}

// NewHealth returns the health of a receiver in which nothing fails.
func NewHealth(logger *zap.Logger, report func(*componentstatus.Event)) *Health {
	h := &Health{logger: logger, report: report}
	for a := range h.conditions {
		h.conditions[a] = NewCondition(logger, recovered[a])
	}
	return h
}

// Failed says that an aspect fails. It is logged and reported unless the aspect failed for the same
// cause before. status is the word for the cause that the component status begins with.
func (h *Health) Failed(a Aspect, cause, status, message string, err error, fields ...zap.Field) {
	h.mu.Lock()
	defer h.mu.Unlock()
	level := zapcore.WarnLevel
	switch {
	case a == Requesting && cause == h.expected:
		level = zapcore.DebugLevel
	case cause == Dropped, a == Beginning:
		level = zapcore.ErrorLevel
	}
	if h.conditions[a].FailedAt(level, cause, message, append(fields, zap.Error(err))...) {
		h.errs[a] = fmt.Errorf("%s: %w", status, err)
		h.reportStatus()
	}
}

// Held says that the pipeline has not returned from a delivery. It is logged once, and each time reported as the
// component's status, which tells for how long.
func (h *Health) Held(status, message string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conditions[Delivering].Failed("held", message, zap.Error(err))
	h.errs[Delivering] = fmt.Errorf("%s: %w", status, err)
	h.reportStatus()
}

// Succeeded says that an aspect works.
func (h *Health) Succeeded(a Aspect) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.conditions[a].Succeeded() {
		h.errs[a] = nil
		h.reportStatus()
	}
}

// The component status of a replay that has ended is OK, with this attribute and value.
const (
	ReplayAttribute = "replay"
	ReplayEnded     = "ended"
)

// Ended says that all that was to be read was, and that nothing is tried any more. The line of the log and the
// component status tell it by the same attribute, to whoever waits for it.
func (h *Health) Ended(message string, fields ...zap.Field) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.logger.Info(message, append(fields, zap.String(ReplayAttribute, ReplayEnded))...)
	h.ended = true
	h.forget()
	h.reportStatus()
}

// Expect says that a failure of Requesting was logged already: it is not logged again for this cause,
// until Expect is told another one, or "".
func (h *Health) Expect(cause string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.expected = cause
}

// Reset says that nothing fails any more, because nothing is tried: without a word that anything works again.
func (h *Health) Reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = false
	h.forget()
	h.reportStatus()
}

// forget forgets all failures without a word.
func (h *Health) forget() {
	for a := range h.conditions {
		h.conditions[a].Forget()
		h.errs[a] = nil
	}
}

// reportStatus reports the status. Of several failures the one furthest along the way of an event
// counts: it holds up the others.
func (h *Health) reportStatus() {
	for a := aspects - 1; a >= 0; a-- {
		if h.errs[a] != nil {
			h.report(componentstatus.NewRecoverableErrorEvent(h.errs[a]))
			return
		}
	}
	attributes := pcommon.NewMap()
	if h.ended {
		attributes.PutStr(ReplayAttribute, ReplayEnded)
	}
	h.report(componentstatus.NewEvent(componentstatus.StatusOK, componentstatus.WithAttributes(attributes)))
}
