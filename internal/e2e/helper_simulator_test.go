// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// simulator is an org behind a port of this machine. It can go away and come back at the same address; its log lives
// on.
type simulator struct {
	*oktatest.Org
	address   string
	handler   http.Handler // the org, or what a test has put before it
	server    *http.Server
	listener  net.Listener
	generator *generate.Generator
}

func startSimulatorHere(t *testing.T) *simulator {
	t.Helper()
	return startSimulatorWith(t, oktatest.Options{})
}

// startSimulatorWith starts one with options beside those that all tests share.
func startSimulatorWith(t *testing.T, options oktatest.Options) *simulator {
	t.Helper()
	options.Token = token
	return startSimulatorAt(t, freeAddress(t), 1, options)
}

// startSimulatorAt starts one at an address, whose events and their uuids are those of a seed.
func startSimulatorAt(t *testing.T, address string, seed uint64, options oktatest.Options) *simulator {
	t.Helper()
	options.RequestLog = -1
	if options.RateLimit == 0 {
		options.RateLimit = oktatest.NoRateLimit
	}
	s := &simulator{Org: oktatest.NewOrg(options), address: address, generator: generate.New(seed)}
	s.handler = s.Org
	s.comeBack(t)
	t.Cleanup(s.leave)
	return s
}

// comeBack listens at the address that the simulator has always had.
func (s *simulator) comeBack(t *testing.T) {
	t.Helper()
	s.listener = listen(t, s.address)
	s.server = &http.Server{Handler: s.handler, ReadHeaderTimeout: patience}
	go func(server *http.Server, listener net.Listener) { _ = server.Serve(listener) }(s.server, s.listener) // it ends when the server is closed
}

// leave closes the port and every connection, whatever goes on there.
func (s *simulator) leave() {
	_ = s.server.Close()
	_ = s.listener.Close() // which the server does not know yet right after comeBack
}

// backlog appends n events, persisted evenly over the last hour, some of them published long before.
func (s *simulator) backlog(n int) {
	generate.Feed{Generator: s.generator, Late: 0.1}.Backlog(s.Org, n, time.Hour)
}

// meet makes the page request after the next n meet the fault. The channel is closed when it has: when the fault holds
// the answer back, if need be after a part of it was sent.
func (s *simulator) meet(n int, wanted fault.Fault) <-chan struct{} {
	met := make(chan struct{})
	for range n {
		s.Inject(fault.Fault{Name: "none", Serve: func(w http.ResponseWriter, r *http.Request, answer http.Handler) { answer.ServeHTTP(w, r) }})
	}
	s.Inject(fault.Fault{Name: wanted.Name, Serve: func(w http.ResponseWriter, r *http.Request, answer http.Handler) {
		noting := &flushNote{ResponseWriter: w, flushed: sync.OnceFunc(func() { close(met) })}
		if wanted.Name == fault.Hang().Name { // it sends nothing that could be noted
			noting.flushed()
		}
		wanted.Serve(noting, r, answer)
	}})
	return met
}

// flushNote tells when what was written is on its way.
type flushNote struct {
	http.ResponseWriter
	flushed func()
}

// FlushError is what http.ResponseController calls.
func (n *flushNote) FlushError() error {
	defer n.flushed()
	return http.NewResponseController(n.ResponseWriter).Flush()
}
