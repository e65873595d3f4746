// SPDX-License-Identifier: Apache-2.0

// Package simulation proves that the receiver loses nothing, by running it through thousands of
// made-up histories. All of it is tests.
//
// # What a history is
//
// One seed makes one history: a few hours or days in the life of one to three receivers, each with
// an org, a storage and a pipeline of its own. It is plain data, a list of timed steps such as
// "12 events happen, up to 20m late", "the next 2 requests meet: half a page", "the pipeline refuses
// everything for 4m" or "the process crashes right after the next acceptance". The whole receiver
// runs, from its factory to its Shutdown, in a testing/synctest bubble: time is virtual, and the
// simulator of package oktatest answers its requests without a socket.
//
// A crash takes the process's state and nothing else: from that instant on its requests are not
// sent, its deliveries do not count and its writes do not reach the storage, which stays as the last
// completed write left it. The next process starts from there.
//
// One org in four also has an event hook. What it announces reaches the handler of the process that
// lives, early, late, twice or out of order, and is refused while none lives.
//
// Both sides' clocks jump; what a receiver can see of that is how far Okta's clock is ahead of its
// own, so it is Okta's that moves.
//
// # What is checked
//
// After the last step everything that was broken is repaired and the history is let settle. Then:
//
//	lost       every event that was owed was delivered, or refused for good by the pipeline
//	repeated   delivered twice only if a crash or a failed store fell between acceptance and
//	           commit, and at most one page of them each time
//	order      first deliveries are in the order in which Okta persisted the events, but for those
//	           made of what an event hook announced
//	invented   nothing was delivered that never happened
//	requests   requests, deliveries and writes that fail are not tried again at full speed; the
//	           requests within any minute are bounded
//	reserve    what rate_limit.reserve keeps for the org's other clients is left alone
//	credential no request left for another address, no credential stands in a URL or in the storage,
//	           no DPoP proof or client assertion was sent twice
//	leftovers  no goroutine, no response body and no storage client is left open
//	memory     no more uuids are stored than a fall-back can need
//	shutdown   Shutdown returned in time
//
// What is owed when the filter changes is said at [member.judge].
//
// # How to run and replay it
//
//	go test ./internal/simulation -run TestHistories                              500 histories
//	go test ./internal/simulation -run TestHistories -v -timeout 0 -seeds 20000   more of them
//	go test ./internal/simulation -run TestHistories -seed 1234                   one, printed
//	make soak SEEDS=100000
//
// A seed that fails is printed with the command that replays it and with its history shortened to
// the receivers and steps that matter.
//
// A replay repeats the history: the same setups, the same events, the same steps at the same virtual
// times. It does not repeat the receiver's jitter, which is random on purpose, nor the order in which
// the runtime schedules goroutines that are ready at the same instant, nor anything of the order in
// which maps are walked. A failure that needs one of these may not show in a single replay, so a
// replay runs the history several times.
//
// TestDeliberateMistakes is the proof of the proof: it builds the receiver with mistakes put into it,
// one after the other, and requires that the simulation finds each.
package simulation // import "github.com/otel-okta/okta-systemlog-receiver/internal/simulation"
