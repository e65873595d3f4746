// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"net/http"
	"sync"
	"time"
)

// clock is Okta's clock as seen from here: the local one, corrected by what the Date headers of
// Okta's answers said.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// observe learns from the Date header of an answer that has just arrived and returns that instant
// on Okta's clock; without a Date the corrected local clock has to do.
func (c *clock) observe(h http.Header) time.Time {
	local := time.Now()
	date, err := http.ParseTime(h.Get("Date"))
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.offset = date.Sub(local)
	}
	return local.Add(c.offset)
}
