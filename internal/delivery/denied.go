// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"slices"

	"go.uber.org/zap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// deliverDenied goes on after several different events were refused for good, one after the other, and none
// was accepted: the far end refuses everything, as with a token that has expired. So nothing is set aside and
// the position waits. After a while the next event is tried, and where it is refused, another one, which tells
// whether it is this event or everything.
func (p *progress) deliverDenied() error {
	if !p.denied {
		if accepted, err := p.probe(); err != nil || accepted {
			return err
		}
		p.denied = true
	}
	p.takeBackSuspects()
	cause := p.lastDenial
	wait := p.backOff.Next()
	p.set.Metrics.Count(p.set.Metrics.OktaSystemlogDeliveriesRetried, 1)
	p.set.Health.Failed(telemetry.Delivering, "denied", "the pipeline refuses everything for good",
		"The pipeline refuses every event for good, the position waits and one event at a time is tried: check the credentials and the address of its exporters",
		cause, zap.Duration("wait", wait))
	if err := p.wait(wait, cause); err != nil {
		return err
	}
	if len(p.todo) == 0 {
		if accepted, err := p.probe(); err != nil || accepted || len(p.suspects) == 0 {
			return err
		}
		return p.retryUnconfirmed()
	}
	p.callSize = 1
	before := len(p.suspects)
	if err := p.deliverNext(); err != nil || len(p.suspects) <= before {
		return err
	}
	refused := p.suspects[len(p.suspects)-1]
	accepted, err := p.probe()
	if err == nil && accepted && slices.Contains(p.suspects, refused) {
		// It is the event, or the far end has just recovered: the next try of the event tells.
		return p.retrySuspect(refused)
	}
	return err
}

// maxRefusedInARow is how many different events may be refused for good, one after the other, until it may be
// everything that is refused. Where others of the batch were accepted, or many were given up already, since a store
// refuses by age, more are tried: one event that is accepted then tells about all of those before it.
func (p *progress) maxRefusedInARow() int {
	switch {
	case p.givenUpInARow >= maxGivenUpInARow:
		return 100
	case p.anyAccepted:
		return 10
	default:
		return 1
	}
}

// takeBackSuspects takes back the suspects that were never refused while others were accepted.
func (p *progress) takeBackSuspects() {
	var back [][]byte
	p.suspects = slices.DeleteFunc(p.suspects, func(s *suspect) bool {
		if s.confirmed || s.refusals > 1 {
			return false
		}
		back = append(back, s.text)
		return true
	})
	p.todo = append(back, p.todo...)
}
