// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
)

// HookStep checks whether the org has the desired event hook, and whether that sends events. It changes nothing: the
// receiver creates or changes the hook when it starts.
func HookStep(ctx context.Context, api *hooks.Client, desired hooks.Desired) Step {
	step := Step{Name: EventHook}
	hook, found, err := api.Find(ctx, desired.Name)
	if err != nil {
		return failedHookStep(step, err)
	}
	step.Result = Warning
	switch {
	case !found:
		step.Cause = fmt.Sprintf("the org has no event hook %q yet", desired.Name)
		step.Remedy = "start the collector, which creates it"
	case !hook.Verified():
		step.Cause = "okta has not verified the event hook, so it sends nothing"
		step.Remedy = "start the collector, and check that event_hook.register.public_url leads to its endpoint and path from the internet, with a certificate that okta trusts"
	case !hook.Active():
		step.Cause = "the event hook is deactivated, so it sends nothing"
		step.Remedy = "start the collector, which activates it"
	default:
		if differ := desired.Differences(hook); len(differ) > 0 {
			step.Cause = "the event hook differs from the configuration in " + strings.Join(differ, ", ")
			step.Remedy = "start the collector, which brings it in line"
			return step
		}
		step.Result, step.Detail = OK, fmt.Sprintf("%q is verified and active, for %d types of event", desired.Name, len(hook.Events.Items))
	}
	return step
}

// UnregisteredHookStep is the step about an event hook that the receiver does not register.
func UnregisteredHookStep() Step {
	return Step{Name: EventHook, Result: Skipped, Detail: "it is not registered by this receiver: the Admin Console shows whether it is verified and active (Workflow > Event Hooks)"}
}

// failedHookStep says why Okta refused a request about event hooks.
func failedHookStep(step Step, err error) Step {
	step.Result, step.Err, step.Detail = Failed, err, err.Error()
	step.Cause, step.Remedy = "the request came to no end", "try again, with a longer --timeout"
	var e *oktaerr.Error
	if errors.As(err, &e) {
		step.Cause, step.Remedy = e.Cause.Meaning(), RemedyOf(e.Cause)
	}
	return step
}
