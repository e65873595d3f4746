// SPDX-License-Identifier: Apache-2.0

package eventhook

import "sync"

// inHand bounds the deliveries that are read and taken at a time, and the bytes of their bodies. The zero value holds
// none.
type inHand struct {
	mu         sync.Mutex
	deliveries int
	bytes      int64
}

// take reports whether a delivery of so many bytes fits. A single one always does.
func (h *inHand) take(bytes int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.deliveries == maxInHand || h.deliveries > 0 && h.bytes+bytes > maxBytesInHand {
		return false
	}
	h.deliveries++
	h.bytes += bytes
	return true
}

// give makes room again.
func (h *inHand) give(bytes int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deliveries--
	h.bytes -= bytes
}
