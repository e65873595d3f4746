// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"errors"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
)

// Source is where the events of a batch come from.
type Source int

const (
	// Polled events are a page of the System Log. What the pipeline refuses is tried again, and the position
	// moves behind them.
	Polled Source = iota
	// Unconfirmed events are known from an event hook alone: polling has missed them. They are marked, and tried
	// again like polled ones, but for those that are refused for good ([ErrPostponed]). The position stays.
	Unconfirmed
	// Announced events come from an event hook to a receiver that does not poll. Nothing waits for the
	// pipeline: whoever announced them sends them again, once.
	Announced
)

// ErrPostponed says that [Unconfirmed] events were refused for good, while others of the batch may have been accepted.
// Polling must not wait for them: they are to be delivered again later.
var ErrPostponed = errors.New("the pipeline refuses events for good that an event hook announced")

// Batch is events in Okta's order, from one source.
type Batch struct {
	Source Source
	// Events are the events' JSON texts. They are not kept beyond Deliver.
	Events [][]byte
	// Tapes has the tapes of Events, or some of them. It may be nil.
	Tapes *jsontape.Elements
	// Received is when they arrived, on the local clock.
	Received time.Time
	// Answered is when Okta answered with them, on its clock: no event counts as published later.
	Answered time.Time
	// Next is the position behind Polled events; other sources have none.
	Next okta.Position
	// Ahead returns the page behind a page of Polled events once it has come, and nil before: the first call
	// makes it be fetched. used is the page that it returned before, when all events of that were delivered, and
	// makes the page behind that one be fetched. It is asked when an event is refused and no other one of the
	// batch is there to try. Its error ends the delivery.
	Ahead func(used *okta.Page) (*okta.Page, error)
}

// latest is the later of two times.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
