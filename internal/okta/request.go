// SPDX-License-Identifier: Apache-2.0

package okta

import "time"

// Request is one request to the System Log and what became of it.
type Request struct {
	// Took is how long it took from when it was sent until the page was there, or it was clear that
	// none would come. The wait for a permit is not in it.
	Took time.Duration
	// Bytes is the size of the page, unpacked.
	Bytes int
	// Err is nil for a page, and an [*oktaerr.Error] otherwise.
	Err error
}

// WithObserver makes the client tell of each request that was answered, or that failed by itself
// rather than because its context ended. observe is called by the goroutine that asked.
func WithObserver(observe func(Request)) Option { return func(c *Client) { c.observe = observe } }
