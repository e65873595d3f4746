// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"slices"
	"testing"
)

const (
	// mostTries bounds how many shorter histories are tried.
	mostTries = 400
	// chances is how often one is run until it counts as one that does not fail: the receiver's
	// jitter is not part of the history.
	chances = 2
)

// shorten drops from a failing history what the failure does not need, as long as the same check
// fails: receivers first, then steps, as many at a time as possible.
func shorten(t *testing.T, h *history, check string) *history {
	tries := mostTries
	fails := func(h *history) bool {
		for range chances {
			if tries--; tries < 0 {
				return false
			}
			if slices.ContainsFunc(run(t, h, newTally()), func(v violation) bool { return v.check == check }) {
				return true
			}
		}
		return false
	}
	short := h
	for member := len(h.setups) - 1; member >= 0 && len(short.setups) > 1; member-- {
		if shorter := short.without(member); fails(shorter) {
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

// without is the history without one of its receivers. Those behind it move up.
func (h *history) without(member int) *history {
	less := *h
	less.setups = slices.Delete(slices.Clone(h.setups), member, member+1)
	less.steps = nil
	for _, s := range h.steps {
		if s.member == member {
			continue
		}
		if s.member > member {
			s.member--
		}
		less.steps = append(less.steps, s)
	}
	return &less
}
