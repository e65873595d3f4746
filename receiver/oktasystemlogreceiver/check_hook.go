// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/receiver"

	"github.com/otel-okta/okta-systemlog-receiver/internal/connection"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/hooks"
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
	removed, err := hooks.New(client).Remove(ctx, name)
	report(connection.RemovedHookStep(name, removed, err))
}
