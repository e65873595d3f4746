// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// directOnce is direct, but the receiver is the only one who tries again.
const directOnce = `otlp_grpc: {endpoint: "%s", tls: {insecure: true}, sending_queue: {enabled: false}, retry_on_failure: {enabled: false}}`

func TestFarEndGoesAway(t *testing.T) {
	for name, variant := range map[string]struct{ exporter, complaint string }{
		"the exporter tries again": {direct, "Exporting failed. Will retry"},
		"the receiver tries again": {directOnce, "The pipeline does not accept events"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTestbed(t, 100, variant.exporter)
			s.org.backlog(5000)
			refusing := s.far.meet(7, refused)
			s.start(t)
			s.await(t, "the far end refuses", refusing)
			s.awaitPrinted(t, variant.complaint, 3)

			// It goes away with an export in hand, and is back after the collector has noticed.
			held := s.far.meet(11, unanswered)
			s.await(t, "an export is in hand", held)
			noticed := s.printed(variant.complaint)
			s.far.leave()
			s.awaitPrinted(t, variant.complaint, noticed+2)
			s.far.meet(0, accepted)
			s.far.comeBack(t)
			s.drain(t)

			// It is away while the collector is asked to end.
			s.org.backlog(500)
			held = s.far.meet(2, unanswered)
			s.await(t, "another export is in hand", held)
			s.far.leave()
			s.stop(t)
			s.start(t)
			s.finish(t)
		})
	}
}

func TestStopWhileTheFarEndDoesNotAnswer(t *testing.T) {
	s := newTestbed(t, 100, direct)
	s.org.backlog(1000)
	held := s.far.meet(3, unanswered)
	s.start(t)
	s.await(t, "an export is in hand", held)
	s.stop(t)
	s.start(t)
	s.finish(t)
}

func TestSimulatorRestarts(t *testing.T) {
	const complaint, relief = "Okta sends no events", "Okta answers again"
	s := newTestbed(t, 100, direct)
	s.org.backlog(5000)
	s.start(t)
	for n, met := range []fault.Fault{fault.HangMidBody(), fault.Hang(), fault.HangMidBody()} {
		s.await(t, "an answer hangs", s.org.meet(5, met))
		complaints := s.printed(complaint)
		s.org.leave() // the answer breaks off
		s.awaitPrinted(t, complaint, complaints+3)
		s.org.comeBack(t)
		s.awaitPrinted(t, relief, n+1)
	}
	s.finish(t)
}

func TestTerminatedDuringHangingRequest(t *testing.T) {
	for name, hanging := range map[string]struct {
		pages int
		fault fault.Fault
		stop  func(*testbed, *testing.T)
	}{
		"the very first":       {0, fault.Hang(), (*testbed).stopEarly},
		"before the answer":    {4, fault.Hang(), (*testbed).stop},
		"in the middle of one": {4, fault.HangMidBody(), (*testbed).stop},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTestbed(t, 100, direct)
			s.org.backlog(1000)
			hangs := s.org.meet(hanging.pages, hanging.fault)
			s.start(t)
			s.await(t, "a request hangs", hangs)
			hanging.stop(s, t)
			s.start(t)
			s.finish(t)
		})
	}
}
