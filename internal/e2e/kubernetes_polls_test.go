// SPDX-License-Identifier: Apache-2.0

//go:build kubernetes

package e2e

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// replicaHeader is the header by which requests say which replica sends them.
const replicaHeader = "X-Replica"

// pollTrace is an org that notes who asks it for pages, and when, by its clock.
type pollTrace struct {
	*simulator
	mu    sync.Mutex
	polls []pageRequest
}

type pageRequest struct {
	replica      string
	began, ended time.Time
}

// tracePolls puts itself before a simulator.
func tracePolls(t *testing.T, org *simulator) *pollTrace {
	t.Helper()
	trace := &pollTrace{simulator: org}
	org.leave()
	org.handler = trace
	org.comeBack(t)
	return trace
}

// ServeHTTP implements http.Handler.
func (p *pollTrace) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := p.Now()
	p.Org.ServeHTTP(w, r)
	// The check of the connection asks for one event.
	if r.URL.Query().Get("limit") == strconv.Itoa(replicaPage) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.polls = append(p.polls, pageRequest{replica: r.Header.Get(replicaHeader), began: began, ended: p.Now()})
	}
}

// awaitPoll waits until a replica has asked for a page after a time, and returns how much later that was.
func (p *pollTrace) awaitPoll(t *testing.T, replica string, after time.Time) (later time.Duration) {
	t.Helper()
	eventually(t, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		i := slices.IndexFunc(p.polls, func(poll pageRequest) bool { return poll.replica == replica && poll.began.After(after) })
		if i >= 0 {
			later = p.polls[i].began.Sub(after)
		}
		return i >= 0
	}, patience, 10*time.Millisecond, "replica %s does not poll", replica)
	return later
}

// overlaps is how replicas have followed each other at an org.
type overlaps struct {
	turns int // how many times a replica has polled after another one, or as the first
	// late counts the requests that a replica has sent, or had under way, after the next one had begun to poll, and
	// mostLate those of one turn.
	late, mostLate int
	// longest is how long such a request was under way beside those of the next replica.
	longest time.Duration
}

// overlaps looks at all requests so far. A replica that polls again in a term of its own has more than one request.
func (p *pollTrace) overlaps() (o overlaps) {
	p.mu.Lock()
	polls := slices.Clone(p.polls)
	p.mu.Unlock()
	inTurn := 0
	count := func() {
		o.late++
		inTurn++
		o.mostLate = max(o.mostLate, inTurn)
	}
	slices.SortFunc(polls, func(a, b pageRequest) int { return a.began.Compare(b.began) })
	for i, poll := range polls {
		if i > 0 && polls[i-1].replica == poll.replica {
			continue
		}
		single := i > 0 && (i+1 == len(polls) || polls[i-1].replica == polls[i+1].replica)
		if single { // a request between two of another replica, or the last one
			count()
			continue
		}
		if i > 1 && polls[i-2].replica == poll.replica && polls[i-1].replica != poll.replica {
			continue // goes on after such a request
		}
		o.turns++
		inTurn = 0
		if i > 0 {
			if beside := polls[i-1].ended.Sub(poll.began); beside > 0 {
				count()
				o.longest = max(o.longest, beside)
			}
		}
	}
	return o
}
