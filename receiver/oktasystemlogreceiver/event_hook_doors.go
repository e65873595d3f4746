// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/receiver"
)

// doors is what an event hook takes beside the poller: its server, and either the registration or,
// where nobody polls, what delivers its events. Without an event hook there is nothing in it.
type doors struct {
	hook         *eventHook
	registration *registration
	only         *hookOnly
	begun        bool
}

// openDoors opens the event hook that the configuration names, before polling begins. What goes on
// behind it begins with begin.
func openDoors(ctx context.Context, cfg *Config, set receiver.Settings, host component.Host, p *poller) (*doors, error) {
	if !cfg.EventHook.HasValue() {
		return &doors{}, nil
	}
	d := newDoors(cfg, p)
	if err := d.hook.start(ctx, host, set); err != nil {
		return nil, err
	}
	return d, nil
}

// newDoors connects the event hook and the poller, which must not poll yet.
func newDoors(cfg *Config, p *poller) *doors {
	hook := cfg.EventHook.Get()
	if cfg.hookOnly() {
		only := newHookOnly(p)
		return &doors{hook: newEventHook(hook, p.logger, p.meter, only.take), only: only}
	}
	p.doorbell = newDoorbell(cfg)
	d := &doors{hook: newEventHook(hook, p.logger, p.meter, p.doorbell.take)}
	if hook.Register.HasValue() {
		d.registration = newRegistration(p, d.hook)
		d.hook.refusedSecret = d.registration.refusedSecret
	}
	return d
}

// begin begins what goes on behind the server.
func (d *doors) begin() {
	d.begun = true
	if d.only != nil {
		d.only.start()
	}
	if d.registration != nil {
		d.registration.start()
	}
}

// close ends all of it: first what comes in, so that what is behind it comes to an end.
func (d *doors) close(ctx context.Context) error {
	if d.registration != nil && d.begun {
		d.registration.stop()
	}
	if d.hook != nil {
		d.hook.stop(ctx)
	}
	if d.only != nil && d.begun {
		return d.only.stop()
	}
	return nil
}
