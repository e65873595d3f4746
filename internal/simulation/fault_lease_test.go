// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"time"
)

// leaseLost is a holder that is told that it has lost its lease.
type leaseLost struct{ after time.Duration }

func (f leaseLost) String() string {
	return fmt.Sprintf("the lease is lost, and can be gained after %s", f.after)
}

func (f leaseLost) apply(n *node) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if holder := n.lease.holder; holder != nil {
		n.coverage.add("met: a lease that is lost", 1)
		n.loseLease(holder, f.after)
		holder.tell()
	}
}

// leaseLostInCommit is a holder that is told so while it stores something.
type leaseLostInCommit struct{}

func (leaseLostInCommit) String() string { return "the lease is lost in the middle of the next commit" }

func (f leaseLostInCommit) apply(n *node) { n.locked(func() { n.lease.inCommit = f.happen }) }

func (leaseLostInCommit) happen(p *process) {
	n := p.node
	n.coverage.add("met: a lease that is lost in a commit", 1)
	n.loseLease(p, lostGrace+leaseRetry)
	p.tell()
}

// suspendInCommit is a holder that is suspended between its last look at the storage and its write.
type suspendInCommit struct{ suspend }

func (f suspendInCommit) String() string {
	return "in the middle of the next commit " + f.suspend.String()
}

func (f suspendInCommit) apply(n *node) { n.locked(func() { n.lease.inCommit = f.happen }) }

// leaseGainedTwice is a holder that is told so once more, or right after it was told that it has lost the lease.
type leaseGainedTwice struct{ lost bool }

func (f leaseGainedTwice) String() string {
	if f.lost {
		return "the lease is lost, and gained again by the same replica at once"
	}
	return "the holder of the lease is told so once more"
}

func (f leaseGainedTwice) apply(n *node) {
	n.mu.Lock()
	defer n.mu.Unlock()
	holder := n.lease.holder
	if holder == nil {
		return
	}
	n.coverage.add("met: a lease that is gained twice", 1)
	if !f.lost {
		go holder.member.gained(context.Background())
		return
	}
	holder.tell()
	n.lease.since = time.Now()
	holder.beginTerm(false)
}

// suspend is a holder that does nothing for a while, as after SIGSTOP, and is told late that it has lost its lease.
type suspend struct{ last, told time.Duration }

func (f suspend) String() string {
	return fmt.Sprintf("the holder of the lease is suspended for %s, and told %s later that it has lost it", f.last, f.told)
}

func (f suspend) apply(n *node) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.lease.holder != nil {
		f.happen(n.lease.holder)
	}
}

// happen suspends the holder. It needs the lock.
func (f suspend) happen(p *process) {
	n := p.node
	n.coverage.add("met: a holder that is suspended", 1)
	p.member.suspended = time.Now().Add(f.last)
	if f.last < leaseDuration { // it renews its lease in time
		return
	}
	n.loseLease(p, leaseDuration)
	time.AfterFunc(f.last+f.told, func() { n.locked(p.tell) })
}

// leaseKinds are the kinds of steps of a lease.
var leaseKinds = []stepKind{
	func(r random, _ setup) step {
		return leaseLost{after: r.between(lostGrace+time.Second, leaseDuration+leaseRetry)}
	},
	func(random, setup) step { return leaseLostInCommit{} },
	func(r random, _ setup) step { return leaseGainedTwice{lost: r.oneIn(2)} },
	func(r random, _ setup) step { return r.suspend() },
	func(r random, _ setup) step { return suspendInCommit{r.suspend()} },
}

func (r random) suspend() suspend {
	return suspend{last: r.between(time.Second, pick(r, time.Minute, 10*time.Minute)), told: r.between(0, toldLate)}
}

// leaseSteps makes what happens to the lease of a node, often close to something else.
func (r random) leaseSteps(node int, set setup, others []timedStep, length time.Duration) (steps []timedStep) {
	for range 3 + r.IntN(12) {
		at := r.between(0, length)
		if len(others) > 0 && !r.oneIn(3) {
			at = min(length, pick(r, others...).at+r.between(0, 30*time.Second))
		}
		steps = append(steps, timedStep{at, node, pick(r, leaseKinds...)(r, set)})
	}
	if r.oneIn(2) { // a delivery outlives its term, while the same replica begins another
		at, gained := r.between(0, length), set.pollInterval+r.between(0, 2*time.Minute)
		steps = append(steps,
			timedStep{at, node, pipelineBlocks{last: gained + time.Minute, ignoresContext: true}},
			timedStep{at, node, newEvents{count: 5}},
			timedStep{min(length, at+gained), node, leaseGainedTwice{lost: true}})
	}
	return steps
}
