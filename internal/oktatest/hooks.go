// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"context"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
)

// RunHooks sends the events of the org's event hooks until ctx ends, as [eventhooks.Server.Run] does. Run it once at a
// time.
func (o *Org) RunHooks(ctx context.Context) { o.hooks.Run(ctx) }

// RegisterHook makes an event hook and verifies it without the API, as [eventhooks.Server.Register] does.
func (o *Org) RegisterHook(ctx context.Context, spec eventhooks.Spec) (id string, err error) {
	return o.hooks.Register(ctx, spec)
}

// AddHook makes an event hook, active and not verified yet, as [eventhooks.Server.Add] does.
func (o *Org) AddHook(spec eventhooks.Spec) (id string, err error) { return o.hooks.Add(spec) }

// VerifyHook verifies the endpoint of an event hook, as [eventhooks.Server.Verify] does.
func (o *Org) VerifyHook(ctx context.Context, id string) error { return o.hooks.Verify(ctx, id) }

// HookReports returns a report on every event hook, in the order of their making.
func (o *Org) HookReports() []eventhooks.Report { return o.hooks.Reports() }
