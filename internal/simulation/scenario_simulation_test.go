// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const (
	// settleStep is how often it is checked whether every node has settled, and maxSettle for how long.
	settleStep = 10 * time.Minute
	maxSettle  = 12 * time.Hour
)

// runHistory lets a history happen and returns the checks that failed. Each request and each delivery is
// written into the trace, unless that is nil.
func runHistory(t *testing.T, h *history, cov *coverage, tr *trace) (found []violation) {
	defer func() {
		// The bubble panics when goroutines are left in it that wait for ever.
		if stuck := recover(); stuck != nil {
			found = append(found, violation{"leftovers", fmt.Sprint(stuck)})
		}
	}()
	synctest.Test(t, func(*testing.T) {
		s := newSimulation(h, cov, tr)
		s.run()
		s.settle()
		early := s.violations() // nothing is lost as long as there is time to deliver it
		s.stop()
		if found = s.violations(); len(early) == 0 {
			found = s.finalChecks()
		}
	})
	return found
}

// simulation is a history that happens: its nodes, and the time that has passed.
type simulation struct {
	history  *history
	coverage *coverage
	began    time.Time
	nodes    []*node
	running  sync.WaitGroup
}

func newSimulation(h *history, cov *coverage, tr *trace) *simulation {
	s := &simulation{history: h, coverage: cov, began: time.Now()}
	tr.begin(s.began)
	for i, set := range h.setups {
		s.nodes = append(s.nodes, newNode(i, set, cov, tr))
	}
	return s
}

// run takes the steps at their times, until a check fails. Those at the very beginning come before the first
// process, so that it starts in the midst of them.
func (s *simulation) run() {
	rest := s.history.steps
	for ; len(rest) > 0 && rest[0].at == 0; rest = rest[1:] {
		s.take(rest[0])
	}
	for _, n := range s.nodes {
		s.running.Go(n.supervise)
	}
	for _, next := range rest {
		time.Sleep(time.Until(s.began.Add(next.at)))
		if len(s.violations()) > 0 {
			return
		}
		s.take(next)
	}
	time.Sleep(time.Until(s.began.Add(s.history.length)))
}

func (s *simulation) take(next timedStep) {
	s.coverage.add(stepName(next.step), 1)
	next.step.apply(s.nodes[next.node])
}

// settle repairs everything, and gives the receivers the time they need.
func (s *simulation) settle() {
	for _, n := range s.nodes {
		n.repair()
	}
	s.awaitSettled()
	if s.passPoison() {
		s.awaitSettled()
	}
	s.passRest()
}

// awaitSettled waits until every node has settled, or a check has failed.
func (s *simulation) awaitSettled() {
	for waited := time.Duration(0); waited < maxSettle && len(s.violations()) == 0; waited += settleStep {
		time.Sleep(settleStep)
		synctest.Wait()
		if s.settled() {
			return
		}
		if s.history.calm {
			s.checkLag(waited + settleStep)
		}
	}
}

// checkLag finds nodes that have not delivered everything though they had the time.
func (s *simulation) checkLag(waited time.Duration) {
	for _, n := range s.nodes {
		n.locked(func() { n.checkLag(waited) })
	}
}

// settled reports whether nothing is missing, and each receiver runs and has had the time to poll and to store
// its position.
func (s *simulation) settled() bool {
	return !slices.ContainsFunc(s.nodes, func(n *node) bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.setup.reads.on {
			return n.process.ended || !n.process.rangeEnded
		}
		return n.process.ended || time.Since(n.pollsSince()) < 2*n.setup.pollInterval || len(n.missingEvents()) > 0
	})
}

// stop stops the receivers for good.
func (s *simulation) stop() {
	for _, n := range s.nodes {
		n.commands <- n.stopAll
		close(n.commands)
	}
	s.running.Wait()
	synctest.Wait()
	s.coverage.add("simulated minutes", int(time.Since(s.began).Minutes()))
}

// violations returns the checks that have failed so far.
func (s *simulation) violations() (found []violation) {
	for _, n := range s.nodes {
		n.locked(func() { found = append(found, n.violations...) })
	}
	return found
}

// finalChecks does the checks that are for the end and returns all that have failed.
func (s *simulation) finalChecks() (found []violation) {
	for _, n := range s.nodes {
		found = append(found, n.finalChecks()...)
	}
	return append(found, remainingGoroutines()...)
}
