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

// step is what was found as a step of the output.
func (f found) step(name string) connection.Step {
	step := connection.Step{Name: name, Detail: f.detail, Cause: f.cause, Remedy: f.remedy}
	if f.cause != "" {
		step.Result = connection.Warning
	}
	return step
}

// attempts is how often a step is tried that fails in a way that passes by itself.
const attempts = 4

// firstWait is the wait before the second attempt; it doubles. Tests shorten it.
var firstWait = 250 * time.Millisecond

// take does a step and prints what came of it. A step looks at what is there before it changes anything, so it can be
// done again after any failure.
func (p *progress) take(ctx context.Context, name string, do func(context.Context) (found, error)) error {
	what, err := p.tried(ctx, name, do)
	if err != nil {
		p.step(failedStep(name, err))
		return err
	}
	p.step(what.step(name))
	return nil
}

// tried does a step, again where its failure passes by itself. Only what Okta answered or did not answer does.
func (p *progress) tried(ctx context.Context, name string, do func(context.Context) (found, error)) (what found, err error) {
	wait := firstWait
	for attempt := 1; ; attempt++ {
		before := err
		if what, err = do(ctx); err == nil {
			return what, nil
		}
		if ctx.Err() != nil {
			return what, ended(ctx.Err(), err, before)
		}
		if attempt == attempts || !oktaerr.Passes(err) {
			return what, err
		}
		if err := p.pause(ctx, name, err, wait); err != nil {
			return what, err
		}
		wait *= 2
	}
}

// pause waits before the next attempt, as long as Okta asks for. failed is why there is one.
func (p *progress) pause(ctx context.Context, name string, failed error, backOff time.Duration) error {
	wait := oktaerr.WaitAfter(failed, backOff, backOff)
	if deadline, bounded := ctx.Deadline(); bounded && time.Now().Add(wait).After(deadline) {
		return &waitError{failed, wait}
	}
	if oktaerr.KindName(failed) == oktaerr.RateLimited.String() && wait >= time.Second {
		p.note(name, "okta asks to wait %s", wait.Round(time.Second))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return &endedError{ctx.Err(), failed}
	case <-timer.C:
		return nil
	}
}

// waitError is that Okta asks to wait longer than the command may take.
type waitError struct {
	failed error
	wait   time.Duration
}

func (e *waitError) Error() string { return e.failed.Error() }
func (e *waitError) Unwrap() error { return e.failed }

// endedError is that the command's time is over, or that it was interrupted.
type endedError struct {
	ended  error
	failed error // what went wrong before, if anything did
}

// ended is the error of a step in the middle of which the command ended. err is the step's own error, before that of
// the try before it.
func ended(why, err, before error) error {
	var known *endedError
	if errors.As(err, &known) {
		return err
	}
	if errors.As(err, new(*oktaerr.Error)) {
		before = err
	}
	return &endedError{why, before}
}

func (e *endedError) Error() string {
	text := "it was interrupted"
	if errors.Is(e.ended, context.DeadlineExceeded) {
		text = "it was not done within --timeout"
	}
	if e.failed != nil {
		text += ", and before: " + e.failed.Error()
	}
	return text
}

func (e *endedError) Unwrap() error { return e.ended }
