// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// dice makes the choices of one seed.
type dice struct{ *rand.Rand }

func roll(seed uint64) dice {
	return dice{rand.New(rand.NewPCG(seed, 0x686973746f7279))}
}

// one reports true once in n times.
func (d dice) one(n int) bool { return d.IntN(n) == 0 }

// between is a time from low to high, in whole milliseconds, more often near low.
func (d dice) between(low, high time.Duration) time.Duration {
	share := d.Float64()
	return (low + time.Duration(share*share*float64(high-low))).Truncate(time.Millisecond)
}

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

// generate makes the history of a seed.
//
// What happens comes in moments of a few steps close together, with quiet in between: faults that
// meet each other are what no one thinks of. Each history has a few kinds of steps only, so that it
// is more often about one thing than about all of them at once.
func generate(seed uint64) *history {
	d := roll(seed)
	h := &history{seed: seed, length: d.between(20*time.Minute, 5*time.Hour)}
	if seed%20 == 0 {
		h.length = d.between(12*time.Hour, 60*time.Hour)
	}
	for range pick(d, 1, 1, 1, 1, 1, 1, 2, 3) {
		h.setups = append(h.setups, d.setup(h.length))
	}
	// Large events cost time and memory.
	if seed%50 == 7 {
		h.setups = h.setups[:1]
		h.setups[0].large, h.setups[0].backlog, h.setups[0].query.pageSize = true, 40, 100
	}
	for i, s := range h.setups {
		h.steps = append(h.steps, d.steps(i, s, h.length)...)
	}
	slices.SortStableFunc(h.steps, func(a, b step) int { return int(a.at - b.at) })
	return h
}

func (d dice) setup(length time.Duration) setup {
	s := setup{
		// A long history is polled less often.
		poll:      max(pick(d, 10*time.Second, 30*time.Second, time.Minute, 5*time.Minute), (length / 60).Truncate(time.Second)),
		query:     query{pageSize: pick(d, 5, 10, 25, 100, 1000)},
		startAt:   pick(d, startAt("end"), "end", "beginning", "-2h", "-24h"),
		reserve:   pick(d, 0.2, 0.2, 0.45, 0.5, 0),
		timeout:   pick(d, 30*time.Second, time.Minute),
		latency:   pick(d, 50*time.Millisecond, 300*time.Millisecond, 2*time.Second),
		store:     pick(d, 0, 0, 5*time.Millisecond, 400*time.Millisecond),
		limits:    d.limits(),
		backlog:   pick(d, 0, 0, 3, 40, 200, 400),
		tokenLife: pick(d, 10*time.Minute, time.Hour),
		nonceLife: pick(d, 15*time.Minute, 24*time.Hour),
		askNonce:  d.one(2),
		foldLinks: d.one(6),
		omitNext:  d.one(6),
		sinceNext: d.one(6),
		oauth:     d.one(10),
	}
	if d.one(4) {
		s.query.filter = d.IntN(len(filters))
		s.scanLimit = pick(d, 0, 100)
	}
	if d.one(4) {
		s.hook = d.hook(s.poll)
	}
	if d.one(4) {
		s.skew = pick(d, 10*time.Minute, -10*time.Minute, 3*time.Second)
	}
	return s
}

// kind is one kind of step and how a step of it is made.
type kind func(d dice, s setup) act

var (
	faultNames      = slices.Sorted(maps.Keys(faults))
	tokenFaultNames = slices.Sorted(maps.Keys(tokenFaults))
)

// kinds are all kinds of steps, but for events.
var kinds = []kind{
	func(d dice, _ setup) act { return meet{fault: pick(d, faultNames...), times: 1 + d.IntN(4)} },
	func(d dice, _ setup) act { return meet{fault: pick(d, faultNames...), times: 1 + d.IntN(4)} },
	func(d dice, _ setup) act {
		return outage{fault: pick(d, faultNames...), last: d.between(time.Minute, 20*time.Minute)}
	},
	func(d dice, s setup) act {
		if !s.oauth {
			return meet{fault: pick(d, faultNames...), times: 1}
		}
		return meet{fault: pick(d, tokenFaultNames...), times: 1 + d.IntN(3), token: true}
	},
	func(d dice, s setup) act {
		if s.oauth && d.one(2) {
			return nonces{forget: d.one(2)}
		}
		state := pick(d, oktatest.TokenInvalid, oktatest.TokenWithoutRole, oktatest.TokenSeesNothing)
		return revoke{state: state, last: d.between(time.Minute, 20*time.Minute)}
	},
	func(d dice, _ setup) act {
		return refusePositions{code: pick(d, "E0000001", "E0000031", "E0000054")}
	},
	func(d dice, _ setup) act { return skew{ahead: d.between(0, 20*time.Minute) - 10*time.Minute} },
	func(d dice, s setup) act { return spend{requests: 1 + d.IntN(s.limits.requests*5/4)} },
	func(d dice, _ setup) act { return refuse{last: d.between(time.Second, 15*time.Minute)} },
	func(d dice, _ setup) act { return block{last: d.between(time.Second, 15*time.Minute), deaf: d.one(3)} },
	func(d dice, _ setup) act {
		return dawdle{last: d.between(time.Minute, 15*time.Minute), each: d.between(time.Millisecond, 10*time.Second)}
	},
	func(d dice, _ setup) act { return never{calls: 1 + d.IntN(3)} },
	func(d dice, _ setup) act { return failStorage{last: d.between(time.Second, 10*time.Minute)} },
	func(d dice, _ setup) act {
		return slowStorage{last: d.between(time.Minute, 10*time.Minute), each: d.between(time.Millisecond, 7*time.Second)}
	},
	func(d dice, _ setup) act { return stall{last: d.between(time.Second, 20*time.Minute)} },
	func(d dice, _ setup) act { return lie{writes: 1 + d.IntN(3)} },
	func(d dice, _ setup) act { return crash{down: d.down()} },
	func(d dice, _ setup) act { return crashAt{when: moment(d.IntN(int(moments))), down: d.down()} },
	func(d dice, _ setup) act { return crashAt{when: moment(d.IntN(int(moments))), down: d.down()} },
	func(d dice, _ setup) act { return d.restart(false) },
	func(d dice, _ setup) act { return d.restart(true) },
	func(d dice, _ setup) act { return stopAt{d.restart(d.one(2))} },
}

func (d dice) down() time.Duration { return d.between(0, 20*time.Minute) }

func (d dice) restart(changed bool) restart {
	r := restart{grace: pick(d, 0, time.Second, 10*time.Second), down: d.down(), filter: -1}
	if changed && d.one(2) {
		r.filter = d.IntN(len(filters))
	}
	if changed && r.filter < 0 {
		r.pageSize = pick(d, 5, 10, 25, 100, 1000)
	}
	return r
}

// steps makes what happens to one receiver.
func (d dice) steps(member int, s setup, length time.Duration) []step {
	chosen := kinds
	if !d.one(5) {
		chosen = nil
		for range 1 + d.IntN(5) {
			chosen = append(chosen, pick(d, kinds...))
		}
	}
	var steps []step
	moment := func(at time.Duration) {
		for range 1 + d.IntN(7) {
			a := d.happen()
			if !d.one(3) {
				a = pick(d, chosen...)(d, s)
			}
			steps = append(steps, step{at, member, a})
			// Often at the same instant, or within what a retry or a page takes.
			at = min(length, at+pick(d, 0, d.between(0, 2*time.Second), d.between(0, 90*time.Second)))
		}
	}
	if d.one(6) {
		moment(0) // nothing is stored yet
	}
	// Where polling is blind for hours, an event hook knows more than it.
	if s.hook.unconfirmed && d.one(2) {
		from := d.between(0, length/4)
		steps = append(steps,
			step{from, member, revoke{state: oktatest.TokenSeesNothing, last: length}},
			step{d.between(from, length), member, refusePositions{code: "E0000031"}})
	}
	for range 2 + d.IntN(12) {
		moment(time.Duration(d.Int64N(int64(length))).Truncate(time.Millisecond))
	}
	// An org that stays quiet at the end would hide what was lost.
	return append(steps, step{length, member, happen{n: 5}})
}

func (d dice) happen() act {
	a := happen{n: 1 + d.IntN(pick(d, 3, 10, 40, 80))}
	if d.one(2) {
		a.late = d.between(time.Second, pick(d, time.Minute, 50*time.Minute, 6*time.Hour))
	}
	return a
}
