// SPDX-License-Identifier: Apache-2.0

package translate

// What an event may make this package do and remember.
const (
	// maxYear is the last year that a Timestamp, which counts nanoseconds, holds as a whole.
	maxYear = 2261
	// maxKeptTokens is the number of JSON values above which the room for them is given back after the event.
	maxKeptTokens = 1 << 14
	// maxLearnedNodes is how many keys a tree remembers beyond those of attributes.go, maxLearnedKey how long in bytes
	// they may be.
	maxLearnedNodes = 2048
	maxLearnedKey   = 64
	// maxChildren is how many keys one node remembers: the number of bits in resolve's set of names.
	maxChildren = 64
	// fewRecent and manyRecent are how many texts of a field are remembered, recentFree how many of free-form maps, and
	// maxRecent how long in bytes they may be. Whatever comes, that is 20 MB together.
	fewRecent  = 8
	manyRecent = 64
	recentFree = 512
	maxRecent  = 128
	// maxNews is described at [node.changed].
	maxNews = 192
	// blockSize is how many bytes of texts lie side by side, and so what a text may keep from the garbage collector. A
	// full page fills some 30 blocks.
	blockSize = 16 << 10
	// maxEventNames is how many names are remembered; Okta has some 1,100 event types.
	maxEventNames = 2048
	// maxInnerText is how long in bytes a text may be that is read for what it says.
	maxInnerText = 1 << 16
	// maxBehaviors is how many behaviors one place of an event may tell of; Okta watches 7, and admins add some.
	maxBehaviors = 64
	// maxBehaviorNames is how many spellings of their names are remembered.
	maxBehaviorNames = 512
	// maxBehaviorTexts is how many texts of behaviors are remembered, maxBehaviorText how long in bytes they may be.
	maxBehaviorTexts = 256
	maxBehaviorText  = 256
	// maxTargetTypes is how many types of its targets an event has as an attribute; okta.target has all of them.
	maxTargetTypes = 32
	// maxEventType is how long in bytes a type may be whose name is remembered.
	maxEventType = 128
)
