// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// replicaSetup is how the two replicas of a node come to poll one after the other; the zero value is one process
// without a lease.
type replicaSetup struct {
	on        bool
	exclusive bool // one replica at a time can have the storage open, as with the files of file_storage
}

func (r replicaSetup) String() string {
	if r.exclusive {
		return "two replicas follow a lease, one at a time opens the storage"
	}
	return "two replicas follow a lease"
}

const (
	// leaseDuration is how long a lease is nobody's when its holder is gone, and leaseRetry how much longer it takes until
	// another replica asks for it.
	leaseDuration = 9 * time.Second
	leaseRetry    = 6 * time.Second
	// toldLate is how long after it goes on a suspended holder is told at most that it has lost the lease.
	toldLate = 2 * time.Second
	// lostGrace is what the receiver allows a delivery in hand; a lease passes on later than that.
	lostGrace = 2 * time.Second
)

// lease is what the replicas of a node follow. The node's lock guards it.
type lease struct {
	holder   *process       // nil while nobody holds it
	since    time.Time      // when the holder gained it
	free     time.Time      // when somebody may gain it
	inCommit func(*process) // what happens to the holder in the middle of its next commit; nil for nothing
}

// member is what a process knows of the lease, and what is known of its terms. The node's lock guards it.
type member struct {
	gained     func(context.Context) // nil before the receiver follows
	lost       func()
	endTerm    context.CancelFunc
	opened     time.Time // when it last opened the storage, which it reads then
	told       time.Time // when it was told that the lease is lost; zero while it is not
	toldBefore time.Time // when it was told so before this term; zero in the first one
	epoch      string    // that it has named last
	late       int       // events that it has delivered in this term though another replica had taken over
	lateBefore int       // and in the term before
	uncounted  int       // writes in this term that did not count, since another replica had taken over
	delivering int       // calls of the pipeline that are under way
	accepted   time.Time // when the pipeline accepted something from it last
	suspended  time.Time // until then nothing that it does goes on
}

var electorID = component.MustNewID("simulated_elector")

// elector tells a process of the lease, as contrib's k8s_leader_elector does.
type elector struct {
	component.StartFunc
	component.ShutdownFunc
	process *process
}

// SetCallBackFuncs has a process take part.
func (e *elector) SetCallBackFuncs(gained func(context.Context), lost func()) {
	p, n := e.process, e.process.node
	n.mu.Lock()
	defer n.mu.Unlock()
	p.member.gained, p.member.lost = gained, lost
	if n.lease.holder == nil && !time.Now().Before(n.lease.free) && p.jitterSeed%2 == 0 {
		n.grant(p, true)
		return
	}
	time.AfterFunc(time.Second, n.offerLease)
}

// grant makes a process the holder; before says that it was before the receiver asked. It needs the lock.
func (n *node) grant(p *process, before bool) {
	n.coverage.add("met: a lease that is gained", 1)
	n.lease.holder, n.lease.since, n.process = p, time.Now(), p
	p.beginTerm(before)
}

// beginTerm calls a process that holds the lease, as often as that is done. It needs the lock.
func (p *process) beginTerm(before bool) {
	m := &p.member
	ctx, end := context.WithCancel(context.Background())
	m.endTerm = end
	if before { // the extension tells nothing of the end then
		ctx = context.Background()
	}
	m.toldBefore, m.told = m.told, time.Time{}
	m.lateBefore, m.late, m.uncounted = m.late, 0, 0
	go m.gained(ctx) // as client-go calls it: it may come after lost
}

// offerLease has a process gain the lease if nobody holds it: another one than the last, where there is one.
func (n *node) offerLease() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.lease.holder != nil || time.Now().Before(n.lease.free) {
		return
	}
	able := slices.DeleteFunc(slices.Clone(n.processes), func(p *process) bool {
		m := p.member
		untold := m.endTerm != nil && m.told.IsZero()
		return p.ended || p.stopping || m.gained == nil || untold || time.Now().Before(m.suspended)
	})
	if len(able) == 0 {
		time.AfterFunc(leaseRetry, n.offerLease)
		return
	}
	next := slices.IndexFunc(able, func(p *process) bool { return p != n.process })
	n.grant(able[max(0, next)], false)
}

// loseLease takes the lease from a process that holds it, and has it pass on after some time. It needs the lock.
func (n *node) loseLease(p *process, after time.Duration) {
	if n.lease.holder != p {
		return
	}
	n.lease.holder, n.lease.free, n.lease.inCommit = nil, time.Now().Add(after), nil
	time.AfterFunc(after, n.offerLease)
}

// pollsSince is when the latest process began to poll. It needs the lock.
func (n *node) pollsSince() time.Time {
	switch {
	case !n.setup.replicas.on:
		return n.process.started
	case n.lease.holder == nil:
		return time.Now()
	}
	return n.lease.since
}

// tell has a process know that it has lost the lease. It needs the lock.
func (p *process) tell() {
	m := &p.member
	if m.endTerm == nil || !m.told.IsZero() || p.ended {
		return
	}
	m.told = time.Now()
	m.endTerm()
	m.lost()
}

// waitSuspended takes as long as the process is suspended.
func (p *process) waitSuspended() {
	for {
		var left time.Duration
		p.node.locked(func() { left = time.Until(p.member.suspended) })
		if left <= 0 {
			return
		}
		select {
		case <-time.After(left):
		case <-p.done:
			return
		}
	}
}

var errStorageOpen = errors.New("timeout: another process has the storage open")

// openElsewhere reports whether another process has a storage open that only one can. It needs the lock.
func (p *process) openElsewhere() bool {
	return p.node.setup.replicas.exclusive && slices.ContainsFunc(p.node.processes, func(other *process) bool {
		return other != p && !other.ended && other.openClients > 0
	})
}

// inCommit has happen what is to happen to a process in the middle of a commit.
func (p *process) inCommit() {
	n := p.node
	n.locked(func() {
		if happen := n.lease.inCommit; happen != nil && n.lease.holder == p && len(p.uncommitted) > 0 {
			n.lease.inCommit = nil
			happen(p)
		}
	})
	p.waitSuspended()
}

// namesEpoch is the epoch that operations name, "" where they name none.
func namesEpoch(ops []*storage.Operation) string {
	for _, op := range ops {
		if op.Type == storage.Set && (op.Key == "epoch" || strings.HasPrefix(op.Key, "replay/") && strings.HasSuffix(op.Key, "/epoch")) {
			return epochIn(op.Value)
		}
	}
	return ""
}
