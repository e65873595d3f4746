// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// startupCheck checks the connection when the receiver starts, and lets polling begin.
type startupCheck struct {
	cfg    *Config
	poll   func() // begins to poll
	target connection.Target
	logger *zap.Logger
	health *telemetry.Health
	jitter *retry.Jitter
	begin  time.Time // no request is sent before, but for those of a check that is to fail
	mode   string    // warn, fail or off
	cancel context.CancelFunc
	done   chan struct{}
}

func newStartupCheck(cfg *Config, poll func(), target connection.Target, logger *zap.Logger, health *telemetry.Health, jitter *retry.Jitter, begin time.Time) *startupCheck {
	return &startupCheck{
		cfg: cfg, poll: poll, target: target, logger: logger, health: health,
		jitter: jitter.For("startup check"), begin: begin, mode: cfg.StartupCheck,
	}
}

// leaveOut makes the check ask nothing, as startup_check: off does: for a receiver that will not ask either.
func (c *startupCheck) leaveOut() { c.mode = checkOff }

// start begins to poll, after the check that startup_check asks for. With fail it returns
// the step that failed, within the time that a check may take, and nothing has begun.
func (c *startupCheck) start(ctx context.Context) error {
	c.done = make(chan struct{})
	if c.mode == checkWarn {
		// The check continues when Start has returned, and ends with the receiver.
		ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
		go func() {
			defer close(c.done)
			c.warn(ctx)
		}()
		return nil
	}
	c.cancel = func() {}
	close(c.done)
	if c.mode == checkFail {
		if err := c.require(ctx); err != nil {
			return err
		}
	}
	c.poll()
	return nil
}

// stop ends a check that is under way; polling does not begin any more.
func (c *startupCheck) stop() {
	c.cancel()
	<-c.done
}

// require checks, and returns the first step that fails as an error.
func (c *startupCheck) require(ctx context.Context) error {
	probeCtx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	var failed *connection.Step
	connection.Probe(probeCtx, c.target, func(step connection.Step) {
		c.log(step)
		if step.Result == connection.Failed {
			failed = &step
		}
	})
	if failed == nil {
		return ctx.Err()
	}
	return fmt.Errorf("startup_check: %s: %s: %s: %s", failed.Name, failed.Detail, failed.Cause, failed.Remedy)
}

// warn checks, and then lets polling begin, whatever was found. It goes first so that one line, the
// one with the step, tells what is wrong, and not another one of the poller's.
func (c *startupCheck) warn(ctx context.Context) {
	if !c.jitter.Sleep(ctx, time.Until(c.begin)) {
		return
	}
	probeCtx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	connection.Probe(probeCtx, c.target, func(step connection.Step) {
		c.log(step)
		if step.Result == connection.Failed {
			c.health.Expect(oktaerr.Signature(step.Err))
			c.logger.Warn("The connection check failed, polling is tried all the same: "+step.Remedy, fieldsOf(step)...)
		}
	})
	if ctx.Err() == nil {
		c.poll()
	}
}

// timeout is how long a check may take: as long as all of its requests may, one after the other.
func (c *startupCheck) timeout() time.Duration {
	return connection.ProbeRequests * c.cfg.HTTP.Timeout
}

// log logs a step that an operator should see, but for a clock that is off, which the poller warns of.
func (c *startupCheck) log(step connection.Step) {
	_, clockKnown := c.target.Client.Clock().Offset()
	if step.Result == connection.Warning && (step.Name != connection.Clock || !clockKnown) {
		c.logger.Warn("The connection check found something: "+step.Cause, fieldsOf(step)...)
		return
	}
	c.logger.Debug("Checked the connection", zap.String("step", step.Name), zap.Stringer("result", step.Result), zap.String("detail", step.Detail))
}

func fieldsOf(step connection.Step) []zap.Field {
	return []zap.Field{zap.String("step", step.Name), zap.String("cause", step.Cause), zap.String("remedy", step.Remedy), zap.String("detail", step.Detail)}
}
