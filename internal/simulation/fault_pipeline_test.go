// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"time"
)

// pipelineRefuses is a pipeline that is busy.
type pipelineRefuses struct{ last time.Duration }

func (f pipelineRefuses) String() string {
	return fmt.Sprintf("the pipeline refuses everything for %s", f.last)
}

func (f pipelineRefuses) apply(n *node) {
	n.locked(func() { n.pipeline.refuses = time.Now().Add(f.last) })
}

// pipelineBlocks is a pipeline that does not return.
type pipelineBlocks struct {
	last           time.Duration
	ignoresContext bool
}

func (f pipelineBlocks) String() string {
	s := fmt.Sprintf("the pipeline blocks for %s", f.last)
	if f.ignoresContext {
		s += ", even when the context ends"
	}
	return s
}

func (f pipelineBlocks) apply(n *node) {
	n.locked(func() { n.pipeline.blocks, n.pipeline.ignoresContext = time.Now().Add(f.last), f.ignoresContext })
}

// pipelineSlow is a pipeline that takes time for each delivery.
type pipelineSlow struct{ last, each time.Duration }

func (f pipelineSlow) String() string {
	return fmt.Sprintf("for %s the pipeline takes %s for each delivery", f.last, f.each)
}

func (f pipelineSlow) apply(n *node) {
	n.locked(func() { n.pipeline.slow, n.pipeline.each = time.Now().Add(f.last), f.each })
}

// pipelineRefusesForGood is a pipeline that answers with permanent errors.
type pipelineRefusesForGood struct{ calls int }

func (f pipelineRefusesForGood) String() string {
	return fmt.Sprintf("the pipeline refuses the next %d deliveries for good", f.calls)
}

func (f pipelineRefusesForGood) apply(n *node) {
	n.locked(func() { n.pipeline.refusesForGood += f.calls })
}
