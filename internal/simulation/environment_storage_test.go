// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// disk is what survives the processes, as the last completed write left it. The node's lock guards it.
type disk struct {
	values        map[string][]byte
	fails         time.Time // until then every operation fails
	slow          time.Time // until then an operation takes each
	each          time.Duration
	falseFailures int       // how many more writes are stored and reported as failed
	stalls        time.Time // until then no call returns, even when its context ends
	failed        minuteCounter
}

func (d *disk) repair() {
	d.fails, d.slow, d.stalls, d.falseFailures = time.Time{}, time.Time{}, time.Time{}, 0
}

var errDisk = errors.New("the disk fails")

// storageExtension hands out clients of the node's storage.
type storageExtension struct {
	component.StartFunc
	component.ShutdownFunc
	process *process
}

// GetClient implements storage.Extension.
func (e *storageExtension) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	p := e.process
	if p.node.setup.replicas.on { // else Start would wait, and the whole collector with it
		if err := (&diskClient{process: p}).stall(); err != nil {
			return nil, err
		}
	}
	p.node.mu.Lock()
	defer p.node.mu.Unlock()
	if p.openElsewhere() {
		p.node.coverage.add("met: a storage that is open elsewhere", 1)
		return nil, errStorageOpen
	}
	p.openClients++
	p.member.opened = time.Now()
	return &diskClient{process: p}, nil
}

// diskClient is a storage client of one process.
type diskClient struct {
	process *process
	closed  bool
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

// Close implements storage.Client. The client counts as closed from the call on, also when that does not return.
func (c *diskClient) Close(context.Context) error {
	c.process.node.locked(func() {
		if !c.closed {
			c.closed = true
			c.process.openClients--
		}
	})
	return c.stall()
}

// Batch does all of the operations at one instant, or none.
func (c *diskClient) Batch(ctx context.Context, ops ...*storage.Operation) error {
	p, n := c.process, c.process.node
	p.enter(storageCall)
	writes := slices.ContainsFunc(ops, func(op *storage.Operation) bool { return op.Type != storage.Get })
	if writes {
		p.inCommit()
	}
	if err := errors.Join(c.stall(), c.wait(ctx)); err != nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		p.storeFailed, p.storageTrouble = true, true
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if p.ended || c.closed {
		return errProcessGone
	}
	if time.Now().Before(n.disk.fails) {
		p.storeFailed, p.storageTrouble = true, true
		n.coverage.add("storage failures", 1)
		if failures := n.disk.failed.add(time.Now()); failures == maxFailures {
			n.fail("requests", "%d operations of the storage failed within a minute, and were tried again", failures)
			n.disk.slow, n.disk.each = time.Now().Add(time.Hour), time.Minute
		}
		return errDisk
	}
	if !writes {
		n.disk.apply(ops)
		return nil
	}
	delivered := len(p.uncommitted) > 0
	if delivered && n.crashIfPlanned(p, beforeCommit) {
		return errProcessGone
	}
	n.disk.apply(ops)
	n.coverage.add("commits", 1)
	if epoch := namesEpoch(ops); epoch != "" {
		n.takesOver(p, epoch)
	}
	p.committed()
	p.uncommitted, p.uncommittedAnnounced, p.storeFailed = nil, 0, false
	n.noteBeginning()
	if delivered && n.crashIfPlanned(p, afterCommit) {
		return errProcessGone
	}
	if n.disk.falseFailures > 0 {
		n.disk.falseFailures--
		p.storeFailed = true
		n.coverage.add("storage failures", 1)
		return errDisk
	}
	return nil
}

// noteBeginning notes, at the first write of all, from when on events are owed. It needs the lock.
func (n *node) noteBeginning() {
	if n.owed.known {
		return
	}
	now := time.Now()
	// Okta's clock may have moved since the receiver asked for the time: what was furthest ahead counts.
	n.owed.known, n.owed.at = true, now
	n.owed.since = now.Add(n.owed.ahead - n.setup.startAt.lookBack())
}

// stall takes as long as the disk stalls, or until the process ends.
func (c *diskClient) stall() error {
	p, n := c.process, c.process.node
	n.mu.Lock()
	left := time.Until(n.disk.stalls)
	if left > 0 {
		p.storeFailed, p.stalled, p.storageTrouble = true, true, true
		n.coverage.add("met: a storage that stalls", 1)
	}
	n.mu.Unlock()
	if left <= 0 {
		return nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-n.repaired:
		return nil
	case <-p.done:
		return errProcessGone
	}
}

// wait takes as long as an operation of the disk does.
func (c *diskClient) wait(ctx context.Context) error {
	p, n := c.process, c.process.node
	n.mu.Lock()
	wait := n.setup.storageLatency
	if time.Now().Before(n.disk.slow) {
		wait, p.storageTrouble = n.disk.each, true
	}
	n.mu.Unlock()
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
	case <-p.done:
		return errProcessGone
	}
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
