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

// running is what a receiver has while it runs.
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
func (r *oktaReceiver) Start(ctx context.Context, host component.Host) (err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running != nil {
		return errors.New("the receiver is running already")
	}
	org, err := parseOrgURL(r.cfg.OrgURL)
	if err != nil {
		return err
	}
	budget, releaseBudget := okta.ShareBudget(org, r.cfg.RateLimit.Reserve)
	defer func() {
		if err != nil {
			releaseBudget()
		}
	}()
	client, closeIdle, err := newClient(ctx, r.cfg, org, r.set, host, r.meter.minted,
		okta.WithBudget(budget), okta.WithObserver(r.meter.requested))
	if err != nil {
		return err
	}
	store, err := storageClient(ctx, r.cfg.Storage, host, r.set.ID)
	if err != nil {
		return err
	}
	report := func(event *componentstatus.Event) { componentstatus.ReportStatus(host, event) }
	p, err := newPoller(r.cfg, org, r.set, client, store, r.next, r.meter, report)
	if err != nil {
		return errors.Join(err, store.Close(ctx))
	}
	if err := r.meter.show(client.Clock(), budget); err != nil {
		return errors.Join(err, store.Close(ctx))
	}
	opened, err := openDoors(ctx, r.cfg, r.set, host, p)
	if err != nil {
		return errors.Join(err, store.Close(ctx))
	}
	check := &startupCheck{cfg: r.cfg, logger: p.logger, target: target(r.cfg, org, client), poller: p}
	if err := check.start(ctx); err != nil {
		closeIdle()
		return errors.Join(err, opened.close(ctx), store.Close(ctx))
	}
	r.running = &running{p, check, opened, store, closeIdle, releaseBudget}
	if r.cfg.Storage == nil {
		r.set.Logger.Warn("No storage is set, so the position lives in memory: after a restart polling begins at start_at, and events in between are missed or repeated. Set storage to a storage extension such as file_storage.",
			zap.String("start_at", r.cfg.StartAt))
	}
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
	was.check.stop()
	err := errors.Join(was.doors.close(ctx), was.poller.Stop(ctx), was.storage.Close(ctx))
	was.closeIdle()
	was.releaseBudget()
	r.meter.Shutdown()
	return err
}
