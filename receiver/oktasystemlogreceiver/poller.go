// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v7"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/checkpoint"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

const (
	// stopGrace is how long a delivery in hand may take to finish when the one who stops the poller
	// sets no deadline.
	stopGrace = 5 * time.Second
	// abortGrace is how long a delivery may take to return once its context has ended.
	abortGrace = 2 * time.Second
)

// poller reads the System Log of one org page by page and delivers it.
//
//	GET next page ──► translate ──► ConsumeLogs ──► commit(next, uuids) ──► idle, or next page
//	      ▲                                │ not permanent: the same events again, with back-off
//	      └── one page may be fetched while the one before it is being delivered; never two
//
// It can be started and stopped many times, and woken early.
type poller struct {
	cfg        *Config
	org        string
	startAt    startAt
	logger     *zap.Logger
	client     *okta.Client
	storage    storage.Client
	translator *translate.Translator
	next       consumer.Logs
	obsreport  *receiverhelper.ObsReport
	meter      *meter
	health     *health

	// notBefore is when the first request may be sent.
	notBefore    time.Time
	clockWarning sync.Once

	wake chan struct{}
	// doorbell is what an event hook rings; nil without one.
	doorbell *doorbell

	// mu guards current and ended.
	mu      sync.Mutex
	current *polling
	ended   <-chan struct{} // closed when the polling before the next one is over

	// Of the polling that runs, and only touched by it.
	store *checkpoint.Store
	state checkpoint.State
	// inPart are the events of the part that is being made.
	inPart map[checkpoint.ID]struct{}
	// unconfirmed: the events of the part that is being made are known from an event hook only.
	unconfirmed bool
}

// polling is what is needed to stop a poller that runs.
type polling struct {
	stopFetching, abortDelivery context.CancelFunc
	done                        chan struct{}
}

func newPoller(cfg *Config, org *url.URL, set receiver.Settings, client *okta.Client, store storage.Client, next consumer.Logs, meter *meter, report func(*componentstatus.Event)) (*poller, error) {
	startAt, err := parseStartAt(cfg.StartAt)
	if err != nil {
		return nil, err
	}
	obsreport, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: "http", ReceiverCreateSettings: set,
	})
	if err != nil {
		return nil, fmt.Errorf("internal metrics: %w", err)
	}
	logger := set.Logger.With(zap.String("org", org.Host))
	nothingBefore := make(chan struct{})
	close(nothingBefore)
	return &poller{
		cfg:        cfg,
		org:        org.Host,
		startAt:    startAt,
		logger:     logger,
		client:     client,
		storage:    store,
		translator: newTranslator(cfg, org, set),
		next:       next,
		obsreport:  obsreport,
		meter:      meter,
		health:     &health{logger: logger, report: report},
		notBefore:  time.Now().Add(cfg.InitialDelay),
		wake:       make(chan struct{}, 1),
		ended:      nothingBefore,
		inPart:     make(map[checkpoint.ID]struct{}),
	}, nil
}

// Start begins to poll, from the stored position. While the poller runs it does nothing.
func (p *poller) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current != nil {
		return
	}
	// Polling outlives the context of whoever starts it. Fetching ends at once when the poller is
	// stopped; a delivery in hand goes on for a while.
	delivery, abortDelivery := context.WithCancel(context.Background())
	fetching, stopFetching := context.WithCancel(delivery)
	current := &polling{stopFetching: stopFetching, abortDelivery: abortDelivery, done: make(chan struct{})}
	before := p.ended
	p.current, p.ended = current, current.done
	go func() {
		defer close(current.done)
		// Two pollings never overlap, even when a delivery outlived the Stop of the first.
		<-before
		p.run(fetching, delivery)
	}()
}

// Stop ends polling: nothing more is fetched, the delivery in hand may finish within ctx, and what
// was accepted is committed. When the poller does not run it does nothing.
func (p *poller) Stop(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == nil {
		return nil
	}
	current := p.current
	p.current = nil
	defer current.abortDelivery()
	current.stopFetching()

	ctx, cancel := withGrace(ctx)
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

// withGrace gives a stop a deadline where whoever stops sets none.
func withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, limited := ctx.Deadline(); limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, stopGrace)
}

// Wake makes the poller look for new events now rather than at the end of its interval. Calls that
// come while it is busy count as one.
func (p *poller) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run polls until fetching ends.
func (p *poller) run(fetching, delivery context.Context) {
	var ahead sync.WaitGroup
	defer ahead.Wait()

	p.meter.polls()
	if !sleep(fetching, time.Until(p.notBefore)) {
		return
	}
	at, err := p.resume(fetching)
	if err != nil {
		return
	}
	next := func() (*okta.Page, error) { return p.fetch(fetching, at) }
	fellBack := false // and no new position has proved good since
	for {
		page, err := next()
		if errors.Is(err, errPositionRefused) {
			// An org that refuses even a new position is not asked at full speed.
			if fellBack && !sleep(fetching, slowRetry) {
				return
			}
			if at, err = p.fallBack(fetching, "okta refuses the position"); err != nil {
				return
			}
			fellBack = true
			next = func() (*okta.Page, error) { return p.fetch(fetching, at) }
			continue
		}
		if err != nil {
			return
		}
		fellBack = fellBack && !at.IsCursor()
		at = page.Next
		// A full page is followed at once, and its successor is fetched while it is being
		// delivered: one page ahead, never two. A short page means that all was read.
		if page.Full {
			next = p.fetchAhead(fetching, page, &ahead)
		} else {
			next = func() (*okta.Page, error) {
				if !p.idle(fetching) {
					return nil, fetching.Err()
				}
				return p.fetch(fetching, page.Next)
			}
		}
		// Pages are delivered and committed one after the other, in the order of the log.
		if err := p.deliver(delivery, fetching, page); err != nil {
			return
		}
		if err := p.witnessed(delivery, fetching, page); err != nil {
			return
		}
		page.Release()
	}
}

// fetchAhead requests the page after this one while this one is being delivered. The returned
// function waits for it.
func (p *poller) fetchAhead(ctx context.Context, page *okta.Page, running *sync.WaitGroup) func() (*okta.Page, error) {
	type result struct {
		page *okta.Page
		err  error
	}
	fetched := make(chan result, 1)
	at := page.Next
	running.Go(func() {
		next, err := p.fetch(ctx, at)
		fetched <- result{next, err}
	})
	return func() (*okta.Page, error) {
		r := <-fetched
		return r.page, r.err
	}
}

// newBackOff returns the waits between tries of one thing; they never end.
func (p *poller) newBackOff() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval = p.cfg.Retry.InitialInterval
	b.RandomizationFactor = p.cfg.Retry.RandomizationFactor
	b.Multiplier = p.cfg.Retry.Multiplier
	b.MaxInterval = p.cfg.Retry.MaxInterval
	b.Reset()
	return b
}
