// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// hookView is a hook as the API shows it. The secret is write-only.
type hookView struct {
	ID           string              `json:"id"`
	Status       string              `json:"status"`
	Verification string              `json:"verificationStatus"`
	Name         string              `json:"name"`
	Description  *string             `json:"description"`
	Created      string              `json:"created"`
	CreatedBy    string              `json:"createdBy"`
	Updated      string              `json:"lastUpdated"`
	Events       hookEvents          `json:"events"`
	Channel      hookChannel         `json:"channel"`
	Links        map[string]hookLink `json:"_links"`
}

type hookLink struct {
	Href  string     `json:"href"`
	Hints *linkHints `json:"hints,omitempty"`
}

type linkHints struct {
	Allow []string `json:"allow"`
}

// Objects returns every event hook by its id, as the API shows it at the given address of the org.
func (s *Server) Objects(base string) map[string]any {
	objects := map[string]any{}
	for _, view := range s.listHooks(base) {
		objects[view.ID] = view
	}
	return objects
}

// status is ACTIVE or INACTIVE.
func (h *hook) status() string {
	if h.inactive {
		return "INACTIVE"
	}
	return "ACTIVE"
}

// verification is VERIFIED or UNVERIFIED.
func (h *hook) verification() string {
	if h.verified {
		return "VERIFIED"
	}
	return "UNVERIFIED"
}

// view is the hook with links to the org's address as the caller named it. It needs the lock.
func (h *hook) view(base string) hookView {
	self := base + api.HooksPath + "/" + h.id
	action := func(name string) hookLink {
		return hookLink{Href: self + "/lifecycle/" + name, Hints: &linkHints{Allow: []string{http.MethodPost}}}
	}
	// The verify link exists while the hook is active, verified or not (seen on real orgs).
	links := map[string]hookLink{"self": {Href: self}}
	if h.inactive {
		links["activate"] = action("activate")
		links["delete"] = hookLink{Href: self, Hints: &linkHints{Allow: []string{http.MethodDelete}}}
	} else {
		links["verify"], links["deactivate"] = action("verify"), action("deactivate")
	}
	channel := h.config.Channel
	if auth := channel.Config.Auth; auth != nil {
		channel.Config.Auth = &hookAuthScheme{Type: auth.Type, Key: auth.Key}
	}
	if channel.Config.Headers == nil {
		channel.Config.Headers = []hookHeader{}
	}
	events := h.config.Events
	events.Filter = json.RawMessage("null")
	if h.reversed {
		events.Items = slices.Clone(events.Items)
		slices.Reverse(events.Items)
	}
	return hookView{
		ID: h.id, Status: h.status(), Verification: h.verification(), Name: h.config.Name, Description: h.config.Description,
		Created: h.created.UTC().Format(logevent.TimeLayout), CreatedBy: h.createdBy, Updated: h.updated.UTC().Format(logevent.TimeLayout),
		Events: events, Channel: channel, Links: links,
	}
}
