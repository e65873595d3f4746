// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// orgsAndFarEnds is what many orgs talk to, in this process: a simulated org behind an address for each of them, since
// orgs are told apart by their hosts, and a far end behind a path for each.
type orgsAndFarEnds struct {
	org    *oktatest.Org
	server *http.Server
	port   string

	mu            sync.Mutex
	requests      []time.Time     // when the orgs were asked for anything
	answered      map[string]bool // hosts of orgs whose System Log has answered
	arrived       map[string]bool // paths of far ends, or of the one for all, that have got records
	records       int
	inFlight      int
	mostInFlight  int
	last, lastEnd time.Time // the last org's first answer, and the last org's event at its far end
	changed       chan struct{}
}

func startOrgs(ctx context.Context, n int) (*orgsAndFarEnds, error) {
	s := &orgsAndFarEnds{
		org:      oktatest.NewOrg(oktatest.Options{Token: token, RateLimit: oktatest.NoRateLimit, RequestLog: -1}),
		answered: map[string]bool{}, arrived: map[string]bool{}, changed: make(chan struct{}),
	}
	generate.Feed{Generator: generate.New(1)}.Backlog(s.org, 1, time.Hour) // an event that each of them has
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	port := "0"
	for i := range n + 1 {
		var listening net.ListenConfig
		listener, err := listening.Listen(ctx, "tcp", net.JoinHostPort(hostOf(i), port))
		if err != nil {
			return nil, errors.Join(err, s.server.Close())
		}
		_, port, _ = net.SplitHostPort(listener.Addr().String())
		go func() { _ = s.server.Serve(listener) }() // it ends when the server is closed
	}
	s.port = port
	return s, nil
}

// hostOf is the address of an org, and with 0 that of the far ends.
func hostOf(i int) string { return fmt.Sprintf("127.1.%d.%d", i/200, 1+i%200) }

// ServeHTTP answers as an org or a far end, and notes when.
func (s *orgsAndFarEnds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, _ := net.SplitHostPort(r.Host)
	if host == hostOf(0) {
		s.note(func() {
			s.arrived[r.URL.Path] = true
			s.records++ // each org has one event, in a call of its own
			s.lastEnd = time.Now()
		})
		return
	}
	s.note(func() {
		s.requests = append(s.requests, time.Now())
		s.inFlight++
		s.mostInFlight = max(s.mostInFlight, s.inFlight)
	})
	s.org.ServeHTTP(w, r)
	s.note(func() {
		s.inFlight--
		if r.URL.Path == "/api/v1/logs" && !s.answered[host] {
			s.answered[host] = true
			s.last = time.Now()
		}
	})
}

func (s *orgsAndFarEnds) note(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

// await waits until the event of each of n orgs has arrived.
func (s *orgsAndFarEnds) await(ctx context.Context, running *process, n int) error {
	for {
		s.mu.Lock()
		records, more := s.records, s.changed
		s.mu.Unlock()
		if records >= n {
			return nil
		}
		select {
		case <-more:
		case <-running.ended:
			text, _ := running.printed()
			return fmt.Errorf("the collector ended: %s\n%.4000s", running.cmd.ProcessState, text)
		case <-ctx.Done():
			return fmt.Errorf("%d of %d orgs have delivered: %w", records, n, ctx.Err())
		}
	}
}
