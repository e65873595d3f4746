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
	// settleStep and settleMost are how often it is looked whether everything has settled, and for
	// how long.
	settleStep = 10 * time.Minute
	settleMost = 12 * time.Hour
)

// run lets a history happen and returns the checks that failed.
func run(t *testing.T, h *history, tally *tally) (found []violation) {
	defer func() {
		// The bubble panics when goroutines are left in it for ever.
		if stuck := recover(); stuck != nil {
			found = append(found, violation{"leftovers", fmt.Sprint(stuck)})
		}
	}()
	synctest.Test(t, func(*testing.T) {
		w := newWorld(h, tally)
		w.live()
		w.settle()
		early := w.failed() // nothing is lost as long as there is time to deliver it
		w.end()
		if found = w.failed(); len(early) == 0 {
			found = w.verdict()
		}
	})
	return found
}

// world is all receivers of a history and what surrounds them.
type world struct {
	history *history
	tally   *tally
	began   time.Time
	members []*member
	running sync.WaitGroup
}

func newWorld(h *history, tally *tally) *world {
	w := &world{history: h, tally: tally, began: time.Now()}
	for i, s := range h.setups {
		m := newMember(i, s, tally)
		w.members = append(w.members, m)
	}
	return w
}

// live takes the steps at their times, until a check fails. Those at the very beginning come before
// the first process, so that it begins amid them.
func (w *world) live() {
	rest := w.history.steps
	for ; len(rest) > 0 && rest[0].at == 0; rest = rest[1:] {
		w.take(rest[0])
	}
	for _, m := range w.members {
		w.running.Go(m.supervise)
	}
	for _, s := range rest {
		time.Sleep(time.Until(w.began.Add(s.at)))
		if len(w.failed()) > 0 {
			return
		}
		w.take(s)
	}
	time.Sleep(time.Until(w.began.Add(w.history.length)))
}

func (w *world) take(s step) {
	w.tally.add(nameOf(s.act), 1)
	s.act.on(w.members[s.member])
}

// settle repairs everything, and gives the receivers the time they need.
func (w *world) settle() {
	for _, m := range w.members {
		m.heal()
	}
	for waited := time.Duration(0); waited < settleMost && len(w.failed()) == 0; waited += settleStep {
		time.Sleep(settleStep)
		synctest.Wait()
		if w.settled() {
			return
		}
	}
}

// settled reports whether nothing is missing, and each receiver runs and has had the time to poll and to
// store where it is.
func (w *world) settled() bool {
	return !slices.ContainsFunc(w.members, func(m *member) bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.life.over || time.Since(m.life.began) < 2*m.setup.poll || len(m.judge()) > 0
	})
}

// end stops the receivers for good.
func (w *world) end() {
	for _, m := range w.members {
		m.orders <- func() { m.stop(0) }
		close(m.orders)
	}
	w.running.Wait()
	synctest.Wait()
	w.tally.add("simulated minutes", int(time.Since(w.began).Minutes()))
}

// failed returns the checks that have failed so far.
func (w *world) failed() (found []violation) {
	for _, m := range w.members {
		m.mu.Lock()
		found = append(found, m.violation...)
		m.mu.Unlock()
	}
	return found
}

// verdict returns all checks that have failed, those for the end included.
func (w *world) verdict() (found []violation) {
	for _, m := range w.members {
		found = append(found, m.verdict()...)
	}
	return append(found, leftGoroutines()...)
}
