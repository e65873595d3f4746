// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import "go.uber.org/zap"

// condition logs the state of one thing beside the way of the events: once when it begins to fail,
// once for each new cause, once when it is good again. The receiver's status does not change with it:
// events go on coming. It is not safe for concurrent use.
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
