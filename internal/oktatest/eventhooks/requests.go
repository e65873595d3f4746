// SPDX-License-Identifier: Apache-2.0

package eventhooks

import (
	"cmp"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// hookRoute reads the hook's id and the lifecycle operation out of a path; either may be empty. methods are those the
// path knows, none when there is no such path.
func hookRoute(path string) (id, operation string, methods []string) {
	rest := strings.TrimPrefix(path, api.HooksPath)
	if rest == "" {
		return "", "", []string{http.MethodGet, http.MethodPost}
	}
	parts := strings.Split(rest[1:], "/")
	switch {
	case parts[0] == "":
	case len(parts) == 1:
		return parts[0], "", []string{http.MethodGet, http.MethodPut, http.MethodDelete}
	case len(parts) == 3 && parts[1] == "lifecycle" && slices.Contains([]string{"activate", "deactivate", "verify"}, parts[2]):
		return parts[0], parts[2], []string{http.MethodPost}
	}
	return "", "", nil
}

// Check refuses requests that never get as far as a hook: another path than those of the API, another method than the
// path knows.
func Check(r *http.Request) *apierror.Error {
	_, _, methods := hookRoute(r.URL.Path)
	switch {
	case methods == nil:
		return apierror.New(http.StatusNotFound, "E0000008")
	case !slices.Contains(methods, r.Method):
		return apierror.New(http.StatusMethodNotAllowed, "E0000022")
	}
	return nil
}

// Serve answers a request of the Event Hooks API that Check has let through. clientID is the client that calls with an
// access token; it is empty when an admin calls with an API token.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request, clientID string) {
	before := s.named(r)
	answer, refused := s.do(r, cmp.Or(clientID, api.SyntheticAdmin))
	if refused != nil {
		refused.Write(w)
		return
	}
	s.logChange(r, clientID, cmp.Or(s.shown(answer), before), w.Header().Get("X-Okta-Request-Id"))
	// A verification may have taken seconds.
	w.Header().Set("Date", s.env.Now().UTC().Format(http.TimeFormat))
	if answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	api.SendJSON(w, answer)
}

// do does what the request asks. A nil answer is 204.
func (s *Server) do(r *http.Request, user string) (answer any, refused *apierror.Error) {
	id, operation, _ := hookRoute(r.URL.Path)
	base := api.Origin(r)
	switch {
	case id == "" && r.Method == http.MethodGet:
		return s.listHooks(base), nil
	case id == "":
		return s.createHook(r, base, user)
	case r.Method == http.MethodPut:
		return s.replaceHook(r, base, id)
	case operation == "verify":
		return s.verifyAndView(r, base, id)
	}
	now := s.env.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.findHook(id)
	switch {
	case h == nil:
		return nil, noSuchHook(id)
	case r.Method == http.MethodDelete:
		return nil, s.removeHook(h)
	case operation == "activate":
		refused = s.activate(h, now)
	case operation == "deactivate":
		s.deactivate(h, now)
	}
	return h.view(base), refused
}

func (s *Server) listHooks(base string) []hookView {
	s.mu.Lock()
	defer s.mu.Unlock()
	views := make([]hookView, 0, len(s.hooks))
	for _, h := range s.hooks {
		views = append(views, h.view(base))
	}
	return views
}

func (s *Server) createHook(r *http.Request, base, user string) (any, *apierror.Error) {
	config, refused := s.readHook(r)
	if refused != nil {
		return nil, refused
	}
	now := s.env.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.makeHook(config, base, user, now).view(base), nil
}

func (s *Server) replaceHook(r *http.Request, base, id string) (any, *apierror.Error) {
	s.mu.Lock()
	known := s.findHook(id) != nil
	s.mu.Unlock()
	if !known {
		return nil, noSuchHook(id)
	}
	config, refused := s.readHook(r)
	if refused != nil {
		return nil, refused
	}
	now := s.env.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.findHook(id)
	if h == nil {
		return nil, noSuchHook(id)
	}
	h.set(config)
	s.touch(h, now)
	return h.view(base), nil
}

func (s *Server) verifyAndView(r *http.Request, base, id string) (any, *apierror.Error) {
	if refused := s.verifyHook(r.Context(), id); refused != nil {
		return nil, refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.findHook(id)
	if h == nil {
		return nil, noSuchHook(id)
	}
	return h.view(base), nil
}

// readHook reads the body of a create or replace request.
func (s *Server) readHook(r *http.Request) (hookConfig, *apierror.Error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return hookConfig{}, apierror.New(http.StatusBadRequest, "E0000021")
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxHookRequest))
	if err != nil {
		return hookConfig{}, apierror.New(http.StatusBadRequest, "E0000003")
	}
	return s.parseHook(body)
}
