// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/lease"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
	"github.com/otel-okta/okta-systemlog-receiver/internal/orgurl"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// oktaReceiver ties the parts that do the work to the Collector's lifecycle.
type oktaReceiver struct {
	cfg     *Config
	set     receiver.Settings
	next    consumer.Logs
	metrics *telemetry.Metrics
	starts  *pacing.Starts
	jitter  *retry.Jitter

	// mu makes Start and Shutdown exclude each other.
	mu      sync.Mutex
	running *running // nil while it does not run
}

// running is what a receiver has while it runs, or has so far while it starts.
type running struct {
	follower      *lease.Follower // of the lease, nil without one
	check         *startupCheck
	hook          *hookRuntime
	storage       storage.Client // nil with a lease, which opens it in each term
	poller        *poll.Poller   // nil with a lease
	closeIdle     func()
	releaseBudget func()
}

func newReceiver(cfg *Config, set receiver.Settings, next consumer.Logs, starts *pacing.Starts, jitterSeed uint64) (*oktaReceiver, error) {
	metrics, err := telemetry.NewMetrics(set.TelemetrySettings, set.ID)
	if err != nil {
		return nil, err
	}
	return &oktaReceiver{cfg: cfg, set: set, next: next, metrics: metrics, starts: starts, jitter: retry.NewJitter(jitterSeed)}, nil
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
	org, err := orgurl.Parse(r.cfg.OrgURL)
	if err != nil {
		return err
	}
	budget, release := pacing.Share(org, r.cfg.RateLimit.Reserve)
	is.releaseBudget = release
	client, closeIdle, err := newClient(ctx, r.cfg, org, r.set, host, r.metrics.TokenIssued,
		okta.WithStarts(r.starts, r.cfg.tokenRequests()), okta.WithBudget(budget, r.jitter), okta.WithObserver(r.metrics.Requested))
	if err != nil {
		return err
	}
	is.closeIdle = closeIdle
	if err := r.metrics.RegisterGauges(client.Clock(), budget); err != nil {
		return err
	}
	logger := r.set.Logger.With(zap.String("org", org.Host))
	p := &polling{
		oktaReceiver: r, host: host, org: org, client: client, logger: logger,
		health: telemetry.NewHealth(logger, func(event *componentstatus.Event) { componentstatus.ReportStatus(host, event) }),
		begin:  time.Now().Add(r.cfg.InitialDelay),
	}
	elector, err := leaderElector(r.cfg.K8sLeaderElector, host)
	switch {
	case err != nil:
		return err
	case elector != nil:
		err = r.metrics.RegisterLeader()
	default:
		is.storage, err = storageClient(ctx, r.cfg.Storage, host, r.set.ID)
	}
	if err != nil {
		return err
	}
	if is.hook, err = p.newHook(is.storage); err != nil {
		return err
	}
	if err := is.hook.listen(ctx, host, r.set.TelemetrySettings); err != nil {
		return err
	}
	switch {
	case r.cfg.hookOnly():
	case elector != nil:
		// Whoever stands by checks the same, and moves nothing.
		is.check = p.newCheck(func() {})
		if err := is.check.start(ctx); err != nil {
			return err
		}
		is.follower = lease.NewFollower(p.term, p.termFailed)
		is.follower.Follow(elector)
	default:
		if is.poller, err = p.newPoller(ctx, is.storage); err != nil {
			return err
		}
		is.check = p.newCheck(is.poller.Start)
		if is.poller.HasNothingToAsk() {
			is.check.leaveOut()
		}
		if err := is.check.start(ctx); err != nil {
			return err
		}
	}
	// Only now: a collector that does not start leaves no event hook behind.
	is.hook.begin()
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
	ctx, cancel := poll.WithGrace(ctx)
	defer cancel()
	var errs []error
	if was.check != nil {
		was.check.stop()
	}
	if was.hook != nil {
		errs = append(errs, was.hook.stop(ctx))
	}
	if was.follower != nil {
		errs = append(errs, was.follower.Stop(ctx))
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
	r.metrics.Shutdown()
	return errors.Join(errs...)
}
