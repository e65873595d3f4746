// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/pacing"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

// oktaReceiver ties the parts that do the work to the Collector's lifecycle.
type oktaReceiver struct {
	cfg     *Config
	set     receiver.Settings
	next    consumer.Logs
	metrics *telemetry.Metrics
	jitter  *retry.Jitter

	// mu makes Start and Shutdown exclude each other.
	mu      sync.Mutex
	running *running // nil while it does not run
}

// running is what a receiver has while it runs, or has so far while it starts.
type running struct {
	poller        *poll.Poller  // nil where events come from the event hook alone
	check         *startupCheck // of the poller
	hook          *hookRuntime
	storage       storage.Client
	closeIdle     func()
	releaseBudget func()
}

func newReceiver(cfg *Config, set receiver.Settings, next consumer.Logs, jitterSeed uint64) (*oktaReceiver, error) {
	metrics, err := telemetry.NewMetrics(set.TelemetrySettings, set.ID)
	if err != nil {
		return nil, err
	}
	return &oktaReceiver{cfg: cfg, set: set, next: next, metrics: metrics, jitter: retry.NewJitter(jitterSeed)}, nil
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
	budget, release := pacing.Share(org, r.cfg.RateLimit.Reserve)
	is.releaseBudget = release
	client, closeIdle, err := newClient(ctx, r.cfg, org, r.set, host, r.metrics.TokenIssued,
		okta.WithBudget(budget, r.jitter), okta.WithObserver(r.metrics.Requested))
	if err != nil {
		return err
	}
	is.closeIdle = closeIdle
	if is.storage, err = storageClient(ctx, r.cfg.Storage, host, r.set.ID); err != nil {
		return err
	}
	if err := r.metrics.RegisterGauges(client.Clock(), budget); err != nil {
		return err
	}
	logger := r.set.Logger.With(zap.String("org", org.Host))
	health := telemetry.NewHealth(logger, func(event *componentstatus.Event) { componentstatus.ReportStatus(host, event) })
	events, err := r.newDelivery(org, is.storage, logger, health)
	if err != nil {
		return err
	}
	is.hook = newHookRuntime(r.cfg, client, events, r.jitter, logger, r.metrics)
	if err := is.hook.listen(ctx, host, r.set.TelemetrySettings); err != nil {
		return err
	}
	if !r.cfg.hookOnly() {
		begin := time.Now().Add(r.cfg.InitialDelay)
		if is.poller, err = r.newPoller(client, events, is.storage, is.hook, logger, health, begin); err != nil {
			return err
		}
		is.poller.NoteStart(ctx)
		is.check = newStartupCheck(r.cfg, is.poller, target(r.cfg, org, client), logger, health, r.jitter, begin)
		if err := is.check.start(ctx); err != nil {
			return err
		}
	}
	// Only now: a collector that does not start leaves no event hook behind.
	is.hook.begin()
	return nil
}

// newDelivery makes the way from events to the pipeline and into the storage.
func (r *oktaReceiver) newDelivery(org *url.URL, client storage.Client, logger *zap.Logger, health *telemetry.Health) (*delivery.Delivery, error) {
	obsReport, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: r.set.ID, Transport: "http", ReceiverCreateSettings: r.set,
	})
	if err != nil {
		return nil, fmt.Errorf("internal metrics: %w", err)
	}
	return delivery.New(delivery.Settings{
		Org:        org.Host,
		Storage:    client,
		Translator: newTranslator(r.cfg, org, r.set),
		Consumer:   r.next,
		ObsReport:  obsReport,
		Retry:      r.cfg.Retry,
		Jitter:     r.jitter,
		Logger:     logger,
		Metrics:    r.metrics,
		Health:     health,

		DropPermanent: r.cfg.PermanentErrors == permanentDrop,
	}), nil
}

func newTranslator(cfg *Config, org *url.URL, set receiver.Settings) *translate.Translator {
	resource := metadata.NewResourceBuilder(cfg.ResourceAttributes)
	resource.SetOktaOrgDomain(org.Hostname())
	resource.SetServiceName("okta")
	return translate.New(translate.Options{
		Resource:        resource.Emit(),
		ScopeName:       metadata.ScopeName,
		ScopeVersion:    set.BuildInfo.Version,
		BodyOriginal:    cfg.Body == bodyOriginal,
		IncludeOriginal: cfg.IncludeLogRecordOriginal,
	})
}

func (r *oktaReceiver) newPoller(client *okta.Client, events *delivery.Delivery, stored storage.Client, hook *hookRuntime, logger *zap.Logger, health *telemetry.Health, begin time.Time) (*poll.Poller, error) {
	startAt, err := poll.ParseStartAt(r.cfg.StartAt)
	if err != nil {
		return nil, err
	}
	set := poll.Settings{
		Client:    client,
		Delivery:  events,
		Durable:   r.cfg.Storage != nil,
		Storage:   stored,
		Query:     r.cfg.query(),
		StartAt:   startAt,
		NotBefore: begin,
		Interval:  r.cfg.PollInterval,
		Retry:     r.cfg.Retry,
		Jitter:    r.jitter,
		Logger:    logger,
		Details: []zap.Field{
			zap.String("credential", strings.Join(r.cfg.credentials(), ", ")),
			zap.Duration("poll_interval", r.cfg.PollInterval),
			zap.Float64("rate_limit_reserve", r.cfg.RateLimit.Reserve),
		},
		Metrics: r.metrics,
		Health:  health,
	}
	if hook.reconciler != nil { // an interface that holds a nil pointer is not nil
		set.Reconciler = hook.reconciler
	}
	return poll.New(set), nil
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
