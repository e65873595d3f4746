// SPDX-License-Identifier: Apache-2.0

package api

import (
	"fmt"
	"sync/atomic"
)

// SyntheticAdmin is the id of the admin who made the API tokens.
const SyntheticAdmin = "00uSyntheticAdmin0005d7"

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

// UUID makes the uuid of an event out of what Next returned.
func UUID(id string) string {
	return id[:8] + "-" + id[8:12] + "-11f0-8" + id[13:16] + "-" + id[16:28]
}

// Object makes the id of an object of the org: a prefix that tells its type, and 17 characters.
func (i *IDs) Object(prefix string) string { return prefix + i.Next()[:17] }
