// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"maps"
	"slices"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// stepKind is one kind of step: it makes a step of it.
type stepKind func(r random, set setup) step

var (
	faultNames      = slices.Sorted(maps.Keys(logFaults))
	tokenFaultNames = slices.Sorted(maps.Keys(tokenFaults))
)

// stepKinds are all kinds of steps, but for events. A kind that stands twice is made twice as often.
var stepKinds = []stepKind{
	func(r random, _ setup) step {
		return requestFaults{fault: pick(r, faultNames...), times: 1 + r.IntN(4)}
	},
	func(r random, set setup) step {
		if set.oauth {
			return requestFaults{fault: pick(r, tokenFaultNames...), times: 1 + r.IntN(3), token: true}
		}
		return requestFaults{fault: pick(r, faultNames...), times: 1 + r.IntN(4)}
	},
	func(r random, _ setup) step {
		return outage{fault: pick(r, faultNames...), last: r.between(time.Minute, 20*time.Minute)}
	},
	func(r random, set setup) step {
		if !set.oauth {
			return requestFaults{fault: pick(r, faultNames...), times: 1}
		}
		return requestFaults{fault: pick(r, tokenFaultNames...), times: 1 + r.IntN(3), token: true}
	},
	func(r random, set setup) step {
		if set.oauth && r.oneIn(2) {
			return nonceChange{forget: r.oneIn(2)}
		}
		state := pick(r, oktatest.TokenInvalid, oktatest.TokenWithoutRole, oktatest.TokenSeesNothing)
		return credentialFault{state: state, last: r.between(time.Minute, 20*time.Minute)}
	},
	func(r random, _ setup) step {
		return refusePositions{code: pick(r, "E0000001", "E0000031", "E0000054")}
	},
	func(r random, _ setup) step { return clockJump{ahead: r.between(0, 20*time.Minute) - 10*time.Minute} },
	func(r random, set setup) step { return otherClients{requests: 1 + r.IntN(set.limits.requests*5/4)} },
	func(r random, _ setup) step { return pipelineRefuses{last: r.between(time.Second, 15*time.Minute)} },
	func(r random, _ setup) step {
		return pipelineBlocks{last: r.between(time.Second, 15*time.Minute), ignoresContext: r.oneIn(3)}
	},
	func(r random, _ setup) step {
		return pipelineSlow{last: r.between(time.Minute, 15*time.Minute), each: r.between(time.Millisecond, 10*time.Second)}
	},
	func(r random, set setup) step {
		if !set.reorders() {
			return pipelineRefuses{last: r.between(time.Second, 5*time.Minute)}
		}
		return pipelineRefusesForGood{calls: 1 + r.IntN(30)}
	},
	func(r random, _ setup) step { return storageFails{last: r.between(time.Second, 10*time.Minute)} },
	func(r random, _ setup) step {
		return storageSlow{last: r.between(time.Minute, 10*time.Minute), each: r.between(time.Millisecond, 7*time.Second)}
	},
	func(r random, _ setup) step { return storageStalls{last: r.between(time.Second, 20*time.Minute)} },
	func(r random, _ setup) step { return storageReportsFailure{writes: 1 + r.IntN(3)} },
	func(r random, _ setup) step { return crash{down: r.down()} },
	func(r random, _ setup) step { return crashAt{when: moment(r.IntN(int(moments))), down: r.down()} },
	func(r random, _ setup) step { return crashAt{when: moment(r.IntN(int(moments))), down: r.down()} },
	func(r random, _ setup) step { return r.restart(false) },
	func(r random, set setup) step { return r.restart(!set.keepsQuery()) },
	func(r random, set setup) step {
		if set.hook.on() || set.replicas.on { // what this org announces would be taken for the other org's
			return orgURLRespelled{way: r.IntN(spellings)}
		}
		return orgURLWrong{another: r.oneIn(2), last: r.between(time.Second, 20*time.Minute)}
	},
	func(r random, set setup) step {
		if !set.hook.on() {
			return requestFaults{fault: pick(r, faultNames...), times: 1}
		}
		return strangers{replay: !r.oneIn(3)}
	},
	func(r random, set setup) step { return restartInDelivery{r.restart(!set.keepsQuery() && r.oneIn(2))} },
}

func (r random) down() time.Duration { return r.between(0, 20*time.Minute) }

func (r random) restart(changed bool) restart {
	again := restart{grace: pick(r, 0, time.Second, 10*time.Second), down: r.down(), filter: -1}
	if changed && r.oneIn(2) {
		again.filter = r.IntN(len(filters))
	}
	if changed && again.filter < 0 {
		again.pageSize = pick(r, 5, 10, 25, 100, 1000)
	}
	return again
}

// steps makes what happens to one node.
func (r random) steps(node int, set setup, length time.Duration) []timedStep {
	chosen := stepKinds
	if !r.oneIn(5) {
		chosen = nil
		for range 1 + r.IntN(5) {
			chosen = append(chosen, pick(r, stepKinds...))
		}
	}
	var steps []timedStep
	group := func(at time.Duration) {
		for range 1 + r.IntN(7) {
			s := r.newEvents()
			if !r.oneIn(3) {
				s = pick(r, chosen...)(r, set)
			}
			steps = append(steps, timedStep{at, node, s})
			// Often at the same instant, or within what a retry or a page takes.
			at = min(length, at+pick(r, 0, r.between(0, 2*time.Second), r.between(0, 90*time.Second)))
		}
	}
	if r.oneIn(6) {
		group(0) // nothing is stored yet
	}
	// Where polling sees nothing for hours, an event hook announces what polling has not read.
	if set.hook.deliverUnconfirmed && r.oneIn(2) {
		from := r.between(0, length/4)
		steps = append(steps,
			timedStep{from, node, credentialFault{state: oktatest.TokenSeesNothing, last: length}},
			timedStep{r.between(from, length), node, refusePositions{code: "E0000031"}})
	}
	// What was announced hours ago is forgotten when the process that compared it is gone.
	if set.hook.deliverUnconfirmed && length > 3*time.Hour {
		at := r.between(length*3/4, length)
		steps = append(steps, timedStep{at, node, r.restart(false)}, timedStep{min(length, at+20*time.Minute), node, strangers{replay: true}})
	}
	for range 2 + r.IntN(12) {
		group(time.Duration(r.Int64N(int64(length))).Truncate(time.Millisecond))
	}
	if len(set.branches) > 0 {
		steps = append(steps, r.branchSteps(node, set, length)...)
	}
	// The last events show whether those before them were passed over.
	return append(steps, timedStep{length, node, newEvents{count: 5}})
}

// calmSteps makes what happens to one node when nothing breaks: events, restarts, and changes of org_url that lead back
// to the same org.
func (r random) calmSteps(node int, set setup, length time.Duration) []timedStep {
	var steps []timedStep
	for range 5 + r.IntN(30) {
		at := time.Duration(r.Int64N(int64(length))).Truncate(time.Millisecond)
		steps = append(steps, timedStep{at, node, r.newEvents()})
	}
	for range r.IntN(4) {
		at := r.between(length/4, length*3/4)
		happens := pick[step](r,
			r.restart(false),
			orgURLRespelled{way: r.IntN(spellings)},
			orgURLWrong{another: r.oneIn(2), last: r.between(time.Second, length/8)},
			customDomain{},
		)
		if set.reads.on && happens == (customDomain{}) {
			happens = r.restart(false) // a range is one of a host: it would be read again
		}
		steps = append(steps, timedStep{at, node, happens})
	}
	return steps
}

func (r random) newEvents() step {
	s := newEvents{count: 1 + r.IntN(pick(r, 3, 10, 40, 80))}
	if r.oneIn(2) {
		s.late = r.between(time.Second, pick(r, time.Minute, 50*time.Minute, 6*time.Hour))
	}
	return s
}
