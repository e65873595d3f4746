// SPDX-License-Identifier: Apache-2.0

package eventhook

import "time"

// What strangers, and Okta, may take of this process. Polling must not be hurt by whoever finds the address of the
// hook: all of it fits into 100 file descriptors and some 20 MB.
const (
	// answerWithin is how long a request may take, the reading of its body included. Okta waits three seconds (Okta,
	// event hooks), and the way to the collector and back needs some of them.
	answerWithin = 2500 * time.Millisecond
	// maxHeaderWait is how long a connection may take for its handshake and the headers of a request.
	maxHeaderWait = 2500 * time.Millisecond
	// maxIdle is how long a connection may wait for its next request.
	maxIdle = 10 * time.Second
	// maxConnections bounds the open connections. Okta needs a few.
	maxConnections = 64
	// quietFor is how long a connection on which nothing is asked is left alone when others wait for its place.
	quietFor = time.Second
	// maxHeaderBytes bounds the headers of a request. Okta's have less than 2 kB.
	maxHeaderBytes = 16 << 10
	// maxInHand bounds the deliveries in hand, and maxBytesInHand the bytes of their bodies.
	maxInHand      = 32
	maxBytesInHand = 16 << 20
	// maxEvents bounds the events of a delivery. Okta does not say how many it sends at a time; it is a few.
	maxEvents = 1000
	// maxLateness is how long before another delivery Okta may have made one, where nothing polls. Okta's are up to an
	// hour late (Okta, event hooks).
	maxLateness = 24 * time.Hour
	// longestChallenge is ten times the bytes that Okta sends to verify a hook.
	longestChallenge = 512
)
