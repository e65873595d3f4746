// SPDX-License-Identifier: Apache-2.0

package okta

// What an answer may take, whoever sends it.
const (
	// maxPageBytes bounds the decompressed body of a page, and with it the largest event. 1,000 events are 2 to 5 MB; an
	// event is rarely larger than 50 kB. What is in hand of a page takes some times as much.
	maxPageBytes = 24 << 20
	// maxErrorBytes bounds what is read of an error's body.
	maxErrorBytes = 64 << 10
	// maxAnswerBytes bounds the body of an answer of a management API: an event hook with 300 types is below 20 kB, a page
	// of 200 apps about 1 MB.
	maxAnswerBytes = 4 << 20
	// pageSlack is how many events a page may have beyond those that were asked for. Okta sends none.
	pageSlack = 1000
	// maxKeptBody bounds the buffers, in bytes, that are kept for the next page. A page of 1,000 events is rarely larger
	// than half of it.
	maxKeptBody = 8 << 20
)
