// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"math/rand/v2"
	"slices"
	"time"
)

// random makes the choices of one seed.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random {
	return random{rand.New(rand.NewPCG(seed, 0x686973746f7279))}
}

// oneIn reports true once in n times.
func (r random) oneIn(n int) bool { return r.IntN(n) == 0 }

// between is a time from low to high, in whole milliseconds, more often near low.
func (r random) between(low, high time.Duration) time.Duration {
	share := r.Float64()
	return (low + time.Duration(share*share*float64(high-low))).Truncate(time.Millisecond)
}

func pick[T any](r random, from ...T) T { return from[r.IntN(len(from))] }

// generate makes the history of a seed.
//
// Steps come in groups of a few close together, with quiet in between: nobody thinks of all the faults that can
// meet each other. Each history has a few kinds of steps only, so that it is more often about one of them than
// about all at once. One history in ten is calm.
func generate(seed uint64) *history {
	r := newRandom(seed)
	h := &history{seed: seed, length: r.between(20*time.Minute, 5*time.Hour), calm: seed%10 == 3}
	if seed%20 == 0 {
		h.length = r.between(12*time.Hour, 60*time.Hour)
	}
	for i := range pick(r, 1, 1, 1, 1, 1, 1, 2, 3) {
		set := r.setup(h.length)
		if h.calm {
			set.hook, set.branches = hookSetup{}, nil
		}
		// Chosen without r, whose further choices would be others.
		if seed%5 == 1 && !h.calm {
			set.hook, set.branches = hookSetup{}, nil
			set.replicas = replicaSetup{on: true, exclusive: seed%2 == 0}
		}
		if i == 0 && readsRange(seed) {
			set = newRandom(mix(seed)).rangeSetup(set, h.length)
		}
		set.jitterSeed = mix(seed<<8 | uint64(i))
		h.setups = append(h.setups, set)
	}
	// Large events cost time and memory.
	if seed%50 == 7 {
		h.setups = h.setups[:1]
		h.setups[0].largeEvents, h.setups[0].backlog, h.setups[0].query.pageSize = true, 40, 100
	}
	for i, set := range h.setups {
		if h.calm {
			h.steps = append(h.steps, r.calmSteps(i, set, h.length)...)
		} else {
			h.steps = append(h.steps, r.steps(i, set, h.length)...)
			if set.reads.on {
				h.steps = append(h.steps, newRandom(mix(seed+1)).rangeSteps(i, set, h.length)...)
			}
			if set.replicas.on {
				h.steps = append(h.steps, newRandom(mix(seed)).leaseSteps(i, set, h.steps, h.length)...)
			}
		}
	}
	slices.SortStableFunc(h.steps, func(a, b timedStep) int { return int(a.at - b.at) })
	return h
}

func (r random) setup(length time.Duration) setup {
	set := setup{
		// A long history is polled less often.
		pollInterval:   max(pick(r, 10*time.Second, 30*time.Second, time.Minute, 5*time.Minute), (length / 60).Truncate(time.Second)),
		query:          query{pageSize: pick(r, 5, 10, 25, 100, 1000)},
		startAt:        pick(r, startAt("end"), "end", "beginning", "-2h", "-24h"),
		reserve:        pick(r, 0.2, 0.2, 0.45, 0.5, 0),
		timeout:        pick(r, 30*time.Second, time.Minute),
		latency:        pick(r, 50*time.Millisecond, 300*time.Millisecond, 2*time.Second),
		storageLatency: pick(r, 0, 0, 5*time.Millisecond, 400*time.Millisecond),
		limits:         r.limits(),
		backlog:        pick(r, 0, 0, 3, 40, 200, 400),
		tokenLifetime:  pick(r, 10*time.Minute, time.Hour),
		nonceLifetime:  pick(r, 15*time.Minute, 24*time.Hour),
		askNonce:       r.oneIn(2),
		foldLinks:      r.oneIn(6),
		omitNext:       r.oneIn(6),
		sinceNext:      r.oneIn(6),
		oauth:          r.oneIn(10),
	}
	if r.oneIn(4) {
		set.query.filter = r.IntN(len(filters))
		set.scanLimit, set.moveWhenEmpty = pick(r, 0, 20, 100), r.oneIn(2)
	}
	if r.oneIn(4) {
		set.maxPage = max(1, pick(r, set.query.pageSize-1, set.query.pageSize/3))
	}
	if r.oneIn(4) {
		set.hook = r.hook(set.pollInterval)
	}
	if r.oneIn(3) {
		for range 1 + r.IntN(3) {
			set.branches = append(set.branches, branchSetup{poison: pick(r, 0, 0, 40, 200)})
		}
		set.join, set.drop = r.IntN(4), r.oneIn(4)
	}
	if r.oneIn(4) {
		set.skew = pick(r, 10*time.Minute, -10*time.Minute, 3*time.Second)
	}
	return set
}

func (r random) limits() limits {
	return limits{
		requests: pick(r, 60, 120, 600),
		share:    pick(r, principalShare, principalShare, 1),
		showOrg:  r.oneIn(3),
		events:   r.oneIn(3),
	}
}

func (r random) hook(pollInterval time.Duration) hookSetup {
	h := hookSetup{
		confirmWithin:      max(pick(r, time.Minute, 10*time.Minute), pollInterval),
		deliverUnconfirmed: r.oneIn(2),
		batch:              pick(r, 1, 5, 100),
		batchWait:          pick(r, 0, time.Second, 20*time.Second),
		retryDelay:         pick(r, 0, time.Second),
		irregular:          pick(r, 0, 0.1, 0.5),
		seed:               r.Uint64(),
	}
	if r.oneIn(2) {
		h.lead = r.between(0, 20*time.Second)
	} else {
		h.delay = r.between(0, pick(r, time.Second, 15*time.Minute))
	}
	return h
}
