// SPDX-License-Identifier: Apache-2.0

package management

import (
	"cmp"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/authserver"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// maxBody is the size of a request, in bytes, above which it is refused. Okta documents none.
const maxBody = 1 << 20

// Caller is who calls.
type Caller struct {
	// ClientID is the client that calls with an access token; empty when an admin calls with an API token.
	ClientID string
	// Admin is what the roles of the caller let it change.
	Admin authserver.Admin
}

// call is one request.
type call struct {
	*http.Request
	caller Caller
	ids    map[string]string
	body   []byte
	now    time.Time
	// base is scheme and host of the links in bodies.
	base   string
	events []logevent.Change
}

// reply is a successful answer. Without a value it is empty.
type reply struct {
	status int
	value  any
	link   []string
}

func ok(value any) (reply, *apierror.Error) { return reply{status: http.StatusOK, value: value}, nil }

func created(value any) (reply, *apierror.Error) {
	return reply{status: http.StatusCreated, value: value}, nil
}

func gone() (reply, *apierror.Error) { return reply{status: http.StatusNoContent}, nil }

func refuse(e *apierror.Error) (reply, *apierror.Error) { return reply{}, e }

var forbidden = apierror.New(http.StatusForbidden, "E0000006")

// Serve answers a request that Check has let through.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request, caller Caller) {
	found, ids := find(r.URL.Path)
	do := found.methods[r.Method]
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away
	}
	c := &call{Request: r, caller: caller, ids: ids, body: body, now: s.env.Now(), base: s.base(r)}
	answer, refused := s.perform(c, do)
	for _, change := range c.events {
		change.RequestID = w.Header().Get("X-Okta-Request-Id")
		change.Actor = logevent.Caller(cmp.Or(caller.ClientID, api.SyntheticAdmin), caller.ClientID != "")
		s.env.Log(change.Event(r, api.UUID(s.env.IDs.Next()), c.now))
	}
	switch {
	case refused != nil:
		refused.Write(w)
	case answer.value == nil:
		w.WriteHeader(answer.status)
	default:
		w.Header()["Link"] = answer.link
		api.SendJSONWith(w, answer.status, answer.value)
	}
}

// perform does what a request asks, unless the caller may not.
func (s *Server) perform(c *call, do operation) (reply, *apierror.Error) {
	if c.caller.Admin == authserver.AdminOfNothing || do.superOnly && c.caller.Admin != authserver.AdminOfAll {
		return refuse(forbidden)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return do.do(s, c)
}

// base is scheme and host of the links in bodies: the host that was called, or its admin host.
func (s *Server) base(r *http.Request) string {
	origin := api.Origin(r)
	if !s.options.AdminHrefs {
		return origin
	}
	scheme, host, _ := strings.Cut(origin, "://")
	name, domain, _ := strings.Cut(host, ".")
	return scheme + "://" + name + "-admin." + domain
}

// decode reads the body of a request into a value.
func (c *call) decode(value any) *apierror.Error {
	kind, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch {
	case err != nil || kind != "application/json":
		return apierror.New(http.StatusBadRequest, "E0000019")
	case len(c.body) > maxBody, json.Unmarshal(c.body, value) != nil:
		return apierror.New(http.StatusBadRequest, "E0000003")
	}
	return nil
}

// log notes what was done, for the org's own log.
func (c *call) log(eventType, message string, debug map[string]string, targets ...logevent.Target) {
	c.events = append(c.events, logevent.Change{Type: eventType, Message: message, Debug: debug, Targets: targets})
}

// app returns the app that the path names. It needs the lock.
func (s *Server) app(c *call) (*app, *apierror.Error) {
	if a := s.findApp(c.ids["app"]); a != nil {
		return a, nil
	}
	return nil, apierror.NotFound(c.ids["app"], "AppInstance")
}

// stamp is a time as the API writes it.
func stamp(t time.Time) string { return t.UTC().Format(logevent.TimeLayout) }

// status is ACTIVE or INACTIVE.
func status(inactive bool) string {
	if inactive {
		return "INACTIVE"
	}
	return "ACTIVE"
}

// href is a link of a body, with the methods it takes; none means that it is not said.
func href(url string, methods ...string) map[string]any {
	link := map[string]any{"href": url}
	if len(methods) > 0 {
		link["hints"] = map[string]any{"allow": methods}
	}
	return link
}

// credentialLinks are those of a key or secret: what is active can be deactivated, what is not can be activated and
// deleted.
func credentialLinks(self string, inactive bool) map[string]any {
	if inactive {
		return map[string]any{"activate": href(self+"/lifecycle/activate", http.MethodPost), "delete": href(self, http.MethodDelete)}
	}
	return map[string]any{"deactivate": href(self+"/lifecycle/deactivate", http.MethodPost)}
}
