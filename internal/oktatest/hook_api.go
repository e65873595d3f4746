// SPDX-License-Identifier: Apache-2.0

package oktatest

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/api"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// hookRoute reads the hook's id and the lifecycle operation out of a path; either may be empty. methods are those the path knows, none when there
// is no such path.
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

// checkHookRequest refuses requests that never get as far as a hook.
func checkHookRequest(r *http.Request, caller principal) *apierror.Error {
	_, _, methods := hookRoute(r.URL.Path)
	switch {
	case methods == nil:
		return apierror.New(http.StatusNotFound, "E0000008")
	case !slices.Contains(methods, r.Method):
		return apierror.New(http.StatusMethodNotAllowed, "E0000022")
	case caller.logsOnly, caller.seesNothing:
		return apierror.New(http.StatusForbidden, "E0000006")
	}
	return nil
}

// serveHooks answers a request of the Event Hooks API.
func (o *Org) serveHooks(w http.ResponseWriter, r *http.Request, caller principal) {
	answer, refused := o.doHooks(r, caller)
	if refused != nil {
		refused.Write(w)
		return
	}
	o.setDate(w.Header())
	if answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	api.SendJSON(w, answer)
}

// doHooks does what the request asks. A nil answer is 204.
func (o *Org) doHooks(r *http.Request, caller principal) (answer any, refused *apierror.Error) {
	id, operation, _ := hookRoute(r.URL.Path)
	base := api.Origin(r)
	switch {
	case id == "" && r.Method == http.MethodGet:
		return o.listHooks(base), nil
	case id == "":
		return o.createHook(r, base, caller)
	case r.Method == http.MethodPut:
		return o.replaceHook(r, base, id)
	case operation == "verify":
		return o.verifyAndView(r, base, id)
	}
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	h := o.findHook(id)
	switch {
	case h == nil:
		return nil, noSuchHook(id)
	case r.Method == http.MethodDelete:
		return nil, o.removeHook(h)
	case operation == "activate":
		refused = o.activate(h, now)
	case operation == "deactivate":
		o.deactivate(h, now)
	}
	return h.view(base), refused
}

func noSuchHook(id string) *apierror.Error {
	refused := apierror.New(http.StatusNotFound, "E0000007")
	refused.Summary = "Not found: Resource not found: " + id + " (EventHook)"
	return refused
}

func (o *Org) listHooks(base string) []hookView {
	o.mu.Lock()
	defer o.mu.Unlock()
	views := make([]hookView, 0, len(o.hooks.hooks))
	for _, h := range o.hooks.hooks {
		views = append(views, h.view(base))
	}
	return views
}

func (o *Org) createHook(r *http.Request, base string, caller principal) (any, *apierror.Error) {
	config, refused := o.readHook(r)
	if refused != nil {
		return nil, refused
	}
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.makeHook(config, base, o.userOf(caller), now).view(base), nil
}

func (o *Org) replaceHook(r *http.Request, base, id string) (any, *apierror.Error) {
	o.mu.Lock()
	known := o.findHook(id) != nil
	o.mu.Unlock()
	if !known {
		return nil, noSuchHook(id)
	}
	config, refused := o.readHook(r)
	if refused != nil {
		return nil, refused
	}
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	h := o.findHook(id)
	if h == nil {
		return nil, noSuchHook(id)
	}
	h.set(config)
	o.touch(h, now)
	return h.view(base), nil
}

func (o *Org) verifyAndView(r *http.Request, base, id string) (any, *apierror.Error) {
	if refused := o.verifyHook(r.Context(), id); refused != nil {
		return nil, refused
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	h := o.findHook(id)
	if h == nil {
		return nil, noSuchHook(id)
	}
	return h.view(base), nil
}

// readHook reads the body of a create or replace request.
func (o *Org) readHook(r *http.Request) (hookConfig, *apierror.Error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return hookConfig{}, apierror.New(http.StatusBadRequest, "E0000021")
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxHookRequest))
	if err != nil {
		return hookConfig{}, apierror.New(http.StatusBadRequest, "E0000003")
	}
	return o.parseHook(body)
}

// userOf is the id of who calls: the client's own, or that of the synthetic admin who made the API token. It needs the lock.
func (o *Org) userOf(caller principal) string {
	if o.Knows(caller.name) {
		return caller.name
	}
	return "00uSyntheticAdmin0005d7"
}
