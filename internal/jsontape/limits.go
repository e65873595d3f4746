// SPDX-License-Identifier: Apache-2.0

package jsontape

import "math"

// What one text may take.
const (
	// MaxTokens is how many tokens a tape has at most, in 1 MB. An event of Okta's has some hundreds. Of a text
	// with more, the containers that do not fit are kept as text.
	MaxTokens = 1 << 16
	// maxArrayTokens is how many tokens the elements of an array have together, in 4 MB, above which no more are put
	// on the tape. 1,000 events of Okta's have some 100,000.
	maxArrayTokens = 1 << 18
	// MaxMended is how many changes [Mend] makes at most, each of which adds 5 bytes or fewer.
	MaxMended = 1 << 16
	// maxOpened is how many members an object that does not fit may have to be opened all the same.
	maxOpened = 1 << 10
	// maxNesting is how deep containers may lie inside each other, as for [encoding/json.Valid].
	maxNesting = 10_000
	// maxText is how long a text may be in bytes: positions are int32.
	maxText = math.MaxInt32
)
