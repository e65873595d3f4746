// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"time"
)

// crash is a process that is gone at once.
type crash struct{ down time.Duration }

func (f crash) String() string {
	return fmt.Sprintf("the process crashes, the next one starts after %s", f.down)
}

func (f crash) apply(n *node) { n.locked(func() { n.crash(n.process, f.down) }) }

// moment is where in its work a process crashes.
type moment int

const (
	onRequest moment = iota
	beforeAcceptance
	afterAcceptance
	beforeCommit
	afterCommit
	onAnnouncement
	moments // how many there are
)

func (m moment) String() string {
	return [...]string{
		"as it sends its next request", "right before the next acceptance", "right after the next acceptance",
		"right before the next commit is stored", "right after the next commit was stored",
		"as it receives the next announcement",
	}[m]
}

// crashAt is a crash in the middle of something.
type crashAt struct {
	when moment
	down time.Duration
}

func (f crashAt) String() string {
	return fmt.Sprintf("the process crashes %s, the next one starts after %s", f.when, f.down)
}

func (f crashAt) apply(n *node) { n.locked(func() { n.crashes[f.when] = f }) }

// restart is an orderly stop and a new process.
type restart struct {
	grace    time.Duration // the deadline of Shutdown; 0 means none
	down     time.Duration
	filter   int    // an index of filters, or -1 for the same
	pageSize int    // or 0 for the same
	orgURL   orgURL // or zero for the same
}

func (f restart) String() string {
	s := fmt.Sprintf("the receiver is stopped within %s and started after %s", f.grace, f.down)
	if f.grace == 0 {
		s = fmt.Sprintf("the receiver is stopped and started after %s", f.down)
	}
	if f.filter >= 0 {
		s += fmt.Sprintf(", with the filter %q", filters[f.filter].text)
	}
	if f.pageSize > 0 {
		s += fmt.Sprintf(", with pages of %d events", f.pageSize)
	}
	return s
}

func (f restart) apply(n *node) { n.commands <- func() { n.restart(f) } }

// restartInDelivery is an orderly stop in the middle of a delivery.
type restartInDelivery struct{ restart }

func (f restartInDelivery) String() string {
	return "in the middle of the next delivery " + f.restart.String()
}

func (f restartInDelivery) apply(n *node) {
	n.locked(func() { n.pipeline.restartDuring = &f.restart })
}
