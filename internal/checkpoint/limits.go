// SPDX-License-Identifier: Apache-2.0

package checkpoint

// What is kept, and what a stored record may claim.
const (
	// maxKept bounds the IDs that are kept: an hour at 290 events a second, in about 45 MB.
	maxKept = 1 << 20
	// maxChunks is far more than a store ever keeps; a record that claims more is corrupt.
	maxChunks = 1 << 20
)
