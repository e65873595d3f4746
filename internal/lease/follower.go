// SPDX-License-Identifier: Apache-2.0

package lease

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Elector is what is needed of an extension that elects one of several replicas. It calls gained when this one may
// work, with a context that ends with the lease where it can tell, and lost when it must stop.
type Elector interface {
	SetCallBackFuncs(gained func(context.Context), lost func())
}

// LostGrace is how long the work of a term may take to end once the lease is lost: neither the lease's duration nor the
// time that is left of it can be seen from here, so it is less than sensible values leave.
const LostGrace = 2 * time.Second

// Work is what is done in one term. It goes on until ctx ends, and then comes to its end within the context that grace
// returns. A work that returns earlier, as one that finds that another replica has taken over, is done again after a
// while for as long as the lease is held. The error says what has not ended as it should.
type Work func(ctx context.Context, grace func() context.Context) error

// Follower does its work while a lease is held. It is safe for concurrent use.
type Follower struct {
	work   Work
	report func(error)

	mu      sync.Mutex
	stopped bool
	grace   context.Context // of the stop; nil before it
	shorten func()          // ends the grace that a lost lease leaves; nil where there is none
	cancel  context.CancelFunc
	term    context.Context // the one that is held; nil while none is
	ended   chan struct{}   // closed when the last term is over
	err     error           // of the term that the stop has ended
}

// NewFollower returns a follower that has not been told of any lease. It reports the errors of terms that a lease has
// ended; Stop returns those of the one that it ends.
func NewFollower(work Work, report func(error)) *Follower {
	ended := make(chan struct{})
	close(ended)
	return &Follower{work: work, report: report, ended: ended}
}

// Follow has the elector tell of the lease. The elector may hold it already.
func (f *Follower) Follow(elector Elector) { elector.SetCallBackFuncs(f.gained, f.lost) }

// gained begins a term and returns at once: the elector holds a lock meanwhile. It may be called late, when the lease
// is lost again, which ctx tells, and after the stop.
func (f *Follower) gained(ctx context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopped || ctx.Err() != nil || f.term != nil && f.term.Err() == nil {
		return
	}
	term, cancel := context.WithCancel(ctx)
	before, ended := f.ended, make(chan struct{})
	f.term, f.cancel, f.ended = term, cancel, ended
	go func() {
		defer close(ended)
		defer cancel()
		<-before
		f.repeat(term)
	}()
}

// repeat does the work of a term, again after a while where it returns before the lease is lost.
func (f *Follower) repeat(term context.Context) {
	for wait := firstPause; term.Err() == nil; wait = min(2*wait, longestPause) {
		if err := f.work(term, f.graceNow); err != nil {
			f.failed(err)
		}
		select {
		case <-time.After(wait):
		case <-term.Done():
		}
	}
}

// failed keeps an error for the stop, or reports it.
func (f *Follower) failed(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopped {
		f.err = err
		return
	}
	f.report(err)
}

const (
	// firstPause is the wait after a work that has returned while the lease is held: about as long as a replica that was
	// suspended needs to find out that it has lost its lease. Each further one doubles it.
	firstPause   = 10 * time.Second
	longestPause = 5 * time.Minute
)

// lost ends a term, and returns at once.
func (f *Follower) lost() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cancel != nil {
		f.cancel()
	}
}

// graceNow is the context within which a term that is over must end: that of the stop, or [LostGrace] from now.
func (f *Follower) graceNow() context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.grace != nil {
		return f.grace
	}
	ctx, cancel := context.WithTimeout(context.Background(), LostGrace)
	context.AfterFunc(ctx, cancel)
	f.shorten = cancel
	return ctx
}

// stopMargin is how long after the end of its context a stop waits for the work: to end a delivery that does not return
// and to close a storage that hangs takes less.
const stopMargin = 3500 * time.Millisecond

// Stop ends the term, and waits until its work is done, which has the time that ctx gives. Nothing begins after it,
// whatever the elector calls. The error is that of the work, or says that it has not ended, as where a storage does not
// return from a call.
func (f *Follower) Stop(ctx context.Context) error {
	f.mu.Lock()
	f.stopped, f.grace = true, ctx
	if f.shorten != nil {
		defer context.AfterFunc(ctx, f.shorten)()
	}
	if f.cancel != nil {
		f.cancel()
	}
	ended := f.ended
	f.mu.Unlock()
	select {
	case <-ended:
	case <-ctx.Done():
		select {
		case <-ended:
		case <-time.After(stopMargin):
			return errors.New("polling has not ended, since a call of the storage does not return: check its disk or its server")
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}
