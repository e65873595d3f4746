// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"cmp"
	"net/http"
	"time"
)

// Defaults of Options.
const (
	// DefaultRateLimit is the bucket of /api/v1/eventHooks in requests a minute. Okta does not publish it.
	DefaultRateLimit = 100
	// DefaultTimeout is how long Okta waits for an endpoint's answer (Okta, event hooks: "timeout and retry").
	DefaultTimeout = 3 * time.Second
	// DefaultBatch is how many events one delivery holds at most. Okta documents no number.
	DefaultBatch = 100
	// DefaultDailyLimit is how many applicable events an org may send in 24 hours (Okta, event hook limits).
	DefaultDailyLimit = 400_000
	// DefaultReorderBy is how late an event is that is sent out of order, at most.
	DefaultReorderBy = 10 * time.Second
)

// Limits of event hooks (Okta, event hook limits).
const (
	maxLiveHooks   = 25  // active and verified, an org
	maxHookTypes   = 300 // a hook
	maxHookName    = 255
	maxHookURI     = 1024
	hookDay        = 24 * time.Hour
	hookPatience   = 2 // requests for one delivery or verification: one, and one retry
	statusesKept   = 100
	maxHookAnswer  = 64 << 10
	maxHookRequest = 1 << 20
)

// Options describe how an org keeps and sends event hooks. The zero value behaves as documented, at once and in order.
type Options struct {
	// Transport reaches the endpoints of hooks; nil means http.DefaultTransport. RoundTripper makes one of a handler,
	// without sockets. Redirects are not followed.
	Transport http.RoundTripper
	// RateLimit is the ceiling of /api/v1/eventHooks in requests a minute; 0 means DefaultRateLimit, negative none.
	RateLimit int
	// PlainLoopback accepts http URIs of loopback addresses, so that tests need no TLS. Okta wants https.
	PlainLoopback bool

	// Delay is when an event is sent, counted from when it can be read from the log. Negative sends it before that, and
	// not before it is appended: append such events with a Persisted time in the future.
	Delay time.Duration
	// ChangeDelay is for how long after a hook was made or changed it is sent nothing: what is persisted meanwhile
	// passes it by. Okta: "it may take several minutes before events are sent after it's created or updated".
	ChangeDelay time.Duration
	// Batch is how many events one delivery holds at most; 0 means DefaultBatch.
	Batch int
	// BatchWait is how long an event waits for others to share its delivery, unless Batch are there before.
	BatchWait time.Duration
	// Parallel is how many deliveries of one hook may be under way; 0 means 1.
	Parallel int
	// Timeout is how long to wait for an endpoint's answer; 0 means DefaultTimeout.
	Timeout time.Duration
	// RetryDelay is the wait before the one retry.
	RetryDelay time.Duration
	// DailyLimit is how many events the org may send in 24 hours, from the first of them; further ones are lost without
	// a trace. 0 means DefaultDailyLimit, negative none. An event counts once, to however many hooks it goes.
	DailyLimit int
	// LogFailures makes the org write a lost delivery into its own log, as event_hook.delivery.
	LogFailures bool
	// LogChanges makes the org write what is done to its event hooks through the API into its own log, as Okta does:
	// event_hook.created, .updated, .activated, .deactivated, .verified and .deleted.
	LogChanges bool
	// ReverseTypes shows the event types of a hook in another order than they were given, as Okta does.
	ReverseTypes bool

	// DuplicateEvents is the share, 0 to 1, of events that are sent again in a delivery of their own.
	DuplicateEvents float64
	// DuplicateDeliveries is the share, 0 to 1, of deliveries that are sent again as they are after they were answered,
	// with the same eventId.
	DuplicateDeliveries float64
	// Reorder is the share, 0 to 1, of events that are sent later than they are due.
	Reorder float64
	// ReorderBy is how much later, at most; 0 means DefaultReorderBy.
	ReorderBy time.Duration
	// Seed makes the choice of repeated and late events repeatable.
	Seed uint64
}

// WithDefaults returns o with every zero value that stands for a default filled in.
func (o Options) WithDefaults() Options {
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	o.RateLimit = cmp.Or(o.RateLimit, DefaultRateLimit)
	o.Batch = cmp.Or(o.Batch, DefaultBatch)
	o.Parallel = cmp.Or(o.Parallel, 1)
	o.BatchWait = max(o.BatchWait, 0)
	o.Timeout = cmp.Or(o.Timeout, DefaultTimeout)
	o.DailyLimit = cmp.Or(o.DailyLimit, DefaultDailyLimit)
	o.ReorderBy = cmp.Or(o.ReorderBy, DefaultReorderBy)
	return o
}
