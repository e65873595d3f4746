// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// hookState is what the org remembers of its event hooks. The Org's lock guards it.
type hookState struct {
	hooks  []*hook // in the order of their making
	bucket *bucket
	faults fault.Queue
	random *rand.Rand
	day    hookQuota
	// wake has an element when there may be something new to send.
	wake chan struct{}
}

func newHookState(opts Options) hookState {
	return hookState{
		bucket: newBucket(Options{RateLimit: opts.Hooks.RateLimit, PrincipalShare: opts.PrincipalShare, RateHeader: opts.RateHeader}),
		random: rand.New(rand.NewPCG(opts.Hooks.Seed, 0x686f6f6b73)), //nolint:gosec // reproducible on purpose
		wake:   make(chan struct{}, 1),
	}
}

// hook is one event hook.
type hook struct {
	id, createdBy      string
	base               string // scheme and host of the org, as the request named them that made the hook
	created, updated   time.Time
	inactive, verified bool
	config             hookConfig
	subscribed         map[string]bool
	channels           int   // counts changes of the channel: a verification is good for the channel it began with
	sendsFrom          int64 // nanoseconds since 1970 on Okta's clock: what is persisted before passes the hook by
	waiting            []hookItem
	inFlight           int
	report             HookReport
}

// live reports whether the hook is sent events (Okta: "only ACTIVE and VERIFIED event hooks can receive events").
func (h *hook) live() bool { return !h.inactive && h.verified }

// set replaces what the owner of the hook decides. Another channel must be verified anew, and gets nothing that waited for the one before.
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

// touch notes a change. It needs the lock.
func (o *Org) touch(h *hook, now time.Time) {
	h.updated = now
	h.sendsFrom = now.Add(o.opts.Hooks.ChangeDelay).UnixNano()
}

// findHook returns the hook with the id, or nil. It needs the lock.
func (o *Org) findHook(id string) *hook {
	i := slices.IndexFunc(o.hooks.hooks, func(h *hook) bool { return h.id == id })
	if i < 0 {
		return nil
	}
	return o.hooks.hooks[i]
}

// makeHook makes a hook: active, and not verified yet (Okta, "Create an event hook"). It needs the lock.
func (o *Org) makeHook(config hookConfig, base, createdBy string, now time.Time) *hook {
	h := &hook{id: "who" + o.ids.Next()[:17], base: base, createdBy: createdBy, created: now}
	h.set(config)
	o.touch(h, now)
	o.hooks.hooks = append(o.hooks.hooks, h)
	return h
}

// mayGoLive refuses the hook that would be one live hook too many. It needs the lock.
func (o *Org) mayGoLive() *apierror.Error {
	live := 0
	for _, h := range o.hooks.hooks {
		if h.live() {
			live++
		}
	}
	if live >= maxLiveHooks {
		return invalidHook("eventHook: The maximum number of active and verified event hooks, 25, has been reached.")
	}
	return nil
}

// activate makes a hook active. It needs the lock.
func (o *Org) activate(h *hook, now time.Time) *apierror.Error {
	if h.inactive && h.verified {
		if refused := o.mayGoLive(); refused != nil {
			return refused
		}
	}
	h.inactive = false
	o.touch(h, now)
	return nil
}

// deactivate makes a hook inactive. What waits to be sent is not sent any more. It needs the lock.
func (o *Org) deactivate(h *hook, now time.Time) {
	h.inactive, h.waiting = true, nil
	o.touch(h, now)
}

// removeHook deletes a hook, which must be inactive (Okta, "Delete an event hook"). Okta documents no code for one that is not. It needs the lock.
func (o *Org) removeHook(h *hook) *apierror.Error {
	if !h.inactive {
		return invalidHook("status: An event hook must be INACTIVE to be deleted. Deactivate it first.")
	}
	o.hooks.hooks = slices.DeleteFunc(o.hooks.hooks, func(other *hook) bool { return other == h })
	return nil
}
