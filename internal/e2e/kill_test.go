// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

var (
	kills = flag.Int("kills", 3, "how many times each of the kill tests kills the collector")
	seed  = flag.Uint64("seed", 0, "repeats the moments of the kills of an earlier run, which has logged its seed; 0 takes a new one")
)

// newRandom returns what chooses the moments of a test. Its seed is logged, so that they can be repeated.
func newRandom(t *testing.T) *rand.Rand {
	t.Helper()
	chosen := *seed
	if chosen == 0 {
		chosen = rand.Uint64()
	}
	t.Logf("go test ./internal/e2e -run '^%s$' -kills=%d -seed=%d repeats this", t.Name(), *kills, chosen)
	return rand.New(rand.NewPCG(chosen, 0))
}

// moment is a point in the way of a page at which the collector can be killed. prepare is called before the run begins,
// with a random number of pages that shall pass by first.
type moment struct {
	name    string
	prepare func(s *testbed, pages int) <-chan struct{}
	// spread is how long after the moment the kill comes at most.
	spread time.Duration
}

var moments = []moment{
	{"while the collector starts", func(*testbed, int) <-chan struct{} {
		now := make(chan struct{})
		close(now)
		return now
	}, 800 * time.Millisecond},
	{"while Okta says nothing", func(s *testbed, pages int) <-chan struct{} { return s.org.meet(pages, fault.Hang()) }, 0},
	{"in the middle of a page", func(s *testbed, pages int) <-chan struct{} { return s.org.meet(pages, fault.HangMidBody()) }, 0},
	{"before the far end accepts", func(s *testbed, pages int) <-chan struct{} { return s.far.meet(pages, unanswered) }, 0},
	{"before the far end says that it has accepted", func(s *testbed, pages int) <-chan struct{} { return s.far.meet(pages, acceptedUnanswered) }, 0},
	// A page is committed within a few milliseconds of its acceptance.
	{"about when a page is committed", func(s *testbed, pages int) <-chan struct{} { return s.far.meet(pages, accepted) }, 8 * time.Millisecond},
}

// killed runs the collector and kills it at a random moment, again and again. Each of the moments has its turn.
func (s *testbed) killed(t *testing.T, times, mostPages int) {
	t.Helper()
	random := newRandom(t)
	var turns []int
	for n := range times {
		if len(turns) == 0 {
			turns = random.Perm(len(moments))
		}
		moment, pages := moments[turns[0]], random.IntN(mostPages+1)
		turns = turns[1:]
		after := time.Duration(random.Int64N(int64(moment.spread) + 1))
		come := moment.prepare(s, pages)
		s.start(t)
		s.await(t, fmt.Sprintf("kill %d, %d pages on, %s", n, pages, moment.name), come)
		<-time.After(after) // this is no wait for something: it is the random part of the moment
		s.kill(t)
	}
}

func TestKilledWhileDraining(t *testing.T) { killedWhileDraining(t, "otelcol-okta") }

func killedWhileDraining(t *testing.T, program string) {
	t.Helper()
	s := newTestbed(t, 200, direct)
	s.program = program
	// More than the killed runs can drain: a page of each is in hand besides the pages that pass by.
	const mostPages = 8
	s.org.backlog((*kills + 1) * (mostPages + 2) * s.pageSize)
	s.killed(t, *kills, mostPages)
	s.start(t)
	s.finish(t)
}

func TestKilledWhileTailing(t *testing.T) { killedWhileTailing(t, "otelcol-okta") }

func killedWhileTailing(t *testing.T, program string) {
	t.Helper()
	s := newTestbed(t, 1000, direct)
	s.program = program
	s.org.backlog(1500)
	s.drained(t)
	ctx, cancel := context.WithCancel(t.Context())
	var events sync.WaitGroup
	events.Go(func() {
		generate.Feed{Generator: s.org.generator, Rate: 150, Late: 0.2}.Run(ctx, s.org.Org)
	})
	defer events.Wait()
	defer cancel()
	s.killed(t, *kills, 2)
	s.start(t)
	cancel()
	events.Wait()
	s.finish(t)
}
