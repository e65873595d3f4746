// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"slices"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// touch notes a change. It needs the lock.
func (s *Server) touch(h *hook, now time.Time) {
	h.updated = now
	h.sendsFrom = now.Add(s.options.ChangeDelay).UnixNano()
}

// findHook returns the hook with the id, or nil. It needs the lock.
func (s *Server) findHook(id string) *hook {
	i := slices.IndexFunc(s.hooks, func(h *hook) bool { return h.id == id })
	if i < 0 {
		return nil
	}
	return s.hooks[i]
}

// makeHook makes a hook: active, and not verified yet (Okta, "Create an event hook"). It needs the lock.
func (s *Server) makeHook(config hookConfig, base, createdBy string, now time.Time) *hook {
	h := &hook{id: s.env.IDs.Object("who"), base: base, createdBy: createdBy, created: now, reversed: s.options.ReverseTypes}
	h.set(config)
	s.touch(h, now)
	s.hooks = append(s.hooks, h)
	return h
}

// mayGoLive refuses the hook that would be one live hook too many. It needs the lock.
func (s *Server) mayGoLive() *apierror.Error {
	live := 0
	for _, h := range s.hooks {
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
func (s *Server) activate(h *hook, now time.Time) *apierror.Error {
	if h.inactive && h.verified {
		if refused := s.mayGoLive(); refused != nil {
			return refused
		}
	}
	h.inactive = false
	s.touch(h, now)
	return nil
}

// deactivate makes a hook inactive. What waits to be sent is not sent any more. It needs the lock.
func (s *Server) deactivate(h *hook, now time.Time) {
	h.inactive, h.waiting = true, nil
	s.touch(h, now)
}

// removeHook deletes a hook, which must be inactive (Okta, "Delete an event hook"). Okta documents no code for one that
// is not. It needs the lock.
func (s *Server) removeHook(h *hook) *apierror.Error {
	if !h.inactive {
		return invalidHook("status: An event hook must be INACTIVE to be deleted. Deactivate it first.")
	}
	s.hooks = slices.DeleteFunc(s.hooks, func(other *hook) bool { return other == h })
	return nil
}

// noSuchHook is the 404 of event hooks, which Okta calls webhooks there.
func noSuchHook(id string) *apierror.Error { return apierror.NotFound(id, "Webhook") }
