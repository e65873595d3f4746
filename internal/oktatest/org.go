// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"iter"
	"net/http"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/management"
)

// Event is one entry of the System Log.
type Event = logevent.Event

// authServer is the org's authorization server: its clients, tokens and nonces.
type authServer = authserver.Server

// Org simulates the System Log API of one Okta org. It is safe for concurrent use. Make one with NewOrg.
type Org struct {
	*authServer

	opts Options

	mu          sync.Mutex
	skew        time.Duration
	tokens      map[string]TokenState
	journal     journal
	cursors     cursors
	scans       map[scanKey]int
	bucket      *bucket
	inFlight    int
	faults      fault.Queue
	tokenBucket *bucket
	tokenFaults fault.Queue
	hooks       *eventhooks.Server
	hookBucket  *bucket
	hookFaults  fault.Queue
	management  *management.Server

	managementBuckets map[management.Bucket]*bucket
	managementFaults  fault.Queue

	requests []*Request
	ids      *api.IDs
}

// NewOrg returns an org with an empty log.
func NewOrg(opts Options) *Org {
	opts = opts.withDefaults()
	tokens := map[string]TokenState{opts.Token: TokenValid}
	if opts.AdminToken != "" {
		tokens[opts.AdminToken] = TokenSuperAdmin
	}
	for token, state := range opts.Tokens {
		tokens[token] = state
	}
	org := &Org{
		opts:        opts,
		skew:        opts.Skew,
		tokens:      tokens,
		cursors:     cursors{bounded: map[string]int32{}},
		scans:       map[scanKey]int{},
		bucket:      newBucket(opts),
		tokenBucket: newBucket(Options{RateLimit: opts.OAuth.RateLimit, PrincipalShare: 1}),
		hookBucket:  newBucket(Options{RateLimit: opts.Hooks.RateLimit, PrincipalShare: opts.PrincipalShare, RateHeader: opts.RateHeader}),
		ids:         &api.IDs{},

		managementBuckets: map[management.Bucket]*bucket{},
	}
	for name, limit := range opts.Management.Limits() {
		org.managementBuckets[name] = newBucket(Options{RateLimit: limit, PrincipalShare: opts.PrincipalShare, RateHeader: opts.RateHeader})
	}
	writes := func(event logevent.Event) { org.Append(event) }
	org.authServer = authserver.New(opts.OAuth, opts.Apps, authserver.Env{Now: org.Now, Log: writes, IDs: org.ids})
	org.hooks = eventhooks.New(opts.Hooks, eventhooks.Env{Now: org.Now, Log: writes, IDs: org.ids})
	org.management = management.New(opts.Management, management.Env{
		Now: org.Now, Log: writes, IDs: org.ids, Clients: org.authServer, OrgID: opts.OrgID, OrgURL: org.url,
	})
	// It is called with the org's lock, which comes before that of the hooks.
	org.journal.added = func(entries []entry) {
		org.hooks.Appended(func(yield func([]byte, int64) bool) {
			for _, e := range entries {
				if !yield(e.json, e.persisted) {
					return
				}
			}
		}, org.opts.Now().Add(org.skew))
	}
	return org
}

// Now returns the time on Okta's clock.
func (o *Org) Now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.opts.Now().Add(o.skew)
}

// SetSkew changes how far Okta's clock is ahead of Options.Now. Events that were visible stay visible when the clock is
// set back.
func (o *Org) SetSkew(skew time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.skew = skew
}

// Append commits events to the log, in the order given. An event without a Persisted time is visible to requests from
// now on; one with a Persisted time in the future becomes visible then. A Persisted time in the past builds a history,
// and counts as far back as the newest request: what requests have seen of the log does not change behind them. Events
// of the same instant keep the order of their appending.
func (o *Org) Append(events ...Event) {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.journal.add(now, events...)
}

// AppendAt commits events at one instant of Okta's clock, as Append does with that Persisted time in each of them.
func (o *Org) AppendAt(persisted time.Time, events ...Event) {
	scheduled := make([]Event, len(events))
	for i, event := range events {
		event.Persisted = persisted
		scheduled[i] = event
	}
	o.Append(scheduled...)
}

// Len returns how many events were appended, those that are not visible yet included.
func (o *Org) Len() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.journal.entries)
}

// Events returns the events appended so far in persistence order, those that are not visible yet included.
func (o *Org) Events() iter.Seq[Event] {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.journal.sort()
	entries := append([]entry(nil), o.journal.entries...)
	return func(yield func(Event) bool) {
		for _, e := range entries {
			uuid, _ := logevent.Text(e.json, "uuid")
			event := Event{JSON: e.json, UUID: uuid, Published: time.Unix(0, e.published).UTC(), Persisted: time.Unix(0, e.persisted).UTC()}
			if !yield(event) {
				return
			}
		}
	}
}

// setCommonHeaders sets what Okta sends with every answer.
func (o *Org) setCommonHeaders(h http.Header, id string) {
	h.Set("X-Okta-Request-Id", id)
	h.Set("Cache-Control", "no-cache, no-store")
	h.Set("Pragma", "no-cache")
	h.Set("Expires", "0")
	h.Set("Strict-Transport-Security", "max-age=315360000; includeSubDomains")
	h.Set("Vary", "Accept-Encoding")
	o.setDate(h)
}

func (o *Org) setDate(h http.Header) {
	h.Set("Date", o.Now().UTC().Format(http.TimeFormat))
}

// update does something under the lock.
func (o *Org) update(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
}
