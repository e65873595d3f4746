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

// member is one receiver's part of the world: its org, its storage, its pipeline, and the processes
// in which it lives one after the other.
type member struct {
	number int
	setup  setup
	host   string
	token  string // the API token
	org    *oktatest.Org
	tally  *tally
	orders chan func()   // for the supervisor
	healed chan struct{} // closed when the history is let settle

	// mu guards everything below, and the life in hand.
	mu        sync.Mutex
	life      *life
	lives     []*life
	query     query
	periods   []period
	disk      disk
	pipeline  pipeline
	network   network
	armed     map[moment]crashAt
	events    map[string]*event
	happened  int // how many events there are
	firsts    int // how many of them were delivered
	again     int // how many were delivered once more, rightly
	owed      owed
	violation []violation
}

// period is a time during which the receiver asks for the same events.
type period struct {
	query query
	began time.Time
}

// owed is where the history begins: events from there on must be delivered.
type owed struct {
	known bool
	at    time.Time // when the first position was stored
	since time.Time // how far that looked back, on Okta's clock
	ahead time.Duration
}

// violation is a check that failed.
type violation struct{ check, what string }

func (v violation) String() string { return v.check + ": " + v.what }

// runs makes the hosts of all runs different: receivers in one process share what Okta allows a host.
var runs atomic.Uint64

func newMember(number int, s setup, tally *tally) *member {
	m := &member{
		number: number, setup: s, host: fmt.Sprintf("run%d.%s", runs.Add(1), hostOf(number)), token: fmt.Sprintf("00SyntheticTokenOfOrg%021d", number+1), tally: tally,
		orders: make(chan func(), 1<<12), healed: make(chan struct{}),
		query: s.query, periods: []period{{query: s.query, began: time.Now()}},
		disk:   disk{values: map[string][]byte{}},
		armed:  map[moment]crashAt{},
		events: map[string]*event{},
		owed:   owed{ahead: s.skew},
	}
	m.network.used, m.network.access = map[string]struct{}{}, map[string]struct{}{}
	opts := oktatest.Options{
		Token: m.token, Skew: s.skew, PageLatency: s.latency, ScanLimit: s.scanLimit,
		FoldLinks: s.foldLinks, OmitNextWhenEmpty: s.omitNext, NoCursorWhenFirstIsEmpty: s.sinceNext, RequestLog: -1,
	}
	s.limits.options(&opts)
	if s.oauth {
		opts.Apps = map[string]oktatest.App{clientID: {
			Keys: []oktatest.AppKey{oktatest.ActiveKey("key", appKey().public)}, RequireDPoP: true, TokenLifetime: s.tokenLife,
		}}
		opts.OAuth = oktatest.OAuth{NonceLifetime: s.nonceLife, NonceGrace: 2 * s.nonceLife}
		if s.askNonce {
			opts.OAuth.ResourceNonce = oktatest.NonceAsked401
		}
	}
	if s.hook.on() {
		opts.Hooks = s.hook.options(m)
	}
	m.org = oktatest.NewOrg(opts)
	m.happen(s.backlog, 10*time.Minute, 3*time.Hour)
	return m
}

// happen appends events to the log that were published up to late before they were persisted, some
// time ago. Where they are announced before they can be read, that is soon.
func (m *member) happen(n int, late, ago time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.setup.large {
		n = min(n, mostEvents-m.happened)
	}
	m.tally.add("events", n)
	at := m.org.Now().Add(-ago)
	for i, e := range makeEvents(m.number, m.happened, n, at, late) {
		e.happened = time.Now()
		e.large = m.setup.large && (m.happened+i)%4 == 0
		m.events[e.uuid] = e
		m.org.AppendAt(at.Add(m.setup.hook.lead), e.entry())
	}
	m.happened += n
}

// fails notes that a check failed. It needs the lock.
func (m *member) fails(check, format string, args ...any) {
	m.violation = append(m.violation, violation{check, hostOf(m.number) + ": " + fmt.Sprintf(format, args...)})
}

// supervise starts the receiver's first process and does what it is told, one thing after the
// other, until there are no more orders.
func (m *member) supervise() {
	m.start()
	defer m.announce()()
	for order := range m.orders {
		order()
	}
}

// start begins a life on what the storage holds.
func (m *member) start() {
	m.mu.Lock()
	l := &life{member: m, began: time.Now(), ended: make(chan struct{}), period: len(m.periods) - 1}
	m.life, m.lives = l, append(m.lives, l)
	m.stir()
	m.mu.Unlock()
	m.tally.add("processes", 1)
	if err := l.start(); err != nil {
		m.mu.Lock()
		m.fails("start", "%v", err)
		m.mu.Unlock()
	}
}

// crash ends the life in hand at this instant, as a power cut does, and lets another begin after
// some time. It needs the lock.
func (m *member) crash(l *life, down time.Duration) {
	if l == nil || l.over {
		return
	}
	m.tally.add("crashes", 1)
	l.finish(true)
	m.orders <- func() {
		if m.life != l {
			return // it crashed while it was being restarted
		}
		// Only so that its goroutines end: nothing that it does counts any more.
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = l.receiver.Shutdown(ctx)
		l.sumUp()
		l.count()
		time.Sleep(down)
		m.start()
	}
}

// crashIfArmed crashes the process when a step said that it does so at this moment. It needs the lock.
func (m *member) crashIfArmed(l *life, when moment) bool {
	c, armed := m.armed[when]
	if !armed || l.over {
		return false
	}
	delete(m.armed, when)
	m.tally.add("crash "+when.String(), 1)
	m.crash(l, c.down)
	return true
}

// restart stops the receiver in an orderly way and starts it again, with another query if that is
// wanted.
func (m *member) restart(r restart) {
	m.stop(r.grace)
	m.mu.Lock()
	changed := m.query
	if r.filter >= 0 {
		changed.filter = r.filter
	}
	if r.pageSize > 0 {
		changed.pageSize = r.pageSize
	}
	if changed != m.query {
		m.query = changed
		m.periods = append(m.periods, period{query: changed, began: time.Now()})
	}
	m.mu.Unlock()
	time.Sleep(r.down)
	m.start()
}

// stop shuts the receiver down and checks that it does so in time.
func (m *member) stop(grace time.Duration) {
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
	m.change(func() { m.life.answers = nil }) // hanging up comes first
	began := time.Now()
	err := m.life.receiver.Shutdown(ctx)
	took := time.Since(began)
	m.life.sumUp()

	m.mu.Lock()
	defer m.mu.Unlock()
	m.tally.add("restarts", 1)
	if m.life.stalled {
		allowed += closing
	}
	if took > allowed {
		m.fails("shutdown", "Shutdown took %s of the %s it had", took, allowed)
	}
	m.life.finish(err != nil || m.life.storeFailed)
	m.life.countLocked()
}

// heal repairs everything that was broken.
func (m *member) heal() {
	m.org.ClearFaults()
	m.org.ClearTokenFaults()
	m.org.SetToken(m.token, oktatest.TokenValid)
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.armed)
	m.disk.heal()
	m.pipeline = pipeline{}
	close(m.healed)
}
