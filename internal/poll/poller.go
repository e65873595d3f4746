// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/retry"
	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

const (
	// StopGrace is how long a delivery in hand may take to finish when the one who stops sets no
	// deadline.
	StopGrace = 5 * time.Second
	// abortGrace is how long a delivery may take to return once its context has ended.
	abortGrace = 2 * time.Second
)

// Settings are what a poller needs.
type Settings struct {
	Client   *okta.Client
	Delivery *delivery.Delivery
	// Durable: the position is kept across restarts.
	Durable bool
	// Storage keeps when the receiver first started.
	Storage storage.Client
	// Query is which events are asked for. One with an end is a replay, which ends; its history is that of [ReplayName].
	Query okta.Query
	// StartAt is where to begin when no position is stored.
	StartAt StartAt
	// NotBefore is when the first request may be sent, on the local clock.
	NotBefore time.Time
	// Interval is how long to wait for new events once all were read.
	Interval time.Duration
	Retry    configretry.BackOffConfig
	// Reconciler compares what comes with what an event hook has announced; nil without one.
	Reconciler Reconciler
	Jitter     *retry.Jitter
	Logger     *zap.Logger
	// Details are logged with where polling begins.
	Details []zap.Field
	Metrics *telemetry.Metrics
	Health  *telemetry.Health
}

// Reconciler makes polls come early, when an event hook has announced events, and is shown what they
// bring.
type Reconciler interface {
	// Announced has an element when the time of the next lookup may have changed.
	Announced() <-chan struct{}
	// NextLookup is when to poll for what was announced; ok is false when the poll interval will do.
	NextLookup() (at time.Time, ok bool)
	// Reconcile is called when a page was delivered and committed. It may deliver events that polling
	// has missed; it returns an error only when that was interrupted because polling ends.
	Reconcile(ctx context.Context, history *delivery.History, page *okta.Page) error
}

// Poller reads the System Log of one org page by page and delivers it. It can be started and stopped many
// times, and woken early. It is safe for concurrent use.
type Poller struct {
	set          Settings
	clockOffset  *telemetry.Condition
	answerTime   *telemetry.Condition
	linkHost     *telemetry.Condition
	mended       *telemetry.Condition
	nextLink     *telemetry.Condition // of the pages of a replay
	first        firstStart           // of the one run at a time
	endedBefore  bool                 // a replay has ended before the start
	wake         chan struct{}
	loop, asking *retry.Jitter // of the waits between pages, and between tries of a request

	// mu guards current and ended.
	mu      sync.Mutex
	current *run
	ended   <-chan struct{} // closed when the run before the next one is over
}

// run is what is needed to stop a poller that runs.
type run struct {
	stopFetching, abortDelivery context.CancelFunc
	done                        chan struct{}
}

// New returns a poller that does not run yet.
func New(set Settings) *Poller {
	nothingBefore := make(chan struct{})
	close(nothingBefore)
	p := &Poller{
		set:         set,
		clockOffset: telemetry.NewCondition(set.Logger, "The local clock agrees with Okta's again"),
		answerTime:  telemetry.NewCondition(set.Logger, "The answers agree on the time again"),
		linkHost:    telemetry.NewCondition(set.Logger, "Okta's links name the host of org_url again"),
		mended:      telemetry.NewCondition(set.Logger, "Pages are valid JSON again"),
		nextLink:    telemetry.NewCondition(set.Logger, "The pages of the replay have next links again"),
		wake:        make(chan struct{}, 1),
		loop:        set.Jitter.For("poll loop"),
		asking:      set.Jitter.For("requests"),
		ended:       nothingBefore,
	}
	p.first.set = &p.set
	return p
}

// Start begins to poll, from the stored position. While the poller runs it does nothing.
func (p *Poller) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current != nil {
		return
	}
	// Polling outlives the context of whoever starts it. Fetching ends at once when the poller is
	// stopped; a delivery in hand goes on for a while.
	deliverCtx, abortDelivery := context.WithCancel(context.Background())
	fetchCtx, stopFetching := context.WithCancel(deliverCtx)
	current := &run{stopFetching: stopFetching, abortDelivery: abortDelivery, done: make(chan struct{})}
	before := p.ended
	p.current, p.ended = current, current.done
	go func() {
		defer close(current.done)
		// Two runs never overlap, even when a delivery outlived the Stop of the first.
		<-before
		if err := p.run(fetchCtx, deliverCtx); errors.Is(err, checkpoint.ErrFenced) {
			p.set.Logger.Error("Another replica has taken over the position, polling ends: check that all collectors with this storage follow the same lease, unless this one was suspended", zap.Error(err))
		}
	}()
}

// Done is closed when the run that was started last is over: once it was stopped, or another replica has taken over.
func (p *Poller) Done() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}

// Stop ends polling: nothing more is fetched, the delivery in hand may finish within ctx, and what
// was accepted is committed. When the poller does not run it does nothing.
func (p *Poller) Stop(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == nil {
		return nil
	}
	current := p.current
	p.current = nil
	defer current.abortDelivery()
	current.stopFetching()

	ctx, cancel := WithGrace(ctx)
	defer cancel()
	select {
	case <-current.done:
		return nil
	case <-ctx.Done():
	}
	current.abortDelivery()
	select {
	case <-current.done:
		return nil
	case <-time.After(abortGrace):
		return errors.New("the pipeline has not returned from a delivery: its events are delivered again after a restart")
	}
}

// WithGrace gives a stop a deadline where whoever stops sets none.
func WithGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, limited := ctx.Deadline(); limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, StopGrace)
}

// Wake makes the poller ask for new events now rather than at the end of its interval. Calls that
// come while it is busy count as one.
func (p *Poller) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
