// SPDX-License-Identifier: Apache-2.0

package poll

import (
	"context"
	"sync"

	"github.com/otel-okta/okta-systemlog-receiver/internal/delivery"
)

// follower follows the log from page to page, in one run of the poller.
type follower struct {
	*Poller
	history  *delivery.History
	fetchCtx context.Context
	running  sync.WaitGroup // requests that go on beside the loop

	// next is the page behind the one in hand; nil behind what looks like the last one of a
	// replay.
	next *upcoming
	// emptyPages counts the pages without events since the last one with some.
	emptyPages int
	rewinds    rewinds
	// ends are the rewinds behind answers that looked like the end of a replay and were not.
	ends rewinds
	// orgIDKnown is the id of the org once it was asked for, "" where Okta does not tell it.
	orgIDKnown string
	orgIDAsked bool
}
