// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"slices"
	"testing"
)

// maxTries bounds how many shorter histories are tried.
const maxTries = 400

// shorten drops from a failing history what the failure does not need, as long as the same check fails: nodes
// first, then steps, as many at a time as possible.
func shorten(t *testing.T, h *history, check string) *history {
	tries := maxTries
	fails := func(h *history) bool {
		for range *replays {
			if tries--; tries < 0 {
				return false
			}
			found := runHistory(t, h, newCoverage(), nil)
			if slices.ContainsFunc(found, func(v violation) bool { return v.check == check }) {
				return true
			}
		}
		return false
	}
	short := h
	for node := len(h.setups) - 1; node >= 0 && len(short.setups) > 1; node-- {
		if shorter := short.without(node); fails(shorter) {
			short = shorter
		}
	}
	for size := (len(short.steps) + 1) / 2; size > 0; size /= 2 {
		for from := 0; from < len(short.steps); {
			shorter := *short
			shorter.steps = slices.Delete(slices.Clone(short.steps), from, min(from+size, len(short.steps)))
			if fails(&shorter) {
				short = &shorter
			} else {
				from += size
			}
		}
	}
	return short
}
