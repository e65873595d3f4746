// SPDX-License-Identifier: Apache-2.0

// Package simulation proves that the receiver loses nothing, by running it through thousands of made-up
// histories. All of it is tests.
//
// # What a history is
//
// One seed makes one history: a few hours or days of one to three nodes. A node is a receiver with an org, a
// storage and a pipeline of its own. The history is plain data, a list of timed steps such as "12 events happen,
// up to 20m late", "the next 2 requests meet half a page", "the pipeline refuses everything for 4m" or "the
// process crashes right after the next acceptance". The whole receiver runs, from its factory to its Shutdown, in
// a testing/synctest bubble: time is virtual, and the simulator of package oktatest answers its requests without
// a socket.
//
// A crash takes the process's state and nothing else: from that instant on its requests are not sent, its
// deliveries do not count and its writes do not reach the storage, which stays as the last completed write left
// it. The next process starts from there.
//
// One org in four also has an event hook. Its announcements reach the handler of the process that runs: early,
// late, twice or out of order. They are refused while none runs. Strangers send rubbish to it, and deliveries that they
// have captured.
//
// Answers may be hostile: without end, with more elements than memory should hold, with the credential in them, or not
// Okta's at all.
//
// One history in three has pipelines that fan out. Branches are away, deny everything, limit the size of a call or
// refuse single events for good, each by itself, and their errors are joined in each way that the Collector joins
// them.
//
// One history in five has two replicas on each node, which share the storage and follow a lease: it is gained, lost,
// gained twice and lost in the middle of a commit, and its holder is suspended for longer than it lasts.
//
// Proxies strip or rewrite links, refuse cursors and set times that are years off. org_url is wrong for a while, is
// written in another way, or moves to a custom domain.
//
// One receiver in six reads a time range and ends (end_at): one that has passed, or of which the end is yet to come. It
// meets the same steps as the others, most of them while it reads, and more of those that change links. In half of the
// cases the storage has the history of a receiver that follows the log.
//
// One history in ten is calm: nothing breaks, and so everything must come soon.
//
// The clocks of both sides jump. A receiver can see only how far Okta's clock is ahead of its own, so it is Okta's
// that is moved.
//
// # Where things are
//
//	scenario_     what a history is, how a seed makes one, how it is run, replayed and shortened
//	fault_        the steps that break something
//	environment_  what surrounds a receiver: node, process, org, network, storage, pipeline, event hook
//	oracle_       the checks, what the histories must have met, exact replays, and the deliberate mistakes
//
// # What is checked
//
// After the last step all faults end, and the receivers get the time that they need. Then:
//
//	lost       every event that was owed was delivered to each branch of the pipeline, or refused for good by it
//	repeated   delivered twice only if a crash, a failed store or the end of a lease of which the holder did not know
//	           fell between acceptance and commit, and at most one page of them each time
//	order      first deliveries are in the order in which Okta persisted the events, but for those made of what
//	           an event hook announced
//	invented   nothing was delivered that never happened
//	requests   requests, deliveries and writes that fail are not tried again at full speed; the requests within
//	           any minute are bounded
//	reserve    what rate_limit.reserve keeps for the org's other clients is left alone
//	words      no log line and no status holds a credential, or moves a terminal's cursor
//	credential no request left for another address, no credential stands in a URL or in the storage, no DPoP
//	           proof or client assertion was sent twice
//	leftovers  no goroutine, no response body and no storage client is left open
//	memory     no more uuids are stored than a rewind can need
//	shutdown   Shutdown returned in time
//	lag        where nothing breaks, each event came in the time that polls, pages and writes take
//	range      of a receiver that reads a range nothing else was delivered
//	early      it did not begin before the events that are persisted within an hour of its end had come
//	ended      when it said that it has read the range, each event that was persisted in time was delivered
//	unended    it has said so in the end
//	rest       after that it sent no request, and a process that started said so at once
//	history    what a receiver that follows the log has in the same storage is as it was
//	held       what a branch refuses for good was given up in the end, and the position moved behind it
//
// Which events are owed when the filter changes is said at node.missingEvents, and which ones of a range at
// node.owedOfRange.
//
// # How to run and replay it
//
//	go test ./internal/simulation -run TestHistories                              500 histories
//	go test ./internal/simulation -run TestHistories -v -timeout 0 -seeds 20000   more of them
//	go test ./internal/simulation -run TestHistories -v -seed 1234                one, printed
//	make soak SEEDS=100000
//
// A seed that fails is printed with the command that replays it and with its history shortened to the nodes and
// steps that matter.
//
// A replay repeats the history: the same setups, the same events, the same steps at the same virtual times. It also
// repeats the receiver's jitter, which follows from the seed of the history, the number of the node and the number of
// the process, and the order in which a receiver's calls reach its environment. Without an event hook or replicas each
// request and each delivery comes at the same nanosecond again, which TestReplayRepeatsTheWaits checks, so one replay
// suffices. A replay does not repeat the order in which the runtime schedules goroutines that are ready at the same
// instant inside the receiver or inside the simulated org, as with announcements that are sent at the same time, nor
// the order in which maps are walked. For a failure that needs one of these, -replays 20 runs the history up to 20
// times.
//
// # How the checks are checked
//
// TestDeliberateMistakes builds the receiver with mistakes put into it, one after the other, and requires that
// the simulation finds each. A mistake is an edit of source text that only the compiler of that test sees.
// Named failpoints would put a condition that is never true into each line that states an invariant, so there are
// none. One mistake is replayed by its name, with the seed that found it or the first that does:
//
//	go test ./internal/simulation -run TestDeliberateMistakes -v -mistake rewind-to-now [-seed 3]
package simulation // import "github.com/otel-okta/okta-systemlog-receiver/internal/simulation"
