// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/multierr"
)

// maxRefusedByBranches is how many calls a pipeline that fans out may refuse within a minute: to find an event that is
// refused for good takes ten calls in a row, and each try of it another one.
const maxRefusedByBranches = 3000

// branchSetup is one branch of a pipeline that fans out: an exporter and its far end.
type branchSetup struct {
	poison int // one event in so many is refused for good, whatever comes with it; 0 means none
}

func (b branchSetup) String() string {
	if b.poison == 0 {
		return "a branch that takes every event"
	}
	return fmt.Sprintf("a branch that refuses one event in %d for good", b.poison)
}

// poisons reports whether the branch with an index refuses an event for good.
func (b branchSetup) poisons(index int, e *event) bool {
	return b.poison > 0 && mix(uint64(len(e.uuid))^hashOf(e.uuid)^uint64(index)<<32)%uint64(b.poison) == 0
}

func hashOf(text string) uint64 {
	sum := uint64(14695981039346656037) // FNV-1a
	for _, c := range []byte(text) {
		sum = (sum ^ uint64(c)) * 1099511628211
	}
	return sum
}

// branch is the state of one branch. The node's lock guards it.
type branch struct {
	away     time.Time // until then it refuses everything, and not for good
	denies   time.Time // until then it refuses everything for good, as with an expired token
	status   int       // which it answers then
	tooLarge time.Time // until then it refuses calls of limit records or more for good
	limit    int
}

// refusal is what the branch with an index answers to some events, nil where it accepts them.
func (b *branch) refusal(set branchSetup, index int, events []*event, now time.Time) error {
	name := fmt.Sprintf("exporter %d", index)
	switch {
	case now.Before(b.away):
		return awayError(name, index)
	case now.Before(b.denies):
		return deniedError(name, b.status)
	case now.Before(b.tooLarge) && len(events) >= b.limit:
		return deniedError(name, http.StatusRequestEntityTooLarge)
	}
	for _, e := range events {
		if set.poisons(index, e) {
			return deniedError(name, http.StatusBadRequest)
		}
	}
	return nil
}

// awayError is an error that is not permanent, in one of the shapes in which exporters return it.
func awayError(name string, shape int) error {
	err := errors.New("service unavailable")
	switch shape % 3 {
	case 0:
		return fmt.Errorf("%s: %w", name, err)
	case 1:
		return consumererror.NewRetryableError(err)
	default:
		return consumererror.NewDownstream(consumererror.NewLogs(err, plog.NewLogs()))
	}
}

// deniedError is a permanent error, in one of the shapes in which exporters return it.
func deniedError(name string, status int) error {
	err := fmt.Errorf("%s: %s", name, http.StatusText(status))
	switch status % 4 {
	case 0:
		return consumererror.NewPermanent(err)
	case 1:
		return fmt.Errorf("%s: %w", name, consumererror.NewPermanent(consumererror.NewOTLPHTTPError(err, status)))
	case 2:
		return consumererror.NewLogs(consumererror.NewPermanent(err), plog.NewLogs())
	default:
		return consumererror.NewDownstream(consumererror.NewPermanent(err))
	}
}

// join joins the errors of branches in one of the ways in which the Collector does.
func join(way int, errs []error) error {
	if len(errs) < 2 {
		return errors.Join(errs...)
	}
	switch way % 4 {
	case 0:
		return errors.Join(errs...)
	case 1:
		return multierr.Combine(errs...)
	case 2: // a fan-out behind a fan-out
		return errors.Join(errs[0], multierr.Combine(errs[1:]...))
	default:
		return fmt.Errorf("%w; %w", errs[0], errors.Join(errs[1:]...))
	}
}

// fanOut gives some records to each branch, and returns what the pipeline answers. It needs the lock.
func (p *process) fanOut(records []record) error {
	n := p.node
	events := n.eventsOf(records)
	var errs []error
	permanent := true
	for i := range n.pipeline.branches {
		err := n.pipeline.branches[i].refusal(n.setup.branches[i], i, events, time.Now())
		if err != nil {
			errs = append(errs, err)
			permanent = permanent && consumererror.IsPermanent(err)
			continue
		}
		for _, e := range events {
			if e.acceptedBy&(1<<i) != 0 {
				n.coverage.add("records repeated to a branch", 1)
			}
			e.acceptedBy |= 1 << i
		}
	}
	if len(errs) == 0 {
		return nil
	}
	n.coverage.add("deliveries refused by branches", 1)
	n.noteRefusal(maxRefusedByBranches)
	if len(errs) < len(n.pipeline.branches) {
		n.coverage.add("deliveries refused by some of the branches", 1)
	}
	switch {
	case n.setup.drop && permanent:
		p.noteDropped(records)
	case !n.setup.drop && len(events) == 1:
		p.noteOffered(events[0])
	}
	return join(n.setup.join, errs)
}

// noteOffered takes an event that some branch refuses for good as delivered, once all other branches have it: the
// receiver may give it up then, and must not before. It needs the lock.
func (p *process) noteOffered(e *event) {
	n, poison := p.node, false
	for i, set := range n.setup.branches {
		switch {
		case set.poisons(i, e):
			poison = true
		case e.acceptedBy&(1<<i) == 0:
			return
		}
	}
	if poison {
		p.noteGivenUp(e)
	}
}

// noteDropped takes records as delivered that the receiver drops at once. They are as good as accepted: only a commit
// keeps their events from coming again. It needs the lock.
func (p *process) noteDropped(records []record) {
	for _, r := range records {
		e := p.node.events[r.uuid]
		if e == nil {
			continue
		}
		p.uncommitted = append(p.uncommitted, e)
		if r.announced {
			p.uncommittedAnnounced++
		}
		p.noteGivenUp(e)
	}
}

// noteGivenUp takes an event as delivered that the receiver may give up. It needs the lock.
func (p *process) noteGivenUp(e *event) {
	n := p.node
	if !e.delivered() {
		n.coverage.add("events that a branch refuses for good", 1)
		n.firstDeliveries++
		e.first, e.period, e.deliveredAt, e.announced = n.firstDeliveries, p.period, n.org.Now(), true
	}
}

// reorders reports whether events may be refused for good, and others delivered before them: what is owed when the
// query changes in the middle of that can't be said.
func (set setup) reorders() bool { return len(set.branches) > 0 }

// keepsQuery reports whether the query stays what it is: while replicas are restarted one after the other with another
// one, it can't be said what is owed either, and another filter makes another range.
func (set setup) keepsQuery() bool { return set.reorders() || set.replicas.on || set.reads.on }

// poisoned reports whether a branch refuses events for good, which are not dropped at once.
func (set setup) poisoned() bool {
	return !set.drop && slices.ContainsFunc(set.branches, func(b branchSetup) bool { return b.poison > 0 })
}

// branchesString says what is behind the receiver.
func (set setup) branchesString() string {
	if len(set.branches) == 0 {
		return ""
	}
	var all []string
	for _, b := range set.branches {
		all = append(all, b.String())
	}
	return fmt.Sprintf("; the pipeline fans out to %s, and joins their errors in way %d; what is refused for good is dropped: %t",
		strings.Join(all, " and "), set.join, set.drop)
}
