// SPDX-License-Identifier: Apache-2.0

// Package jsontape reads one JSON text in a single pass and leaves it as a flat list of tokens (a tape), in the
// order of the text, each knowing where the next sibling begins. A tape is reused for the next text, so reading costs
// no allocation beyond the strings that contain an escape.
//
// It accepts what [encoding/json.Valid] accepts and nothing else; a fuzz test holds the two against each other. In
// the cases that the JSON grammar leaves open it does as encoding/json does: an escaped lone surrogate becomes U+FFFD,
// and of members with the same key the last one counts.
//
// [Mend] writes what is almost JSON as JSON.
//
// [Elements] takes an array apart and has a tape of each element, in one pass. [Split] and [Members] take an array or
// an object apart by the same grammar, without a tape.
//
// Nesting is bounded: a container deeper than [MaxDepth] becomes one token of kind [Text] that holds its JSON as sent.
package jsontape
