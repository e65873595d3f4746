// SPDX-License-Identifier: Apache-2.0

package auth

import "time"

// What an answer or a time may bring, whoever made it.
const (
	// maxAnswerBytes bounds what is read of the token endpoint's answer, a few kilobytes as a rule.
	maxAnswerBytes = 1 << 20
	// maxDrainBytes bounds what is read of an answer that is not passed on. Its body is read so that the connection
	// can be used again.
	maxDrainBytes = 64 << 10
	// maxNonceBytes bounds the nonce that is kept, since a header carries it back.
	maxNonceBytes = 1 << 10
	// maxLifetime bounds the lifetime that an answer gives a token.
	maxLifetime = 24 * time.Hour
	// maxAhead bounds how long after the last believed time what is signed may be valid: an answer with an absurd
	// Date must not bring about a credential that is good for years.
	maxAhead = 10 * time.Minute
)
