// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"slices"
	"sort"
	"time"
)

// hook is one event hook.
type hook struct {
	id, createdBy      string
	base               string // scheme and host of the org, as the request named them that made the hook
	created, updated   time.Time
	inactive, verified bool
	reversed           bool // shows its event types in another order than it was given
	config             hookConfig
	subscribed         map[string]bool
	channels           int   // counts changes of the channel: a verification is good for the channel it began with
	sendsFrom          int64 // nanoseconds since 1970 on Okta's clock: what is persisted before passes the hook by
	waiting            []hookItem
	inFlight           int
	report             Report
}

// live reports whether the hook is sent events (Okta: "only ACTIVE and VERIFIED event hooks can receive events").
func (h *hook) live() bool { return !h.inactive && h.verified }

// set replaces what the owner of the hook decides. Another channel must be verified anew, and gets nothing that waited
// for the one before.
func (h *hook) set(config hookConfig) {
	if !h.config.Channel.equal(config.Channel) {
		h.verified, h.waiting = false, nil
		h.channels++
	}
	h.config = config
	h.subscribed = make(map[string]bool, len(config.Events.Items))
	for _, eventType := range config.Events.Items {
		h.subscribed[eventType] = true
	}
}

// hookItem is an event that waits to be sent.
type hookItem struct {
	json []byte
	due  time.Time // on the clock of time.Now
	// alone keeps it from sharing a delivery.
	alone bool
}

// insert puts an item behind those that are due no later.
func (h *hook) insert(item hookItem) {
	at := sort.Search(len(h.waiting), func(i int) bool { return h.waiting[i].due.After(item.due) })
	h.waiting = slices.Insert(h.waiting, at, item)
}

// take removes the events of the next delivery from the queue, or returns the time when there may be one; zero is
// never.
func (h *hook) take(now time.Time, batch int, wait time.Duration) (items []hookItem, next time.Time) {
	if len(h.waiting) == 0 {
		return nil, time.Time{}
	}
	size := h.together(batch)
	ready := h.waiting[0].due.Add(wait)
	if full := h.waiting[size-1].due; (size == batch || size < len(h.waiting) || h.waiting[0].alone) && full.Before(ready) {
		ready = full
	}
	if ready.After(now) {
		return nil, ready
	}
	size = sort.Search(size, func(i int) bool { return h.waiting[i].due.After(now) })
	items, h.waiting = h.waiting[:size:size], h.waiting[size:]
	return items, time.Time{}
}

// together is how many of the first events in the queue, due or not, make one delivery.
func (h *hook) together(batch int) int {
	first := h.waiting[:min(batch, len(h.waiting))]
	if first[0].alone {
		return 1
	}
	if i := slices.IndexFunc(first, func(item hookItem) bool { return item.alone }); i > 0 {
		return i
	}
	return len(first)
}
