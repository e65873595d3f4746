// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"cmp"
	"net/http"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// identity is what the log tells of a hook.
type identity struct{ id, name string }

// named returns which hook a request is about; zero when there is none.
func (s *Server) named(r *http.Request) identity {
	id, _, _ := hookRoute(r.URL.Path)
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.findHook(id); h != nil {
		return identity{h.id, h.config.Name}
	}
	return identity{}
}

// shown returns which hook an answer is about; zero when there is none.
func (s *Server) shown(answer any) identity {
	view, _ := answer.(hookView)
	return identity{view.ID, view.Name}
}

// changes are the event types of what is done to a hook, with their display messages, by method and operation (Okta,
// event types).
var changes = map[string][2]string{
	"POST ":           {"event_hook.created", "Event hook created"},
	"PUT ":            {"event_hook.updated", "Event hook updated"},
	"DELETE ":         {"event_hook.deleted", "Event hook deleted"},
	"POST activate":   {"event_hook.activated", "Event hook activated"},
	"POST deactivate": {"event_hook.deactivated", "Event hook deactivated"},
	"POST verify":     {"event_hook.verified", "Event hook verified"},
}

// logChange writes what was done to a hook into the org's own log, if Options say so. It must not be called with the
// lock.
func (s *Server) logChange(r *http.Request, clientID string, hook identity, requestID string) {
	_, operation, _ := hookRoute(r.URL.Path)
	change, known := changes[r.Method+" "+operation]
	if !known || !s.options.LogChanges {
		return
	}
	s.env.Log(logevent.Change{
		Type: change[0], Message: change[1], Actor: logevent.Caller(cmp.Or(clientID, api.SyntheticAdmin), clientID != ""), RequestID: requestID,
		Targets: []logevent.Target{{ID: hook.id, Type: "EventHook", Name: hook.name}},
	}.Event(r, api.UUID(s.env.IDs.Next()), s.env.Now()))
}
