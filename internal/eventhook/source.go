// SPDX-License-Identifier: Apache-2.0

package eventhook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
)

// abortGrace is how long a delivery may take to return once its context has ended.
const abortGrace = 2 * time.Second

// Source delivers what an event hook brings, for an org that gives no credential to poll with. One
// goroutine does all of it, so that events are delivered once however many deliveries name them; a request
// waits until it can deliver, and until it has, no longer than Okta does.
type Source struct {
	delivery *delivery.Delivery
	logger   *zap.Logger
	requests chan request
	cancel   context.CancelFunc // nil before it was started
	done     chan struct{}
}

// request is a delivery of the hook that waits for its answer.
type request struct {
	ctx    context.Context
	events []Event
	taken  chan error
}

// NewSource returns a source that delivers nothing before it is started.
func NewSource(d *delivery.Delivery, logger *zap.Logger) *Source {
	return &Source{delivery: d, logger: logger, requests: make(chan request), done: make(chan struct{})}
}

// Start begins to deliver.
func (s *Source) Start() {
	s.logger.Warn("No credential is set: events come from the event hook alone, which carries a fifth of the event types, loses what could not be delivered twice, and knows no past. Set a credential to miss nothing.")
	// Deliveries outlive the context of whoever starts them, and end with Stop.
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go func() {
		defer close(s.done)
		s.run(ctx)
	}()
}

// Stop ends delivering, or does nothing where that was not started. The server must have stopped before,
// so that nobody waits for an answer any more.
func (s *Source) Stop() error {
	if s.cancel == nil {
		return nil
	}
	s.cancel()
	select {
	case <-s.done:
		return nil
	case <-time.After(abortGrace):
		return errors.New("the pipeline has not returned from a delivery of the event hook")
	}
}

// Take delivers events. It returns [ErrReplayed], or an error when the pipeline does not accept them before ctx ends:
// Okta then sends them again, once.
func (s *Source) Take(ctx context.Context, events []Event) error {
	r := request{ctx: ctx, events: events, taken: make(chan error, 1)}
	select {
	case s.requests <- r:
	case <-ctx.Done():
		return fmt.Errorf("wait for the deliveries before: %w", ctx.Err())
	}
	select {
	case err := <-r.taken:
		return err
	case <-ctx.Done():
		// Should the pipeline accept the events after all, the second delivery finds them delivered.
		return fmt.Errorf("wait for the pipeline: %w", ctx.Err())
	}
}

// run delivers one request after the other until ctx ends.
func (s *Source) run(ctx context.Context) {
	history, found, err := s.delivery.Open(ctx)
	if err != nil {
		return
	}
	if !found {
		history.BeginUnpolled()
	}
	var seen replays
	seen.note(history.NewestDelivered())
	for {
		select {
		case r := <-s.requests:
			r.taken <- deliver(r, history, &seen)
		case <-ctx.Done():
			return
		}
	}
}

// deliver delivers the events of one request, unless it is sent again by somebody.
func deliver(r request, history *delivery.History, seen *replays) error {
	now := time.Now()
	if len(r.events) == 0 {
		return nil
	}
	made := r.events[0].Made
	if seen.isOld(made) {
		return ErrReplayed
	}
	err := history.Deliver(r.ctx, delivery.Batch{
		Source:   delivery.Announced,
		Events:   CanonicalTexts(r.events),
		Received: now,
		Answered: now,
	})
	if err == nil {
		seen.note(made, now)
	}
	return err
}
