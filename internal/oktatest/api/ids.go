// SPDX-License-Identifier: Apache-2.0

package api

import (
	"fmt"
	"sync/atomic"
)

// IDs makes ids. The zero value is ready for use, by several goroutines too. Each one makes the same sequence, so that
// a test that is run again reads the same.
type IDs struct{ made atomic.Uint64 }

// Next returns 32 hexadecimal digits that no other call returns.
func (i *IDs) Next() string {
	n := i.made.Add(1)
	return fmt.Sprintf("%016x%016x", Mix(n), Mix(^n))
}

// Mix spreads a number over 64 bits, one to one (the finalizer of SplitMix64).
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
