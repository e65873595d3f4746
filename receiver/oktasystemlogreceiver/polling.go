// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/lease"
	"github.com/otel-okta/okta-systemlog-receiver/internal/metadata"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/poll"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

// leaderElector returns the extension with the given ID, which elects one of several replicas; nil without an ID.
func leaderElector(id *component.ID, host component.Host) (lease.Elector, error) {
	if id == nil {
		return nil, nil
	}
	found, ok := host.GetExtensions()[*id]
	if !ok {
		return nil, fmt.Errorf("k8s_leader_elector: there is no extension %q: define it under extensions and list it under service.extensions", id)
	}
	elector, ok := found.(lease.Elector)
	if !ok {
		return nil, fmt.Errorf("k8s_leader_elector: the extension %q does not elect anything: use the extension k8s_leader_elector", id)
	}
	return elector, nil
}

// polling is what a receiver needs to poll, once or, with a lease, once in each term.
type polling struct {
	*oktaReceiver
	host   component.Host
	org    *url.URL
	client *okta.Client
	hook   *hookRuntime
	logger *zap.Logger
	health *telemetry.Health
	begin  time.Time // no request is sent before, but for those of a startup_check that is to fail
	// outlived is closed when the last term's run is over, which a delivery that does not return outlives; nil before.
	outlived <-chan struct{}
}

// newHook makes the event hook, which does not listen yet. Where it is all that brings events, these go to the storage.
func (p *polling) newHook(stored storage.Client) (_ *hookRuntime, err error) {
	var events *delivery.Delivery
	if p.cfg.hookOnly() {
		if events, err = p.newDelivery(stored, ""); err != nil {
			return nil, err
		}
	}
	p.hook = newHookRuntime(p.cfg, p.client, events, p.jitter, p.logger, p.metrics)
	return p.hook, nil
}

// newCheck makes the check of the connection, behind which polling begins.
func (p *polling) newCheck(begin func()) *startupCheck {
	return newStartupCheck(p.cfg, begin, target(p.cfg, p.org, p.client), p.logger, p.health, p.jitter, p.begin)
}

// newPoller makes what polls, and notes in the storage that the receiver has started.
func (p *polling) newPoller(ctx context.Context, stored storage.Client) (*poll.Poller, error) {
	startAt, err := poll.ParseStartAt(p.cfg.StartAt)
	if err != nil {
		return nil, err
	}
	query := p.cfg.query()
	if query.Until, err = poll.ParseEndAt(p.cfg.EndAt, startAt); err != nil {
		return nil, err
	}
	events, err := p.newDelivery(stored, poll.ReplayName(startAt, query))
	if err != nil {
		return nil, err
	}
	set := poll.Settings{
		Client:    p.client,
		Delivery:  events,
		Durable:   p.cfg.Storage != nil,
		Storage:   stored,
		Query:     query,
		StartAt:   startAt,
		NotBefore: p.begin,
		Interval:  p.cfg.PollInterval,
		Retry:     p.cfg.Retry,
		Jitter:    p.jitter,
		Logger:    p.logger,
		Details: []zap.Field{
			zap.String("credential", strings.Join(p.cfg.credentials(), ", ")),
			zap.Duration("poll_interval", p.cfg.PollInterval),
			zap.Float64("rate_limit_reserve", p.cfg.RateLimit.Reserve),
		},
		Metrics: p.metrics,
		Health:  p.health,
	}
	if reconciler := p.hook.beginReconciling(); reconciler != nil { // an interface that holds a nil pointer is not nil
		set.Reconciler = reconciler
	}
	poller := poll.New(set)
	poller.NoteStart(ctx)
	return poller, nil
}

// term polls while this replica holds the lease. The storage is opened and closed in each term, so that it passes on
// with the lease also where only one process can hold it.
func (p *polling) term(ctx context.Context, grace func() context.Context) error {
	p.logger.Info("This replica holds the lease: it polls")
	p.metrics.Leads(true)
	defer func() {
		p.metrics.Leads(false)
		p.health.Reset()
		p.logger.Info("This replica does not poll any more: it stands by")
	}()
	if p.outlived != nil {
		select {
		case <-p.outlived: // two terms never deliver at the same time
		case <-ctx.Done():
			return nil
		}
	}
	stored, err := p.openStorage(ctx)
	if err != nil {
		return nil // the lease was lost before
	}
	return errors.Join(p.pollOnce(ctx, grace, stored), closeStorage(ctx, stored))
}

// termFailed says that a term has not ended as it should.
func (p *polling) termFailed(err error) {
	p.logger.Error("Polling has not ended as it should when the lease was lost: the next replica may have to wait for the storage, or deliver a page again", zap.Error(err))
}

// pollOnce polls until ctx ends, or another replica has taken over.
func (p *polling) pollOnce(ctx context.Context, grace func() context.Context, stored storage.Client) error {
	defer p.hook.endReconciling()
	poller, err := p.newPoller(ctx, stored)
	if err != nil {
		return err
	}
	poller.Start()
	p.outlived = poller.Done()
	select {
	case <-ctx.Done():
	case <-p.outlived: // another replica has taken over
	}
	return poller.Stop(grace())
}

// newDelivery makes the way from events to the pipeline and into the storage. replay names the replay that they are of,
// "" where polling follows the log.
func (p *polling) newDelivery(stored storage.Client, replay string) (*delivery.Delivery, error) {
	obsReport, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: p.set.ID, Transport: "http", ReceiverCreateSettings: p.set,
	})
	if err != nil {
		return nil, fmt.Errorf("internal metrics: %w", err)
	}
	return delivery.New(delivery.Settings{
		Org:        p.org.Host,
		Storage:    stored,
		Replay:     replay,
		Fenced:     p.cfg.K8sLeaderElector != nil,
		Translator: newTranslator(p.cfg, p.org, p.set),
		Consumer:   p.next,
		ObsReport:  obsReport,
		Retry:      p.cfg.Retry,
		Jitter:     p.jitter,
		Logger:     p.logger,
		Metrics:    p.metrics,
		Health:     p.health,

		DropPermanent: p.cfg.PermanentErrors == permanentDrop,
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
		WithoutDerived:  !cfg.DerivedAttributes,
		Replay:          cfg.EndAt != "" && cfg.ReplayAttribute,
	})
}
