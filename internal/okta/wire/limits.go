// SPDX-License-Identifier: Apache-2.0

package wire

import "time"

// What headers may ask for, and what is remembered.
const (
	// MaxWindow bounds every wait that Okta's headers ask for: its windows are one minute long, so a header that
	// names much more is wrong.
	MaxWindow = 2 * time.Minute
	// maxConcurrencyWait bounds the wait after a refusal for too many simultaneous requests, in which the reset
	// is only a suggestion (Okta, rate limits: concurrency).
	maxConcurrencyWait = time.Minute
	// maxWindowMove is how far ahead answers without a Date move the clock, however many agree: a reset alone may as
	// well be written in a way of its own by what is in between. A local clock that is further behind shows in times
	// that are too early.
	maxWindowMove = 10 * time.Minute
	// latestPlausible is the time (in 2106) from which on a header holds anything but a time in seconds.
	latestPlausible = 1 << 32
	// maxPassing is how many secrets that pass are remembered, those that were used last: 256 access tokens are those
	// of more than a hundred orgs, each of which lives for an hour.
	maxPassing = 256
)
