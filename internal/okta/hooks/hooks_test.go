// SPDX-License-Identifier: Apache-2.0

package hooks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/auth"
	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/oktaerr"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

var acme = &url.URL{Scheme: "https", Host: "acme.okta.com"}

// hookOrg is an org that has event hooks, as far as these tests go.
type hookOrg struct {
	t     *testing.T
	hooks []map[string]any
	// answer, where it is set, comes first; it reports whether it answered.
	answer   func(w http.ResponseWriter, r *http.Request) bool
	requests []string
	secrets  []string // that came with a hook
}

func newHookOrg(t *testing.T) *hookOrg { return &hookOrg{t: t, hooks: []map[string]any{}} }

func (o *hookOrg) client() *Client {
	return New(okta.NewClient(acme,
		&http.Client{Transport: auth.SSWS(acme, auth.Static(oktatest.DefaultToken), oktatest.RoundTripper(o)), Timeout: time.Minute}, "test/1"))
}

// has adds a hook.
func (o *hookOrg) has(name, status, verification string, types ...string) map[string]any {
	hook := map[string]any{
		"id": fmt.Sprintf("who%d", len(o.hooks)+1), "name": name, "status": status, "verificationStatus": verification,
		"created": fmt.Sprintf("2026-11-21T12:00:%02d.000Z", len(o.hooks)), "description": "by an admin",
		"events": map[string]any{"type": "EVENT_TYPE", "items": types, "filter": map[string]any{"type": "EXPRESSION_LANGUAGE"}},
		"channel": map[string]any{"type": "HTTP", "version": "1.0.0", "config": map[string]any{
			"uri": "https://otel.example.com/okta/hook", "method": "POST", "headers": []any{map[string]any{"key": "X-Team", "value": "siem"}},
			"authScheme": map[string]any{"type": "HEADER", "key": "authorization"},
		}},
	}
	o.hooks = append(o.hooks, hook)
	return hook
}

func (o *hookOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.requests = append(o.requests, r.Method+" "+strings.TrimPrefix(r.URL.Path, eventHooksPath))
	assert.Equal(o.t, "SSWS "+oktatest.DefaultToken, r.Header.Get("Authorization"))
	if o.answer != nil && o.answer(w, r) {
		return
	}
	id, action, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, eventHooksPath), "/"), "/")
	at := slices.IndexFunc(o.hooks, func(hook map[string]any) bool { return hook["id"] == id })
	switch {
	case r.Method == http.MethodGet && id == "":
		o.write(w, http.StatusOK, o.hooks)
		return
	case r.Method == http.MethodPost && id == "":
		hook := o.has("", "ACTIVE", "UNVERIFIED")
		o.take(hook, r)
		o.write(w, http.StatusOK, hook)
		return
	case at < 0:
		o.refuse(w, http.StatusNotFound, "E0000007", "Not found: Resource not found: "+id)
		return
	}
	hook := o.hooks[at]
	switch {
	case r.Method == http.MethodPut:
		o.take(hook, r)
		hook["verificationStatus"] = "UNVERIFIED"
	case r.Method == http.MethodDelete && hook["status"] == "INACTIVE":
		o.hooks = slices.Delete(o.hooks, at, at+1)
		w.WriteHeader(http.StatusNoContent)
		return
	case action == "lifecycle/verify":
		hook["verificationStatus"] = "VERIFIED"
	case action == "lifecycle/activate":
		hook["status"] = "ACTIVE"
	case action == "lifecycle/deactivate":
		hook["status"] = "INACTIVE"
	default:
		o.refuse(w, http.StatusBadRequest, "E0000001", "Api validation failed")
		return
	}
	o.write(w, http.StatusOK, hook)
}

// take makes a hook what a request says, and keeps the secret to itself.
func (o *hookOrg) take(hook map[string]any, r *http.Request) {
	var sent map[string]any
	assert.NoError(o.t, json.NewDecoder(r.Body).Decode(&sent))
	assert.NotContains(o.t, sent, "id")
	assert.NotContains(o.t, sent, "status")
	channel, _ := sent["channel"].(map[string]any)
	config, _ := channel["config"].(map[string]any)
	scheme, ok := config["authScheme"].(map[string]any)
	assert.True(o.t, ok, "a hook says how its deliveries are authenticated")
	o.secrets = append(o.secrets, fmt.Sprint(scheme["value"]))
	delete(scheme, "value")
	for _, key := range []string{"name", "description", "events", "channel"} {
		hook[key] = sent[key]
	}
}

func (o *hookOrg) write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	assert.NoError(o.t, json.NewEncoder(w).Encode(body))
}

func (o *hookOrg) refuse(w http.ResponseWriter, status int, code, summary string, causes ...string) {
	said := []map[string]string{}
	for _, cause := range causes {
		said = append(said, map[string]string{"errorSummary": cause})
	}
	o.write(w, status, map[string]any{"errorCode": code, "errorSummary": summary, "errorId": "oae1", "errorCauses": said})
}

// refuseAll makes the org refuse the requests of a method.
func (o *hookOrg) refuseAll(method string, status int, code, summary string, causes ...string) {
	o.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == method {
			o.refuse(w, status, code, summary, causes...)
		}
		return r.Method == method
	}
}

func TestListFollowsItsPages(t *testing.T) {
	for name, tc := range map[string]struct{ link, says string }{
		"next page":    {"https://acme.okta.com/api/v1/eventHooks?after=2", ""},
		"another host": {"https://evil.example/api/v1/eventHooks?after=2", ""}, // asked of the org
		"another path": {"https://acme.okta.com/api/v1/users?after=2", "leads out of the list"},
		"not a URL":    {"https://acme.okta.com/%zz", "leads out of the list"},
	} {
		t.Run(name, func(t *testing.T) {
			org := newHookOrg(t)
			org.has("one", "ACTIVE", "VERIFIED")
			org.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Query().Get("after") == "" {
					w.Header().Add("Link", `<`+tc.link+`>; rel="next"`)
				}
				return false
			}
			hooks, err := org.client().List(t.Context())
			if tc.says != "" {
				require.ErrorContains(t, err, tc.says)
				assert.Len(t, org.requests, 1)
				return
			}
			require.NoError(t, err)
			assert.Len(t, hooks, 2)
			assert.Len(t, org.requests, 2)
		})
	}
}

func TestListIsBounded(t *testing.T) {
	org := newHookOrg(t)
	org.answer = func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Add("Link", `<https://acme.okta.com/api/v1/eventHooks?after=2>; rel="next"`)
		return false
	}
	_, err := org.client().List(t.Context())
	require.ErrorContains(t, err, "more than 100 pages")
}

// What answers does not choose how much memory the list takes.
func TestListOfTooManyHooksIsRefused(t *testing.T) {
	for name, page := range map[string]string{
		"many":  "[" + strings.Repeat("{},", bounds.Elements) + "{}]",
		"large": `[{"name":"` + strings.Repeat("a", bounds.Bytes) + `"}]`,
	} {
		org := newHookOrg(t)
		org.answer = func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Add("Link", `<https://acme.okta.com/api/v1/eventHooks?after=2>; rel="next"`)
			_, _ = w.Write([]byte(page))
			return true
		}
		_, err := org.client().List(t.Context())
		require.Error(t, err, name)
		assert.Len(t, org.requests, 1, name)
	}
}

func TestAnswersThatAreNoHooks(t *testing.T) {
	for name, body := range map[string]string{"a page of a proxy": "<html>", "cut off": `[{"id":"w`, "another shape": `{"id":1}`} {
		t.Run(name, func(t *testing.T) {
			org := newHookOrg(t)
			org.answer = func(w http.ResponseWriter, _ *http.Request) bool {
				_, _ = w.Write([]byte(body))
				return true
			}
			_, err := org.client().List(t.Context())
			var e *oktaerr.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, oktaerr.Unavailable, e.Kind)
		})
	}
}

func TestRedirectOfTheListIsNotFollowed(t *testing.T) {
	org := newHookOrg(t)
	org.answer = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, "https://evil.example/", http.StatusFound)
		return true
	}
	_, err := org.client().List(t.Context())
	require.ErrorContains(t, err, "redirects to evil.example")
	assert.Len(t, org.requests, 1)
}
