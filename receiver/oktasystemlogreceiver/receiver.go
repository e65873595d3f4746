// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// oktaReceiver ties a poller to the Collector's lifecycle.
type oktaReceiver struct {
	cfg   *Config
	set   receiver.Settings
	next  consumer.Logs
	meter *meter

	// mu makes Start and Shutdown take turns.
	mu      sync.Mutex
	running *running // nil while it does not run
}

// running is what a receiver has while it runs, or has so far while it starts.
type running struct {
	poller        *poller
	check         *startupCheck
	doors         *doors
	storage       storage.Client
	closeIdle     func()
	releaseBudget func()
}

func newReceiver(cfg *Config, set receiver.Settings, next consumer.Logs) (*oktaReceiver, error) {
	meter, err := newMeter(set.TelemetrySettings, set.ID)
	if err != nil {
		return nil, err
	}
	return &oktaReceiver{cfg: cfg, set: set, next: next, meter: meter}, nil
}

// Start opens the storage and begins to poll. It does not wait for Okta, unless startup_check says
// so: an org that can't be reached is no reason to keep the collector from starting.
func (r *oktaReceiver) Start(ctx context.Context, host component.Host) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running != nil {
		return errors.New("the receiver is running already")
	}
	starting := &running{}
	if err := r.start(ctx, host, starting); err != nil {
		return errors.Join(err, r.end(ctx, starting))
	}
	r.running = starting
	if r.cfg.Storage == nil {
		r.set.Logger.Warn("No storage is set, so the position lives in memory: after a restart polling begins at start_at, and events in between are missed or repeated. Set storage to a storage extension such as file_storage.",
			zap.String("start_at", r.cfg.StartAt))
	}
	return nil
}

// start opens one thing after the other and notes each, so that after an error what there is can be
// closed.
func (r *oktaReceiver) start(ctx context.Context, host component.Host, is *running) error {
	org, err := parseOrgURL(r.cfg.OrgURL)
	if err != nil {
		return err
	}
	budget, release := okta.ShareBudget(org, r.cfg.RateLimit.Reserve)
	is.releaseBudget = release
	client, closeIdle, err := newClient(ctx, r.cfg, org, r.set, host, r.meter.minted,
		okta.WithBudget(budget), okta.WithObserver(r.meter.requested))
	if err != nil {
		return err
	}
	is.closeIdle = closeIdle
	if is.storage, err = storageClient(ctx, r.cfg.Storage, host, r.set.ID); err != nil {
		return err
	}
	report := func(event *componentstatus.Event) { componentstatus.ReportStatus(host, event) }
	if is.poller, err = newPoller(r.cfg, org, r.set, client, is.storage, r.next, r.meter, report); err != nil {
		return err
	}
	if err := r.meter.show(client.Clock(), budget); err != nil {
		return err
	}
	if is.doors, err = openDoors(ctx, r.cfg, r.set, host, is.poller); err != nil {
		return err
	}
	is.check = newStartupCheck(r.cfg, is.poller, target(r.cfg, org, client))
	if err := is.check.start(ctx); err != nil {
		return err
	}
	// Only now: a collector that does not start leaves no event hook behind.
	is.doors.begin()
	return nil
}

// Shutdown stops polling, lets the delivery in hand finish within ctx, and releases everything.
// It may be called before Start, more than once, and by several at the same time.
func (r *oktaReceiver) Shutdown(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running == nil {
		return nil
	}
	was := r.running
	r.running = nil
	return r.end(ctx, was)
}

// end closes what is open: first what brings events, then what they go through. All of it together has
// the time that ctx gives.
func (r *oktaReceiver) end(ctx context.Context, was *running) error {
	ctx, cancel := withGrace(ctx)
	defer cancel()
	var errs []error
	if was.check != nil {
		was.check.stop()
	}
	if was.doors != nil {
		errs = append(errs, was.doors.close(ctx))
	}
	if was.poller != nil {
		errs = append(errs, was.poller.Stop(ctx))
	}
	if was.storage != nil {
		errs = append(errs, closeStorage(ctx, was.storage))
	}
	if was.closeIdle != nil {
		was.closeIdle()
	}
	if was.releaseBudget != nil {
		was.releaseBudget()
	}
	r.meter.Shutdown()
	return errors.Join(errs...)
}
