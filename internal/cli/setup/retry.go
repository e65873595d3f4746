// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// found is what a step has found or done. A cause makes it a warning.
type found struct{ detail, cause, remedy string }

func done(format string, args ...any) found { return found{detail: fmt.Sprintf(format, args...)} }

// errWaitTooLong is that Okta asks to wait longer than the command may take.
var errWaitTooLong = errors.New("run the same command again then, or raise --timeout")

// attempts is how often a step is tried that fails in a way that passes by itself.
const attempts = 4

// firstWait is the wait before the second attempt; it doubles. Tests shorten it.
var firstWait = 250 * time.Millisecond

// take does a step and prints what came of it. A step looks at what is there before it changes anything, so it can be
// done again after any failure.
func (p *progress) take(ctx context.Context, name string, do func(context.Context) (found, error)) error {
	wait := firstWait
	for attempt := 1; ; attempt++ {
		what, err := do(ctx)
		if err == nil {
			p.step(what.step(name))
			return nil
		}
		// Only what Okta answered or did not answer may pass by itself.
		if attempt == attempts || !oktaerr.Passes(err) {
			return p.give(name, err)
		}
		if err := p.pause(ctx, name, err, wait); err != nil {
			return p.give(name, err)
		}
		wait *= 2
	}
}

// give prints the failure of a step and returns it.
func (p *progress) give(name string, err error) error {
	p.step(failedStep(name, err))
	return err
}

// pause waits before the next attempt, as long as Okta asks for.
func (p *progress) pause(ctx context.Context, name string, err error, backOff time.Duration) error {
	wait := oktaerr.WaitAfter(err, backOff, backOff)
	if deadline, bounded := ctx.Deadline(); bounded && time.Now().Add(wait).After(deadline) {
		return fmt.Errorf("okta asks to wait %s: %w (%w)", wait.Round(time.Second), errWaitTooLong, err)
	}
	if wait >= 2*time.Second {
		p.note(name, "okta asks to wait %s", wait.Round(time.Second))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// step is what was found as a step of the output.
func (f found) step(name string) connection.Step {
	step := connection.Step{Name: name, Detail: f.detail, Cause: f.cause, Remedy: f.remedy}
	if f.cause != "" {
		step.Result = connection.Warning
	}
	return step
}
