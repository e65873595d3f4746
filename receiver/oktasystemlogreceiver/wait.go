// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"
)

// sleep waits for d and a little more, or until ctx ends; it reports whether ctx goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(jitter(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// jitter lengthens a wait by up to a tenth, so that many receivers do not ask at the same instant.
func jitter(d time.Duration) time.Duration {
	return d + rand.N(d/10+1)
}

// condition logs the state of one thing that can fail: once when it begins to fail, once for each
// new cause, once when it is good again. It is not safe for concurrent use.
type condition struct {
	logger *zap.Logger
	good   string
	cause  string
}

// failed says that the thing failed, for a cause that is "" at no time.
func (c *condition) failed(cause, message string, fields ...zap.Field) {
	if c.cause == cause {
		c.logger.Debug(message, fields...)
		return
	}
	c.cause = cause
	c.logger.Warn(message, fields...)
}

// succeeded says that the thing is good.
func (c *condition) succeeded() {
	if c.cause != "" {
		c.cause = ""
		c.logger.Info(c.good)
	}
}
