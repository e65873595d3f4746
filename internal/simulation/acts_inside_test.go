// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"time"
)

// refuse is a pipeline that is busy.
type refuse struct{ last time.Duration }

func (a refuse) String() string { return fmt.Sprintf("the pipeline refuses everything for %s", a.last) }
func (a refuse) on(m *member)   { m.change(func() { m.pipeline.refuses = time.Now().Add(a.last) }) }

// block is a pipeline that does not return.
type block struct {
	last time.Duration
	deaf bool
}

func (a block) String() string {
	s := fmt.Sprintf("the pipeline blocks for %s", a.last)
	if a.deaf {
		s += ", whatever becomes of the context"
	}
	return s
}

func (a block) on(m *member) {
	m.change(func() { m.pipeline.blocks, m.pipeline.deaf = time.Now().Add(a.last), a.deaf })
}

// dawdle is a pipeline that is slow.
type dawdle struct{ last, each time.Duration }

func (a dawdle) String() string {
	return fmt.Sprintf("for %s the pipeline takes %s for each delivery", a.last, a.each)
}

func (a dawdle) on(m *member) {
	m.change(func() { m.pipeline.slow, m.pipeline.each = time.Now().Add(a.last), a.each })
}

// never is a pipeline that refuses for good.
type never struct{ calls int }

func (a never) String() string {
	return fmt.Sprintf("the pipeline refuses the next %d deliveries for good", a.calls)
}
func (a never) on(m *member) { m.change(func() { m.pipeline.fatal += a.calls }) }

// failStorage is a disk that is full.
type failStorage struct{ last time.Duration }

func (a failStorage) String() string { return fmt.Sprintf("the storage fails for %s", a.last) }
func (a failStorage) on(m *member)   { m.change(func() { m.disk.fails = time.Now().Add(a.last) }) }

// slowStorage is a disk that is busy.
type slowStorage struct{ last, each time.Duration }

func (a slowStorage) String() string {
	return fmt.Sprintf("for %s the storage takes %s", a.last, a.each)
}

func (a slowStorage) on(m *member) {
	m.change(func() { m.disk.slow, m.disk.each = time.Now().Add(a.last), a.each })
}

// stall is a disk that does not answer.
type stall struct{ last time.Duration }

func (a stall) String() string {
	return fmt.Sprintf("the storage does not return for %s, whatever becomes of the context", a.last)
}
func (a stall) on(m *member) { m.change(func() { m.disk.stalls = time.Now().Add(a.last) }) }

// lie is a disk that stores what it says it has not.
type lie struct{ writes int }

func (a lie) String() string {
	return fmt.Sprintf("the storage reports its next %d writes as failed, though it has them", a.writes)
}
func (a lie) on(m *member) { m.change(func() { m.disk.lies += a.writes }) }

// crash is a process that is gone at once.
type crash struct{ down time.Duration }

func (a crash) String() string {
	return fmt.Sprintf("the process crashes, the next one starts after %s", a.down)
}
func (a crash) on(m *member) { m.change(func() { m.crash(m.life, a.down) }) }

// moment is where in its work a process crashes.
type moment int

const (
	onRequest moment = iota
	beforeAcceptance
	afterAcceptance
	beforeCommit
	afterCommit
	onAnnouncement
	moments
)

func (w moment) String() string {
	return [...]string{
		"as it sends its next request", "right before the next acceptance", "right after the next acceptance",
		"right before the next commit is stored", "right after the next commit was stored",
		"as it is told of an announcement",
	}[w]
}

// crashAt is a crash in the middle of something.
type crashAt struct {
	when moment
	down time.Duration
}

func (a crashAt) String() string {
	return fmt.Sprintf("the process crashes %s, the next one starts after %s", a.when, a.down)
}
func (a crashAt) on(m *member) { m.change(func() { m.armed[a.when] = a }) }

// restart is an orderly stop and a new process.
type restart struct {
	grace    time.Duration // the deadline of Shutdown; 0 means none
	down     time.Duration
	filter   int // an index of filters, or -1 for the same
	pageSize int // or 0 for the same
}

func (a restart) String() string {
	s := fmt.Sprintf("the receiver is stopped within %s and started after %s", a.grace, a.down)
	if a.grace == 0 {
		s = fmt.Sprintf("the receiver is stopped and started after %s", a.down)
	}
	if a.filter >= 0 {
		s += fmt.Sprintf(", with the filter %q", filters[a.filter].text)
	}
	if a.pageSize > 0 {
		s += fmt.Sprintf(", with pages of %d events", a.pageSize)
	}
	return s
}
func (a restart) on(m *member) { m.orders <- func() { m.restart(a) } }

// stopAt is an orderly stop in the middle of a delivery.
type stopAt struct{ restart }

func (a stopAt) String() string { return "in the middle of the next delivery " + a.restart.String() }
func (a stopAt) on(m *member)   { m.change(func() { m.pipeline.stop = &a.restart }) }

// change does something under the lock.
func (m *member) change(do func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do()
}
