// SPDX-License-Identifier: Apache-2.0

package pacing

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// startRequests is how many requests of a client are part of its start: the connection check's, the first page, the
	// id of the org, and the page behind the first; one is for what a configuration adds, such as a filter to try.
	startRequests = 5
	// startSpacing is the time from one request of a start to the next, and startBurst is how many may come before their
	// time: 46 in a second at most, and a few clients wait for nothing.
	startSpacing = 25 * time.Millisecond
	startBurst   = 5
)

// Starts spreads the first requests of all clients of a process, which begin at the same moment: hundreds of them would
// else ask at once, through one proxy and on the processors of one machine. First requests go before second ones, so
// that each client has an answer soon. It is safe for concurrent use. A nil Starts lets every request through.
type Starts struct {
	mu      sync.Mutex
	due     time.Time              // when the next request may be sent
	queues  [startRequests][]*turn // by how many requests their clients have sent before, in the order they came
	waiting bool                   // for the time that is due
}

// turn is what a request waits for.
type turn struct {
	requests int
	come     chan struct{} // closed when it has come
}

// Wait waits for the turn of a request whose client has sent so many before. With it come others, for the access token
// that it needs. The only error is the end of ctx, as [ErrNoPermit].
func (s *Starts) Wait(ctx context.Context, sent, others int) error {
	if s == nil || sent >= startRequests {
		return nil
	}
	mine := &turn{requests: 1 + others, come: make(chan struct{})}
	s.mu.Lock()
	s.queues[sent] = append(s.queues[sent], mine)
	s.proceed()
	s.mu.Unlock()
	select {
	case <-mine.come:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queues[sent] = slices.DeleteFunc(s.queues[sent], func(other *turn) bool { return other == mine })
	return fmt.Errorf("%w: %w", ErrNoPermit, ctx.Err())
}

// proceed lets those through whose turn has come, and waits for the next one's. The caller holds s.mu.
func (s *Starts) proceed() {
	for sent, queue := range s.queues {
		for ; len(queue) > 0; queue = queue[1:] {
			now := time.Now()
			if early := now.Add(-startBurst * startSpacing); s.due.Before(early) {
				s.due = early
			}
			if wait := s.due.Sub(now); wait > 0 {
				s.queues[sent] = queue
				s.wait(wait)
				return
			}
			s.due = s.due.Add(time.Duration(queue[0].requests) * startSpacing)
			close(queue[0].come)
		}
		s.queues[sent] = nil
	}
}

// wait proceeds after a while. The caller holds s.mu.
func (s *Starts) wait(d time.Duration) {
	if s.waiting {
		return
	}
	s.waiting = true
	time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waiting = false
		s.proceed()
	})
}
