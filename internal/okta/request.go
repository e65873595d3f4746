// SPDX-License-Identifier: Apache-2.0

package okta

import "time"

// Request is one request to the System Log and its outcome.
type Request struct {
	// Took is the time from the sending until the page had come, or the request had failed. The wait for a permit
	// before it is not part of it.
	Took time.Duration
	// Bytes is the decompressed size of the page.
	Bytes int
	// Err is nil for a page, and an [*oktaerr.Error] otherwise.
	Err error
}

// WithObserver makes the client call observe after each request, except one that failed because its context ended.
// The goroutine that called [Client.Page] calls it.
func WithObserver(observe func(Request)) Option { return func(c *Client) { c.observe = observe } }
