// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Condition logs the state of one thing: once when it begins to fail, once for each new cause, once when
// it works again. Repetitions are logged at debug level. It is safe for concurrent use.
type Condition struct {
	logger    *zap.Logger
	recovered string

	mu    sync.Mutex
	cause string // "" while it works
}

// NewCondition returns the condition of a thing that works. recovered is the message for when it works
// again.
func NewCondition(logger *zap.Logger, recovered string) *Condition {
	return &Condition{logger: logger, recovered: recovered}
}

// Failed logs, as a warning, that the thing fails for a cause, which is never "". It reports whether the
// cause is a new one.
func (c *Condition) Failed(cause, message string, fields ...zap.Field) bool {
	return c.FailedAt(zapcore.WarnLevel, cause, message, fields...)
}

// FailedAt is Failed at a level of the caller's choice.
func (c *Condition) FailedAt(level zapcore.Level, cause, message string, fields ...zap.Field) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause == cause {
		c.logger.Debug(message, fields...)
		return false
	}
	c.cause = cause
	c.logger.Log(level, message, fields...)
	return true
}

// Succeeded logs that the thing works again. It reports whether it failed before.
func (c *Condition) Succeeded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause == "" {
		return false
	}
	c.cause = ""
	c.logger.Info(c.recovered)
	return true
}

// Forget forgets a failure without a word: the thing is not tried any more.
func (c *Condition) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cause = ""
}

// Limiter is for log lines that anybody on the network can cause: it lets one through in an interval.
// It is safe for concurrent use.
type Limiter struct {
	interval time.Duration

	mu   sync.Mutex
	last time.Time
}

// NewLimiter returns a limiter that lets one line through in an interval.
func NewLimiter(interval time.Duration) *Limiter { return &Limiter{interval: interval} }

// Allow reports whether the line may be written now.
func (l *Limiter) Allow() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.last.IsZero() && time.Since(l.last) < l.interval {
		return false
	}
	l.last = time.Now()
	return true
}
