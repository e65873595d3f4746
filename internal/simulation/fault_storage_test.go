// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"time"
)

// storageFails is a disk that is full.
type storageFails struct{ last time.Duration }

func (f storageFails) String() string { return fmt.Sprintf("the storage fails for %s", f.last) }

func (f storageFails) apply(n *node) { n.locked(func() { n.disk.fails = time.Now().Add(f.last) }) }

// storageSlow is a disk that is busy.
type storageSlow struct{ last, each time.Duration }

func (f storageSlow) String() string {
	return fmt.Sprintf("for %s the storage takes %s", f.last, f.each)
}

func (f storageSlow) apply(n *node) {
	n.locked(func() { n.disk.slow, n.disk.each = time.Now().Add(f.last), f.each })
}

// storageStalls is a disk that does not answer.
type storageStalls struct{ last time.Duration }

func (f storageStalls) String() string {
	return fmt.Sprintf("the storage does not return for %s, even when the context ends", f.last)
}

func (f storageStalls) apply(n *node) { n.locked(func() { n.disk.stalls = time.Now().Add(f.last) }) }

// storageReportsFailure is a disk that has stored what it reports as failed.
type storageReportsFailure struct{ writes int }

func (f storageReportsFailure) String() string {
	return fmt.Sprintf("the storage reports its next %d writes as failed, though it has them", f.writes)
}

func (f storageReportsFailure) apply(n *node) {
	n.locked(func() { n.disk.falseFailures += f.writes })
}
