// SPDX-License-Identifier: Apache-2.0

package eventhook

import "time"

// What strangers and Okta may take of this process.
const (
	// answerWithin is how long a request may take, the reading of its body included. Okta waits three seconds (Okta,
	// event hooks), and the way to the collector and back needs some of them.
	answerWithin = 2500 * time.Millisecond
	// maxInHand bounds the deliveries in hand.
	maxInHand = 32
	// maxEvents bounds the events of a delivery. Okta does not say how many it sends at a time; it is a few.
	maxEvents = 1000
	// longestChallenge is ten times the bytes that Okta sends to verify a hook.
	longestChallenge = 512
)
