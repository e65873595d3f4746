// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/receiver"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// RemoveHook deactivates and deletes the org's event hooks of a name, for good, with the credential of a
// configuration, and reports what came of it. It is what oktacheck --remove-hook does, and the only
// thing that ever deletes a hook.
func RemoveHook(ctx context.Context, cfg *Config, set receiver.Settings, host component.Host, name string, report func(connection.Step)) {
	if mistakes := configurationSteps(cfg); len(mistakes) > 0 {
		for _, step := range mistakes {
			report(step)
		}
		return
	}
	org, err := parseOrgURL(cfg.OrgURL)
	if err != nil {
		report(mistake(err))
		return
	}
	client, closeIdle, err := newClient(ctx, cfg, org, set, host, func() {})
	if err != nil {
		report(mistake(err))
		return
	}
	defer closeIdle()
	removed, err := okta.NewEventHooks(client).Remove(ctx, name)
	report(removedStep(name, removed, err))
}

// hookStep tells whether the org has the event hook that the configuration registers, and whether it
// sends events. It changes nothing: that is for the start of the receiver.
func hookStep(ctx context.Context, cfg *EventHookConfig, hooks *okta.EventHooks) connection.Step {
	step := connection.Step{Name: connection.EventHook}
	if !cfg.Register.HasValue() {
		step.Result, step.Detail = connection.Skipped, "it is not registered by this receiver: the Admin Console shows whether it is verified and active (Workflow > Event Hooks)"
		return step
	}
	register := cfg.Register.Get()
	desired := okta.DesiredHook{Name: register.Name, URL: register.PublicURL, EventTypes: register.EventTypes, Header: cfg.Header}
	hook, found, err := hooks.Find(ctx, register.Name)
	if err != nil {
		return failedHookStep(step, err)
	}
	step.Result = connection.Warning
	switch {
	case !found:
		step.Cause = fmt.Sprintf("the org has no event hook %q yet", register.Name)
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
		step.Result, step.Detail = connection.OK, fmt.Sprintf("%q is verified and active, for %d types of event", register.Name, len(hook.Events.Items))
	}
	return step
}

// failedHookStep says why Okta refused a request about event hooks.
func failedHookStep(step connection.Step, err error) connection.Step {
	step.Result, step.Err, step.Detail = connection.Failed, err, err.Error()
	step.Cause, step.Remedy = "the request came to no end", "try again, with a longer --timeout"
	var e *okta.Error
	if errors.As(err, &e) {
		step.Cause, step.Remedy = e.Cause.Meaning(), e.Cause.Remedy()
	}
	return step
}

// removedStep says what came of it.
func removedStep(name string, removed int, err error) connection.Step {
	step := connection.Step{Name: connection.EventHook, Detail: fmt.Sprintf("%q is removed", name)}
	if removed > 1 {
		step.Detail = fmt.Sprintf("%d event hooks %q are removed", removed, name)
	}
	switch {
	case err != nil:
		step = failedHookStep(step, err)
		if removed > 0 {
			step.Detail = fmt.Sprintf("removed %d of the event hooks %q, then: %s", removed, name, step.Detail)
		}
	case removed == 0:
		step.Result, step.Detail = connection.Failed, fmt.Sprintf("the org has no event hook %q", name)
		step.Cause, step.Remedy = "there is nothing to remove", "take the name from the Admin Console (Workflow > Event Hooks)"
	}
	return step
}
