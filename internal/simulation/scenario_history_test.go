// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"strings"
	"time"
)

// history is everything that happens to some receivers, made from a seed. It is plain data: it can be printed,
// replayed and shortened.
type history struct {
	seed   uint64
	length time.Duration // after which nothing more happens
	calm   bool          // nothing breaks, so events must come soon
	setups []setup
	steps  []timedStep // in the order of their times
}

// timedStep is a step and when it is taken.
type timedStep struct {
	at   time.Duration // since the beginning
	node int           // whose it is; an index of setups
	step step
}

// step is one thing that happens to one node: events, or a fault. String reads like a sentence.
type step interface {
	fmt.Stringer
	apply(n *node)
}

// String is the history, a line for each node and step.
func (h *history) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d, %s\n", h.seed, h.length)
	for i, set := range h.setups {
		fmt.Fprintf(&b, "  %s %s\n", hostOf(i), set)
	}
	for _, s := range h.steps {
		fmt.Fprintf(&b, "  %s  %s: %s\n", clockTime(s.at), hostOf(s.node), s.step)
	}
	return b.String()
}

// without is the history without one of its nodes. Those behind it move up.
func (h *history) without(node int) *history {
	less := *h
	less.setups, less.steps = nil, nil
	for i, set := range h.setups {
		if i != node {
			less.setups = append(less.setups, set)
		}
	}
	for _, s := range h.steps {
		if s.node == node {
			continue
		}
		if s.node > node {
			s.node--
		}
		less.steps = append(less.steps, s)
	}
	return &less
}

// clockTime writes a time since the beginning as "1d 03:04:05.678".
func clockTime(d time.Duration) string {
	day, rest := d/(24*time.Hour), d%(24*time.Hour)
	return fmt.Sprintf("%dd %02d:%02d:%06.3f", day, rest/time.Hour, rest%time.Hour/time.Minute, (rest % time.Minute).Seconds())
}

// hostOf is the host of a node's org, as it is printed.
func hostOf(node int) string { return fmt.Sprintf("org%d.okta.com", node+1) }
