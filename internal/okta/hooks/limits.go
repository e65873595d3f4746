// SPDX-License-Identifier: Apache-2.0

package hooks

// What an answer about event hooks may take, whoever sends it.
const (
	// maxAnswerBytes bounds the body of an answer: a hook with 300 types is below 20 kB.
	maxAnswerBytes = 1 << 20
	// maxHooks bounds the event hooks of an org, which has a few dozen, and maxPages the pages of their list.
	maxHooks = 500
	maxPages = 100
	// maxListBytes bounds all pages of the list together. A hundred hooks of 300 types each are 1 MB.
	maxListBytes = 4 << 20
)
