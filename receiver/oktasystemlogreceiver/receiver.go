// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
)

// oktaReceiver ties a poller to the Collector's lifecycle.
type oktaReceiver struct {
	cfg       *Config
	set       receiver.Settings
	next      consumer.Logs
	telemetry *metadata.TelemetryBuilder

	// mu makes Start and Shutdown take turns.
	mu        sync.Mutex
	poller    *poller
	storage   storage.Client
	closeIdle func()
}

func newReceiver(cfg *Config, set receiver.Settings, next consumer.Logs) (*oktaReceiver, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("internal metrics: %w", err)
	}
	return &oktaReceiver{cfg: cfg, set: set, next: next, telemetry: telemetry}, nil
}

// Start opens the storage and begins to poll. It does not wait for Okta: an org that can't be
// reached is no reason to keep the collector from starting.
func (r *oktaReceiver) Start(ctx context.Context, host component.Host) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.poller != nil {
		return errors.New("the receiver is running already")
	}
	org, err := parseOrgURL(r.cfg.OrgURL)
	if err != nil {
		return err
	}
	client, closeIdle, err := newClient(ctx, r.cfg, org, r.set, host, r.telemetry)
	if err != nil {
		return err
	}
	store, err := storageClient(ctx, r.cfg.Storage, host, r.set.ID)
	if err != nil {
		return err
	}
	p, err := newPoller(r.cfg, org, r.set, client, store, r.next, r.telemetry)
	if err != nil {
		return errors.Join(err, store.Close(ctx))
	}
	if err := showClock(r.telemetry, client.Clock()); err != nil {
		return errors.Join(err, store.Close(ctx))
	}
	r.poller, r.storage, r.closeIdle = p, store, closeIdle
	if r.cfg.Storage == nil {
		r.set.Logger.Warn("No storage is set, so the position lives in memory: after a restart polling begins at start_at, and events in between are missed or repeated. Set storage to a storage extension such as file_storage.",
			zap.String("start_at", r.cfg.StartAt))
	}
	p.Start()
	return nil
}

// Shutdown stops polling, lets the delivery in hand finish within ctx, and releases everything.
// It may be called before Start, more than once, and by several at the same time.
func (r *oktaReceiver) Shutdown(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.poller == nil {
		return nil
	}
	err := errors.Join(r.poller.Stop(ctx), r.storage.Close(ctx))
	r.closeIdle()
	r.telemetry.Shutdown()
	r.poller, r.storage, r.closeIdle = nil, nil, nil
	return err
}
