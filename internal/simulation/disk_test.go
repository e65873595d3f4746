// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// disk is what survives the processes, as the last completed write left it. The member's lock
// guards it.
type disk struct {
	values map[string][]byte
	fails  time.Time // until then every operation fails
	slow   time.Time // until then an operation takes each
	each   time.Duration
	lies   int       // so many more writes are stored and reported as failed
	stalls time.Time // until then nothing returns, whatever becomes of its context
	failed meter
}

func (d *disk) heal() { d.fails, d.slow, d.stalls, d.lies = time.Time{}, time.Time{}, time.Time{}, 0 }

var errDisk = errors.New("the disk fails")

// diskClient is a storage client of one process.
type diskClient struct {
	life   *life
	closed bool
}

// Get implements storage.Client.
func (c *diskClient) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := c.Batch(ctx, op)
	return op.Value, err
}

// Set implements storage.Client.
func (c *diskClient) Set(ctx context.Context, key string, value []byte) error {
	return c.Batch(ctx, storage.SetOperation(key, value))
}

// Delete implements storage.Client.
func (c *diskClient) Delete(ctx context.Context, key string) error {
	return c.Batch(ctx, storage.DeleteOperation(key))
}

// Close implements storage.Client. Whoever asks for it has done its part, also when it does not return.
func (c *diskClient) Close(context.Context) error {
	c.life.member.change(func() {
		if !c.closed {
			c.closed = true
			c.life.clients--
		}
	})
	return c.stall()
}

// Batch does all of the operations at one instant, or none.
func (c *diskClient) Batch(ctx context.Context, ops ...*storage.Operation) error {
	l, m := c.life, c.life.member
	if err := errors.Join(c.stall(), c.wait(ctx)); err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		l.storeFailed = true
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.over || c.closed {
		return errGone
	}
	if time.Now().Before(m.disk.fails) {
		l.storeFailed = true
		m.tally.add("storage failures", 1)
		if n := m.disk.failed.count(time.Now()); n == mostFailures {
			m.fails("requests", "%d operations of the storage failed within a minute, and were tried again", n)
			m.disk.slow, m.disk.each = time.Now().Add(time.Hour), time.Minute
		}
		return errDisk
	}
	if !writes(ops) {
		m.disk.apply(ops)
		return nil
	}
	delivered := len(l.uncommitted) > 0
	if delivered && m.crashIfArmed(l, beforeCommit) {
		return errGone
	}
	m.disk.apply(ops)
	m.tally.add("commits", 1)
	l.uncommitted, l.announced, l.storeFailed = nil, 0, false
	m.begin()
	if delivered && m.crashIfArmed(l, afterCommit) {
		return errGone
	}
	if m.disk.lies > 0 {
		m.disk.lies--
		l.storeFailed = true
		m.tally.add("storage failures", 1)
		return errDisk
	}
	return nil
}

// begin notes, with the first write of all, from when on events are owed. It needs the lock.
func (m *member) begin() {
	if m.owed.known {
		return
	}
	now := time.Now()
	// Okta's clock may have moved since the receiver asked for the time: its furthest is what counts.
	m.owed.known, m.owed.at = true, now
	m.owed.since = now.Add(m.owed.ahead - m.setup.startAt.lookBack())
}

// stall lasts as long as the disk stalls, or the process lives.
func (c *diskClient) stall() error {
	l, m := c.life, c.life.member
	m.mu.Lock()
	left := time.Until(m.disk.stalls)
	if left > 0 {
		l.storeFailed, l.stalled = true, true
		m.tally.add("met: a storage that stalls", 1)
	}
	m.mu.Unlock()
	if left <= 0 {
		return nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-m.healed:
		return nil
	case <-l.ended:
		return errGone
	}
}

// wait takes as long as the disk does.
func (c *diskClient) wait(ctx context.Context) error {
	l, m := c.life, c.life.member
	m.mu.Lock()
	wait := m.setup.store
	if time.Now().Before(m.disk.slow) {
		wait = m.disk.each
	}
	m.mu.Unlock()
	if wait == 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ended:
		return errGone
	}
}

func writes(ops []*storage.Operation) bool {
	for _, op := range ops {
		if op.Type != storage.Get {
			return true
		}
	}
	return false
}

func (d *disk) apply(ops []*storage.Operation) {
	for _, op := range ops {
		switch op.Type {
		case storage.Get:
			op.Value = bytes.Clone(d.values[op.Key])
		case storage.Set:
			d.values[op.Key] = bytes.Clone(op.Value)
		case storage.Delete:
			delete(d.values, op.Key)
		}
	}
}
