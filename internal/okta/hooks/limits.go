// SPDX-License-Identifier: Apache-2.0

package hooks

// What an answer about event hooks may take, whoever sends it.
const (
	// maxAnswerBytes bounds the body of an answer: a hook with 300 types is below 20 kB.
	maxAnswerBytes = 1 << 20
	// maxHooks bounds the event hooks of an org, which has a few dozen, and maxPages the pages of their list.
	maxHooks = 500
	maxPages = 100
)
