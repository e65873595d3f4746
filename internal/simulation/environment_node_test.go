// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// node is one receiver and everything around it: its org, its storage, its pipeline, and the processes
// in which it runs, one after the other.
type node struct {
	number int
	setup  setup
	token  string // the API token
	org    *oktatest.Org
	hosts  orgHosts
	// anotherOrg is one that org_url may lead to by mistake.
	anotherOrg *oktatest.Org
	coverage   *coverage
	trace      *trace        // nil where nobody reads it
	commands   chan func()   // for supervise
	repaired   chan struct{} // closed when everything that was broken is repaired

	// mu guards everything below, and the fields of each process.
	mu              sync.Mutex
	process         *process // the latest one; of two replicas, the one that gained the lease last
	processes       []*process
	orgURL          orgURL
	query           query
	periods         []period
	lease           lease
	commits         []commit // of replicas
	disk            disk
	pipeline        pipeline
	network         network
	crashes         map[moment]crashAt // those that wait for their moment
	events          map[string]*event
	eventCount      int // how many events were appended to the log
	firstDeliveries int // how many of them were delivered
	repeats         int // how many were delivered again, and were allowed to be
	owed            owed
	violations      []violation
	captured        []string // deliveries of the event hook that strangers may send again
	reading         reading
}

// period is a time during which the receiver asks for the same events.
type period struct {
	query query
	began time.Time
}

// owed is where the history begins: events from there on must be delivered.
type owed struct {
	known bool
	at    time.Time     // when the first position was stored
	since time.Time     // how far that looked back, on Okta's clock
	ahead time.Duration // how far Okta's clock was ahead at most until then
}

// runs makes the hosts of all runs different, because receivers in one process share the rate budget of a
// host.
var runs atomic.Uint64

func newNode(number int, set setup, cov *coverage, tr *trace) *node {
	n := &node{
		number: number, setup: set, coverage: cov, trace: tr,
		hosts:    newOrgHosts(fmt.Sprintf("run%d.%s", runs.Add(1), hostOf(number))),
		token:    fmt.Sprintf("00SyntheticTokenOfOrg%021d", number+1),
		commands: make(chan func(), 1<<12), repaired: make(chan struct{}),
		query: set.query, periods: []period{{query: set.query, began: time.Now()}},
		disk:    disk{values: map[string][]byte{}},
		crashes: map[moment]crashAt{},
		events:  map[string]*event{},
		owed:    owed{ahead: set.skew},
	}
	n.orgURL = n.hosts.own()
	n.pipeline.branches = make([]branch, len(set.branches))
	n.network.sentOnce, n.network.accessTokens = map[string]struct{}{}, map[string]struct{}{}
	n.org = oktatest.NewOrg(n.orgOptions())
	another := n.orgOptions()
	another.OrgID = "00oSyntheticAnother"
	n.anotherOrg = oktatest.NewOrg(another)
	if set.reads.on {
		n.beginRange()
	} else {
		n.appendEvents(set.backlog, 10*time.Minute, 3*time.Hour)
	}
	return n
}

// locked does something under the lock.
func (n *node) locked(do func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	do()
}

// fail notes that a check failed. It needs the lock.
func (n *node) fail(check, format string, args ...any) {
	n.violations = append(n.violations, violation{check, hostOf(n.number) + ": " + fmt.Sprintf(format, args...)})
}

// supervise starts the receiver's first process and runs the commands one after the other, until the channel
// is closed.
func (n *node) supervise() {
	n.start()
	if n.setup.replicas.on {
		n.start()
	}
	defer n.sendAnnouncements()()
	for command := range n.commands {
		command()
	}
}

// start starts a process on what the storage holds.
func (n *node) start() {
	n.mu.Lock()
	p := &process{node: n, orgURL: n.orgURL, started: time.Now(), done: make(chan struct{}), period: len(n.periods) - 1}
	if n.process == nil || n.process.ended || !n.setup.replicas.on {
		n.process = p
	}
	n.processes = append(n.processes, p)
	p.jitterSeed = mix(n.setup.jitterSeed + uint64(len(n.processes)))
	n.disturb()
	n.noteResumed()
	n.mu.Unlock()
	n.coverage.add("processes", 1)
	if err := p.start(); err != nil {
		n.locked(func() { n.fail("start", "%v", err) })
	}
}

// crash ends a process at this instant, as a power cut does, and has the next one started after some time.
// It needs the lock.
func (n *node) crash(p *process, down time.Duration) {
	if p == nil || p.ended {
		return
	}
	n.coverage.add("crashes", 1)
	p.end(true)
	n.commands <- func() {
		if p.stopping {
			return // it crashed while it was being restarted
		}
		n.locked(func() { p.stopping = true })
		// Only so that its goroutines end: nothing that it does counts any more.
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = p.receiver.Shutdown(ctx)
		p.addMetrics()
		n.locked(p.checkClosed)
		time.Sleep(down)
		n.start()
	}
}

// crashIfPlanned crashes the process when a step has planned a crash for this moment. It needs the lock.
func (n *node) crashIfPlanned(p *process, when moment) bool {
	planned, ok := n.crashes[when]
	if !ok || p.ended {
		return false
	}
	delete(n.crashes, when)
	n.coverage.add("crash "+when.String(), 1)
	n.crash(p, planned.down)
	return true
}

// restart stops the receiver in an orderly way and starts it again, with another query or org_url if the restart
// names one.
func (n *node) restart(r restart) {
	n.stop(n.latest(), r.grace)
	n.mu.Lock()
	if r.orgURL != (orgURL{}) {
		n.orgURL = r.orgURL
	}
	changed := n.query
	if r.filter >= 0 {
		changed.filter = r.filter
	}
	if r.pageSize > 0 {
		changed.pageSize = r.pageSize
	}
	if changed != n.query {
		n.query = changed
		n.periods = append(n.periods, period{query: changed, began: time.Now()})
	}
	n.mu.Unlock()
	time.Sleep(r.down)
	n.start()
}

// latest is the process that steps are about.
func (n *node) latest() (p *process) {
	n.locked(func() { p = n.process })
	return p
}

// stopAll stops whatever runs.
func (n *node) stopAll() {
	for _, p := range n.processes {
		if !p.stopping {
			n.stop(p, 0)
		}
	}
}

// stop shuts the receiver of a process down and checks that it does so in time.
func (n *node) stop(p *process, grace time.Duration) {
	const (
		own     = 5 * time.Second // what the receiver allows itself when nobody sets a deadline
		abort   = 3 * time.Second // for a delivery to return once its context has ended
		closing = 2 * time.Second // for a storage that stalls to be closed
	)
	ctx, cancel := context.Background(), context.CancelFunc(func() {})
	allowed := own + abort
	if grace > 0 {
		ctx, cancel = context.WithTimeout(ctx, grace)
		allowed = grace + abort
	}
	defer cancel()
	n.locked(func() { p.hookHandler = nil }) // a collector that stops refuses connections first
	p.enter(shutdownCall)
	n.locked(func() { p.stopping = true })
	began := time.Now()
	err := p.receiver.Shutdown(ctx)
	took := time.Since(began)
	p.addMetrics()
	if p.member.gained != nil { // an elector knows nothing of Shutdown
		p.member.gained(context.Background())
		p.member.lost()
	}

	n.mu.Lock()
	defer n.mu.Unlock()
	n.coverage.add("restarts", 1)
	if p.stalled {
		allowed += closing
	}
	if took > allowed {
		n.fail("shutdown", "Shutdown took %s of the %s it had", took, allowed)
	}
	p.end(err != nil || p.storeFailed || !p.member.told.IsZero())
	p.checkClosed()
}

// repair ends all faults.
func (n *node) repair() {
	n.org.ClearFaults()
	n.org.ClearTokenFaults()
	n.org.SetToken(n.token, oktatest.TokenValid)
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.crashes)
	n.disk.repair()
	n.pipeline = pipeline{branches: make([]branch, len(n.setup.branches)), refusedSince: n.pipeline.refusedSince}
	close(n.repaired)
}
