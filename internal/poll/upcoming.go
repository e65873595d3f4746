// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"sync"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// upcoming is the page behind the one in hand. It is fetched once, when it is started, and there is never more
// than one.
type upcoming struct {
	fetch   func() (*okta.Page, error)
	running *sync.WaitGroup

	start sync.Once
	done  chan struct{} // closed when page and err are there
	page  *okta.Page
	err   error
}

func newUpcoming(running *sync.WaitGroup, fetch func() (*okta.Page, error)) *upcoming {
	return &upcoming{fetch: fetch, running: running, done: make(chan struct{})}
}

// begin begins to fetch the page, without waiting for it.
func (u *upcoming) begin() {
	u.start.Do(func() {
		u.running.Go(func() {
			defer close(u.done)
			u.page, u.err = u.fetch()
		})
	})
}

// get waits for the page.
func (u *upcoming) get() (*okta.Page, error) {
	u.begin()
	<-u.done
	return u.page, u.err
}

// peek begins to fetch the page, and returns it when it is there already, or nil.
func (u *upcoming) peek() (*okta.Page, error) {
	u.begin()
	select {
	case <-u.done:
		return u.page, u.err
	default:
		return nil, nil
	}
}
